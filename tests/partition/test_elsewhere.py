"""A gatherer takes the engine's work to the orders: the run writes the same bytes, or says what is wrong."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import rfm_engine
from rfm_engine import partition, pipeline
from rfm_engine.cli.options import TABLES
from rfm_engine.config.dataset_file import DATASETS
from rfm_engine.config.overrides import Overrides, resolve_jobs
from rfm_engine.errors import DataError, DatasetError, PluginError, UsageError
from rfm_engine.insight.release import InsightOptions, make_release
from rfm_engine.plugin_api import Gathered, Gatherer, PartitionWork, hookimpl
from rfm_engine.plugins import discovery
from rfm_engine.plugins.host import PluginHost
from rfm_engine.plugins.loading import PluginSource
from tests.sql.nasty_orders import nasty_orders

if TYPE_CHECKING:
    from collections.abc import Sequence

FILES = ("customers.csv", "customers.parquet", "rejects.csv")
RULES: list[dict[str, Any]] = [
    {"since": "2025-01-01"},
    {"grain": "line", "refunds": "net", "by": [], "scheme": "quintile"},
    {"same_id": ["case"], "keep_status": ["paid"], "pseudonymize": ["customer_id"], "order_ids_per": "store"},
]


EXPORT = ["Name", "Financial Status", "Lineitem name", "Lineitem price"]


class Here(Gatherer):
    """Partitions on this machine."""

    name: ClassVar[str] = "here"
    parts: int = 3
    fault: str = ""

    def gather(self, orders: Sequence[str], work: PartitionWork, folder: Path) -> Gathered:
        if self.fault == "raises":
            raise ConnectionError("no executor answers")  # noqa: EM101, TRY003 as strangers raise
        if self.fault == "refuses":
            raise DataError("the orders lie elsewhere")  # noqa: EM101, TRY003 likewise
        if self.fault == "brings nothing":
            return None  # type: ignore[return-value]
        paths = [
            pl.read_parquet(path).with_row_index("source_row", 1).with_columns(source_file=pl.lit(path))
            for path in orders
        ]
        rows = pl.concat(paths)
        columns = work.columns([name for name in rows.columns if not name.startswith("source_")])
        places = work.place(rows.select(pl.col(columns[name]).alias(name) for name in work.keys if name in columns))
        number = places.hash() % self.parts
        for part in range(self.parts):
            work(rows.filter(number == part)).write_parquet(folder / f"{part}.parquet")
        results = pl.scan_parquet(folder / "*.parquet")
        return Gathered(
            results=results.drop("rows") if self.fault == "lacks a column" else results,
            headers=EXPORT if self.fault == "brings an export" else list(columns.values()),
            origin={"parts": self.parts},
        )


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset of two Parquet files, and the gatherer `here` of an installed plugin."""
    module = ModuleType("here")
    module.rfm_register_gatherers = hookimpl(lambda: [Here])  # type: ignore[attr-defined]
    module.rfm_register_gatherers.__name__ = "rfm_register_gatherers"
    source = PluginSource("rfm-engine-here", "1.0", "here", partial(lambda: module), "here")
    monkeypatch.setattr(discovery, "third_party_sources", lambda: ([source], []))
    monkeypatch.setenv("RFM_PSEUDONYM_KEY", "k" * 32)
    orders = nasty_orders(1_500)
    (tmp_path / "orders").mkdir()
    orders[:900].write_parquet(tmp_path / "orders" / "1 a.parquet")
    orders[900:].write_parquet(tmp_path / "orders" / "2.parquet")
    (tmp_path / "dataset.toml").write_text('name = "shop"\norders = ["orders"]\nas_of = "2025-07-01"\n', "utf-8")
    return tmp_path


@pytest.mark.parametrize("rules", [{"keep_currency": "eur"}, {"by": ["currency"]}], ids=str)
def test_money_is_in_the_currency_of_the_orders(dataset: Path, rules: dict[str, Any]) -> None:
    for path in (dataset / "orders").iterdir():
        number = pl.int_range(pl.len())
        pl.read_parquet(path).with_columns(
            currency=pl.when(number % 2 == 0).then(pl.lit("EUR")).otherwise(pl.lit("JPY"))
        ).write_parquet(path)

    runs = rfm_engine.run(dataset, **rules), rfm_engine.run(dataset, **rules, gather={"name": "here"})

    own, gathered = (run.write(dataset / str(place), ["csv"]).folder / FILES[0] for place, run in enumerate(runs))
    assert gathered.read_bytes() == own.read_bytes()


def test_money_is_in_the_currency_that_is_declared(dataset: Path) -> None:
    runs = (rfm_engine.run(dataset, currency="KWD", gather=gather) for gather in ({}, {"name": "here"}))

    own, gathered = (run.write(dataset / str(place), ["csv"]).folder / FILES[0] for place, run in enumerate(runs))
    assert gathered.read_bytes() == own.read_bytes()
    assert gathered.with_name("customers.csv").read_text("utf-8").count(".010,") > 0


def test_rejects_name_their_files_as_the_dataset_does(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(dataset)
    runs = (rfm_engine.run(Path("dataset.toml"), gather=gather) for gather in ({}, {"name": "here"}))

    own, gathered = (run.write(dataset / str(place)).folder / "rejects.csv" for place, run in enumerate(runs))

    assert "\norders/1 a.parquet," in own.read_text("utf-8")
    assert gathered.read_bytes() == own.read_bytes()


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_what_a_gatherer_brings_is_written_as_the_engines_own(dataset: Path, rules: dict[str, Any]) -> None:
    own = rfm_engine.run(dataset, **rules)
    gathered = rfm_engine.run(dataset, **rules, gather={"name": "here", "parts": 5})

    written = [run.write(dataset / name, ["csv", "parquet"]).folder for run, name in ((own, "a"), (gathered, "b"))]

    for name in FILES:
        assert (written[1] / name).read_bytes() == (written[0] / name).read_bytes(), name
    assert gathered.ledger.as_table() | {"warnings": {}} == own.ledger.as_table() | {"warnings": {}}
    record = json.loads((written[1] / "run.json").read_text("utf-8"))
    assert record["gather"] == {"name": "here", "parts": 5, "fault": "", "origin": {"parts": 5}}


@pytest.mark.parametrize(
    ("gather", "error", "words"),
    [
        ({"name": "there"}, DatasetError, "gather.name: unknown gatherer 'there', did you mean 'here'.; known: here"),
        ({"name": "here", "part": 5}, DatasetError, "gather.part"),
        (
            {"name": "here", "fault": "raises"},
            PluginError,
            "gatherer 'here' of .* failed: ConnectionError: no executor",
        ),
        ({"name": "here", "fault": "refuses"}, DataError, "^the orders lie elsewhere$"),
        (
            {"name": "here", "fault": "brings nothing"},
            PluginError,
            "broke its promise: expected the results of .* None",
        ),
        ({"name": "here", "fault": "lacks a column"}, PluginError, "broke its promise: expected the results"),
        (
            {"name": "here", "fault": "brings an export"},
            DatasetError,
            "^shop: the orders are an export of Shopify, orders, which is read by rules of its own that need whole",
        ),
    ],
)
def test_what_is_wrong_with_a_gatherer_is_said(
    dataset: Path, gather: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        rfm_engine.run(dataset, gather=gather)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"latest_export": "wins", "carry": ["note"]}, "shop: latest_export, carry: needs more than the orders of one"),
        ({"state": "memo"}, "shop: state: needs more"),
    ],
)
def test_rules_that_need_other_rows_are_refused(dataset: Path, rules: dict[str, Any], words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        rfm_engine.run(dataset, gather={"name": "here"}, **rules)


def test_files_that_are_read_each_in_its_own_way_are_refused(dataset: Path) -> None:
    text = 'name = "shop"\nas_of = "2025-07-01"\n[[orders]]\nfiles = "orders"\nunit = "fen"\n'
    (dataset / "dataset.toml").write_text(text, "utf-8")

    with pytest.raises(DatasetError, match=r"shop: \[\[orders\]\]: the gatherer 'here' reads all orders in one way"):
        rfm_engine.run(dataset, gather={"name": "here"})


@pytest.mark.usefixtures("dataset")
def test_a_table_is_no_file_that_can_be_looked_at() -> None:
    keys = {"orders": ["table:sales.orders"], "as_of": "2025-07-01"}
    (job,) = resolve_jobs([], Overrides(keys, {"gather": "here"}), PluginHost())

    assert (job.dataset.name, job.elsewhere, "gather" in TABLES) == ("orders", ("table:sales.orders",), True)
    with pytest.raises(UsageError, match=r"only files can be looked at; table:sales.orders is counted by a run"):
        pipeline.inspect(job)


def test_the_gatherer_of_the_guide_works(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "plugins" / "README.md").read_text("utf-8")
    block = guide.partition("### `rfm_register_gatherers()`")[2].partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {"pl": pl, "Gatherer": Gatherer, "Gathered": Gathered, "__name__": "guide"}
    exec(block, names)  # noqa: S102 our own page
    orders, work = nasty_orders(500), partition.of(as_of="2025-07-01")
    orders.write_parquet(tmp_path / "orders.parquet")
    (tmp_path / "results").mkdir()

    gathered = names["Here"](parts=4).gather([str(tmp_path / "orders.parquet")], work, tmp_path / "results")

    expected = partition.merge([work(orders)])
    assert_frame_equal(partition.merge([gathered.results]).customers, expected.customers, check_row_order=False)


def test_insight_reads_the_orders_here_where_they_are_files(dataset: Path) -> None:
    (dataset / "orders" / "2.parquet").unlink()
    orders = pl.read_csv(DATASETS / "sichuan-hiking" / "orders.csv", infer_schema=False)
    orders.write_parquet(dataset / "orders" / "1 a.parquet")

    gathered, own = (
        resolve_jobs([dataset], Overrides({}, names), PluginHost())[0] for names in ({"gather": "here"}, {})
    )

    assert make_release(gathered, InsightOptions()).counts == make_release(own, InsightOptions()).counts

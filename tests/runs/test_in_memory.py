"""`rfm_engine.run`: the same customers as the command, with the ledger, from a dataset or from a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import rfm_engine
from rfm_engine import Metric, Scheme, ScoreRange
from tests.conftest import DATASETS
from tests.terminal import ORDERS, everything_below, record_of
from tests.terminal import run as run_command

if TYPE_CHECKING:
    from pathlib import Path


class OneScore(Scheme):
    """Gives everyone the best score."""

    name = "one-score"

    def score_range(self, metric: Metric) -> ScoreRange:
        del metric
        return ScoreRange(5, 5)

    def score(self, metric: Metric) -> pl.Expr:
        return pl.when(pl.col(metric.column).is_not_null()).then(5)


def test_a_dataset_gives_the_files_of_the_command(bundled: Path, tmp_path: Path) -> None:
    written = rfm_engine.run(DATASETS / "sichuan-hiking").write(tmp_path)

    expected = everything_below(bundled / "sichuan-hiking")
    found = everything_below(written.folder)
    assert {name: found[name] for name in found if name != "run.json"} == {
        name: expected[name] for name in expected if name != "run.json"
    }
    assert written.verify().differences == []


def test_rules_lie_over_those_of_the_dataset() -> None:
    run = rfm_engine.run(DATASETS / "sichuan-hiking", as_of="2024-12-31", tiers="abcd", scheme="quintile")

    assert run.ledger.outside_window > 0
    assert run.job.rules.scheme.name == "quintile"


@pytest.mark.parametrize("place", ["nowhere", DATASETS / "sichuan-hiking" / "orders.csv"])
def test_a_path_without_a_dataset_is_refused(place: Path | str) -> None:
    with pytest.raises(rfm_engine.RfmError, match=r"no such dataset file|no dataset file but orders"):
        rfm_engine.run(place)


def test_a_frame_gives_what_score_gives_and_the_file_of_its_rows(shop: Path, tmp_path: Path) -> None:
    frame = pl.read_csv(ORDERS.encode(), infer_schema=False)

    run = rfm_engine.run(frame, as_of="2025-07-01")

    assert_frame_equal(run.customers().collect(), rfm_engine.score(frame, as_of="2025-07-01").collect())
    expected = (run_command(shop, tmp_path / "command") / "customers.csv").read_bytes()
    assert (run.write(tmp_path / "python").folder / "customers.csv").read_bytes() == expected


def test_where_every_row_of_a_frame_went_is_at_hand() -> None:
    frame = pl.DataFrame(
        {
            "customer_id": ["c1", "c2", None, "c1"],
            "order_id": ["o1", "o2", "o3", "o1"],
            "order_amount": [5.0, 7.1, 1.0, 5.0],
            "order_time": ["2025-01-01", "2025-02-30", "2025-03-01", "2025-01-01"],
        }
    )

    run = rfm_engine.run(frame, as_of="2025-07-01", by=())

    assert str(run.ledger) == (
        "4 rows read = 1 used + 1 duplicates + 1 rejected (customer_id: missing) + 1 rejected (order_time: not a time)"
    )
    assert run.rejects.select("file", "row", "column").rows() == [
        ("orders", 2, "order_time"),
        ("orders", 3, "customer_id"),
    ]


def test_one_column_splits_the_customers_of_a_dataset_as_those_of_a_frame() -> None:
    one = rfm_engine.run(DATASETS / "national-outdoor", by="region").customers().collect()

    assert one.equals(rfm_engine.run(DATASETS / "national-outdoor", by=["region"]).customers().collect())


def test_a_format_or_a_language_that_there_is_none_of_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    run = rfm_engine.run(pl.read_csv(ORDERS.encode(), infer_schema=False), as_of="2025-07-01")

    with pytest.raises(rfm_engine.RfmError, match=r"write\(formats\): expected csv, parquet, .*, got 'pdf'"):
        run.write(tmp_path / "out", ["csv", "pdf"])  # type: ignore[list-item]
    with pytest.raises(rfm_engine.RfmError, match=r"write\(language\): expected one of en, zh, got 'fr'"):
        run.write(tmp_path / "out", language="fr")  # type: ignore[arg-type]

    assert not (tmp_path / "out").exists()
    assert (run.write(tmp_path / "out", "parquet").folder / "customers.parquet").is_file()


def test_a_scheme_of_the_caller_is_recorded_by_its_name(tmp_path: Path) -> None:
    frame = pl.read_csv(ORDERS.encode(), infer_schema=False)

    written = rfm_engine.run(frame, as_of="2025-07-01", scheme=OneScore(), name="mine").write(tmp_path, ["parquet"])

    assert written.folder == tmp_path / "mine"
    assert record_of(written.folder)["scheme"] == {"name": "one-score"}
    assert written.customers().collect()["rfm_score"].unique().to_list() == [5]


def test_private_rules_hold_in_memory_too(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("a key of 16 bytes or more")
    frame = pl.read_csv(ORDERS.encode(), infer_schema=False)

    run = rfm_engine.run(frame, as_of="2025-07-01", pseudonymize=["customer_id"], drop=["product_name"], key_file=key)

    customers = run.customers().collect()
    assert customers["customer_id"].str.len_chars().unique().to_list() == [64]
    assert "last_product_name" not in customers.columns

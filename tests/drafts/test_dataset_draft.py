"""Whatever the style of an order file: a run of the dataset that `init` writes equals a run with the same keys."""

from __future__ import annotations

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine import pipeline
from rfm_engine.config.dataset import Dataset
from rfm_engine.config.job import prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.drafts.dataset_draft import draft_dataset, draft_question, given_keys
from rfm_engine.errors import DataError
from rfm_engine.plugins.host import PluginHost
from tests.drafts.drafted import HEADER, SHOPIFY, read
from tests.engine import run_files
from tests.examples import examples
from tests.oracle.test_styles_equal_oracle import CUSTOMERS, Order, Style, orders, styles
from tests.orders.cells.styles import AMOUNTS, TIMES
from tests.terminal import done

KEYS: tuple[dict[str, Any], ...] = (
    {"time_zone": "UTC"},
    {"refunds": "net"},
    {"by": []},
    {"scheme": {"name": "quintile"}},
    {"since": "2021-01-01"},
    {"same_id": ["case"]},
    {"exclude_customer": [CUSTOMERS[0]]},
)
FILES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "plain": (f"{HEADER}\neva,1,9.00,2025-06-01\nivo,2,5.00,2025-06-11\n", "utf-8", ()),
    "lines above, semicolons": (
        "Report of June\n\ncustomer;slip number;total;date\neva;1;9,50;2025-06-01\nivo;2;5,00;2025-06-11\n",
        "utf-8",
        ("--skip-lines", "2", "--decimal-comma", "--column", "order_id=slip number"),
    ),
    "regions, two spellings": (
        f"{HEADER},省份\n甲,1,9.00,2025-06-01,湖北\n乙,2,5.00,2025-06-11,湖北省\n",
        "gb18030",
        ("--same-region", "--encoding", "gb18030"),
    ),
    "lines": (
        f"{HEADER}\neva,1,9.00,2025-06-01\neva,1,2.00,2025-06-01\nivo,2,5.00,2025-06-11\n",
        "utf-8",
        ("--grain", "line", "--scheme", "quintile", "--ties", "max"),
    ),
    "a known export": (SHOPIFY, "utf-8", ("--time-zone", "Europe/Berlin")),
    "statuses": (
        f"{HEADER},status\neva,1,9.00,2025-06-01,paid\nivo,2,5.00,2025-06-11,void\n",
        "utf-8",
        ("--keep-status", "PAID", "--accept", "RFM402"),
    ),
}


@settings(max_examples=examples(25), deadline=None)
@given(st.data(), styles, orders, st.lists(st.sampled_from(KEYS), max_size=3))
def test_a_run_of_what_init_writes_equals_a_run_with_the_same_keys(
    data: st.DataObject, style: Style, placed: list[Order], given_keys: list[dict[str, Any]]
) -> None:
    cells = [
        [
            order.customer,
            f"o{number}",
            order.region,
            AMOUNTS[data.draw(st.sampled_from(style.amounts))](order.amount),
            TIMES[data.draw(st.sampled_from(style.times))](order.time),
        ]
        for number, order in enumerate(placed)
    ]
    keys: dict[str, Any] = {"as_of": "2027-01-01"}
    for one in given_keys:
        keys |= one
    with TemporaryDirectory() as name:
        folder, paths = Path(name), [Path(name) / "orders.csv"]
        if not style.write(paths[0], cells):
            return
        named = {"name": "test", "orders": ["orders.csv"]} | keys
        job = prepare_job(named, folder, PluginHost(), Origins(whole="test", each="test: {key}"))
        try:
            text = draft_dataset(pipeline.inspect(job), job, ["orders.csv"])
        except DataError:
            return

        drafted = run_files(folder, paths, tomllib.loads(text))
        typed = run_files(folder, paths, keys)

        assert drafted.customers.collect().equals(typed.customers.collect())
        assert drafted.ledger == typed.ledger


@pytest.mark.parametrize("name", FILES)
def test_a_run_of_the_file_equals_a_run_with_the_same_options(name: str, tmp_path: Path) -> None:
    text, encoding, options = FILES[name]
    orders = tmp_path / "orders.csv"
    orders.write_bytes(text.encode(encoding))

    done("init", orders, *options)
    as_of = str(read(tmp_path / "dataset.toml")["as_of"])
    done("run", tmp_path, "--output", tmp_path / "drafted")
    done("run", "--orders", orders, "--as-of", as_of, *options, "--output", tmp_path / "typed")

    lists = [(tmp_path / way / "orders" / "customers.csv").read_bytes() for way in ("drafted", "typed")]
    assert lists[0] == lists[1]


def test_a_question_has_what_was_given_the_choices_and_the_tables_behind_all_keys() -> None:
    error = DataError("o.csv: amounts may be either; choose one:\n  --amount-style point\n  --amount-style comma")
    given = {"as_of": "2025-07-01", "scheme": {"name": "quintile"}, "grain": "line"}

    text = draft_question(error, given, ["o.csv"])

    assert tomllib.loads(text) == given | {"orders": ["o.csv"]}
    assert "# asked: o.csv: amounts may be either; choose one:" in text
    assert text.index('# amount_style = "point"') < text.index('# amount_style = "comma"') < text.index("[scheme]")
    assert "# as_of" not in text
    assert "# as_of = 2025-12-31" in draft_question(error, {}, ["o.csv"])


def test_keys_that_are_empty_by_default_are_not_given() -> None:
    keys = {"name": "n", "orders": ["o.csv"], "as_of": "2025-07-01"}

    given = given_keys(Dataset.model_validate(keys | {"by": [], "carry": [], "grain": "order", "since": None}))

    assert given.keys() == {"name", "orders", "as_of", "by", "grain"}
    assert given["by"] == []
    assert given["orders"] == ["o.csv"]

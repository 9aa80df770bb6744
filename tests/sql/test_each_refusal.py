"""Each thing that no statement can say is refused by itself, with what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine.config.overrides import Overrides, resolve_jobs
from rfm_engine.errors import DatasetError
from rfm_engine.plugins.host import PluginHost
from rfm_engine.sql.refusals import OWN_COLUMNS, refuse_unsayable
from rfm_engine.sql.source_table import SourceTable
from tests.sql.warehouse import write_dataset

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {name: name for name in ("customer_id", "order_id", "order_amount", "order_time", "region")}
ONE = pl.DataFrame({"customer_id": ["a"], "order_id": ["1"], "order_amount": [5], "order_time": ["2025-06-01"]})
LOOK = "needs a look at all rows before"
OF_TEXT = "of cells that hold text; a table holds local times and decimal amounts"
STORE = "store the amount of an order, and map it alone"
RULES: list[tuple[dict[str, Any], str]] = [
    ({"order_time_format": "ymd"}, f"order_time_format: {OF_TEXT}"),
    ({"time_zone": "Asia/Shanghai"}, f"time_zone: {OF_TEXT}"),
    ({"decimal_comma": True}, f"decimal_comma: {OF_TEXT}"),
    ({"amount_style": "comma"}, f"amount_style: {OF_TEXT}"),
    ({"same_id": ["case"]}, f"same_id: {LOOK}; store the ids in one spelling"),
    ({"same_region": True}, f"same_region: {LOOK}; store the official names of provinces"),
    ({"order_total": "repeated"}, f"order_total: {LOOK}; store each order once"),
    ({"latest_export": "wins"}, f"latest_export: {LOOK}; store each order once"),
    ({"dormant": True}, f"dormant: {LOOK}; leave it out"),
    (
        {"keep_status": ["Ä"]},
        "keep_status 'Ä': warehouses differ in the case of letters beyond A to Z; store another word",
    ),
    (
        {"keep_status": ["ä"]},
        "keep_status 'ä': warehouses differ in the case of letters beyond A to Z; store another word",
    ),
    (
        {"currency": "EUR"},
        "currency EUR: no statement says what no column does; store one, and --keep-currency EUR",
    ),
    (
        {"keep_currency": "jpy"},
        "keep_currency jpy: statements count two decimals, and it has 0; run the orders",
    ),
    (
        {"by": ["Signs"]},
        "by Signs: the statement has a column of that name; make a view that names it otherwise",
    ),
]
TABLES: list[tuple[dict[str, str], dict[str, Any], str]] = [
    ({"quantity": "n"}, {}, f"quantity: {STORE} (--column quantity=none)"),
    (
        {"refunded_amount": "back", "unit_price": "price"},
        {},
        f"unit_price, refunded_amount: {STORE} (--column unit_price=none)",
    ),
    (
        {"currency": "money"},
        {},
        "currency: no statement stops at several; keep one, --keep-currency EUR, or --by currency",
    ),
    (
        {"currency": "money"},
        {"by": ["currency"], "unit": "fen"},
        "unit fen of several currencies: store amounts in whole units, 12.34, without unit",
    ),
    ({"Shop": "a", "shop": "b"}, {}, "by Shop, shop: warehouses take names that differ in case alone for one"),
]
SAYABLE: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({}, {}),
    ({}, {"unit": "fen", "keep_status": ["付款", "Paid"], "latest_export": "rejected"}),
    ({"currency": "money"}, {"keep_currency": "eur"}),
    ({"currency": "money"}, {"by": ["currency"]}),
    ({"Shop": "a", "store": "b"}, {"by": ["Shop"]}),
]


def faults_of(folder: Path, table: SourceTable, rules: dict[str, Any]) -> list[str]:
    """Return what a dataset with these rules is refused for, where its orders are such a table."""
    dataset = write_dataset(folder, ONE.with_columns(Signs=pl.lit("x"), Shop=pl.lit("x")), rules)
    (job,) = resolve_jobs([dataset], Overrides(), PluginHost())
    try:
        refuse_unsayable(job, table)
    except DatasetError as error:
        head, *faults = str(error).splitlines()
        assert (head, bool(faults)) == ("shop: no statement can say:", True)
        return faults
    return []


@pytest.mark.parametrize(("rules", "fault"), RULES, ids=[" ".join(rules) for rules, _ in RULES])
def test_a_rule_is_refused_with_what_does_the_same(rules: dict[str, Any], fault: str, tmp_path: Path) -> None:
    assert faults_of(tmp_path, SourceTable(columns=COLUMNS), rules) == [fault]


@pytest.mark.parametrize(("columns", "rules", "fault"), TABLES, ids=[fault[:20] for *_, fault in TABLES])
def test_a_column_is_refused_with_what_does_the_same(
    columns: dict[str, str], rules: dict[str, Any], fault: str, tmp_path: Path
) -> None:
    assert faults_of(tmp_path, SourceTable(columns=COLUMNS | columns), rules) == [fault]


@pytest.mark.parametrize(("columns", "rules"), SAYABLE)
def test_what_a_statement_can_say_is_not_refused(
    columns: dict[str, str], rules: dict[str, Any], tmp_path: Path
) -> None:
    assert faults_of(tmp_path, SourceTable(columns=COLUMNS | columns), rules) == []


def test_carried_columns_have_two_reasons_and_an_export_its_own(tmp_path: Path) -> None:
    carried = faults_of(tmp_path / "carry", SourceTable(columns=COLUMNS), {"carry": ["order_status"]})

    assert carried == [
        f"carry: {LOOK}; join further columns to the list by last_order_id",
        "carry: the statement brings no further column along; join it by last_order_id",
    ]
    assert faults_of(tmp_path / "source", SourceTable(columns=COLUMNS, source="shopify"), {}) == [
        "source shopify: the files are an export that is read by its own rules; see --source none"
    ]


def test_customers_that_are_counted_have_no_statement(tmp_path: Path) -> None:
    counted = pl.DataFrame({"customer_id": ["a"], "frequency": [1], "monetary": [5], "recency_days": [3]})
    counted.write_csv(tmp_path / "customers.csv")
    (tmp_path / "dataset.toml").write_text(
        'name = "shop"\ncustomers = ["customers.csv"]\nas_of = 2025-07-01\n', "utf-8"
    )
    (job,) = resolve_jobs([tmp_path], Overrides(), PluginHost())

    with pytest.raises(DatasetError, match=r"\ncustomers: they are counted already$"):
        refuse_unsayable(job, SourceTable(columns=COLUMNS))


@pytest.mark.parametrize(
    ("name", "dtype", "fault"),
    [
        ("order_amount", pl.String(), "String in the files; a statement needs a number, make a view"),
        ("order_amount", pl.Float64(), None),
        ("order_time", pl.String(), "String in the files; a statement needs a local time or a date, make a view"),
        ("order_time", pl.Date(), None),
        ("order_time", pl.Datetime("us"), None),
        (
            "order_time",
            pl.Datetime("us", "UTC"),
            f"{pl.Datetime('us', 'UTC')} in the files; a statement needs a local time or a date, make a view",
        ),
        ("customer_id", pl.Float64(), "Float64 in the files; a statement needs text or whole numbers, make a view"),
        ("customer_id", pl.UInt8(), None),
        ("customer_id", pl.Categorical(), None),
        ("customer_id", pl.Enum(["a"]), None),
    ],
    ids=str,
)
def test_types_are_refused_by_column(name: str, dtype: pl.DataType, fault: str | None, tmp_path: Path) -> None:
    table = SourceTable(columns=COLUMNS, types={name: dtype})

    assert faults_of(tmp_path, table, {}) == ([] if fault is None else [f"{name} ({name!r}): {fault}"])


def test_every_column_that_the_statement_makes_has_a_name_that_no_list_may_have(tmp_path: Path) -> None:
    made = ["failed", "is_order", "is_exact", "copies", "versions", "place", "latest", "signs", "order_day"]
    made += ["is_amount_given", "plain_status"]
    assert [*OWN_COLUMNS] == made
    for name in made:
        dataset = write_dataset(tmp_path / name, ONE, {"by": [name]})
        with pytest.raises(DatasetError, match=f"by {name}: the statement has a column|can't be split by {name}"):
            refuse_unsayable(resolve_jobs([dataset], Overrides(), PluginHost())[0], SourceTable(columns=COLUMNS))

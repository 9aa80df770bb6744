"""What is known of a table of orders: from the dataset's files, or from its map where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine.config.overrides import Overrides, resolve_jobs
from rfm_engine.errors import DataError
from rfm_engine.plugins.host import PluginHost
from rfm_engine.sql.source_table import SourceTable, describe_table
from tests.sql.warehouse import write_dataset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ORDERS = pl.DataFrame({"customer_id": ["a"], "order_id": ["1"], "order_amount": [5], "order_time": ["2025-06-01"]})
ALWAYS = ["customer_id", "order_id", "order_amount", "order_time"]


def describe(folder: Path, rules: dict[str, Any], *, has_files: bool = True) -> SourceTable:
    """Return what is known of the table of a dataset with these rules."""
    dataset = write_dataset(folder, ORDERS, rules)
    if not has_files:
        (dataset / "orders.parquet").unlink()
    (job,) = resolve_jobs([dataset], Overrides(), PluginHost(), may_lack=True)
    return describe_table(job)


@pytest.mark.parametrize(
    ("rules", "further"),
    [
        ({}, []),
        ({"by": ["store_code", "channel"]}, ["store_code", "channel"]),
        ({"by": []}, []),
        ({"region": ["north"]}, ["region"]),
        ({"keep_status": ["paid"]}, ["order_status"]),
        ({"keep_currency": "EUR"}, ["currency"]),
        ({"order_ids_per": "store"}, ["store_code"]),
        ({"columns": {"product_name": "item"}}, ["product_name"]),
    ],
)
def test_without_files_the_columns_are_those_that_rules_need(
    rules: dict[str, Any], further: list[str], tmp_path: Path
) -> None:
    table = describe(tmp_path, rules, has_files=False)

    assert sorted(table.columns) == sorted([*ALWAYS, *further])
    assert {name: header for name, header in table.columns.items() if name != header} == rules.get("columns", {})
    assert (table.types, table.has_text_files, table.source) == ({}, False, None)


def test_without_files_a_column_that_is_mapped_to_none_is_not_there(tmp_path: Path) -> None:
    table = describe(tmp_path, {"columns": {"order_id": "none", "customer_id": "buyer"}}, has_files=False)

    assert table.columns == {"customer_id": "buyer", "order_amount": "order_amount", "order_time": "order_time"}


@pytest.mark.parametrize(("name", "has_text"), [("o.csv", True), ("o.arrow", False), ("o.parquet", False)])
def test_types_are_those_of_typed_files(name: str, tmp_path: Path, *, has_text: bool) -> None:
    writers: dict[str, Callable[[Path], object]] = {
        "csv": ORDERS.write_csv,
        "arrow": ORDERS.write_ipc,
        "parquet": ORDERS.write_parquet,
    }
    dataset = write_dataset(tmp_path, ORDERS, {"orders": [name]})
    writers[name.partition(".")[2]](tmp_path / name)
    (job,) = resolve_jobs([dataset], Overrides(), PluginHost())

    table = describe_table(job)

    assert table.has_text_files is has_text
    assert table.types == ({} if has_text else {name: ORDERS.schema[header] for name, header in table.columns.items()})


def test_files_of_one_table_have_one_header_for_a_column(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path, ORDERS, {"orders": ["*.parquet"]})
    ORDERS.rename({"customer_id": "buyer_id"}).write_parquet(tmp_path / "other.parquet")
    (job,) = resolve_jobs([dataset], Overrides(), PluginHost())

    with pytest.raises(
        DataError, match=r"^the order files have different headers, and a table has one of each: map them"
    ):
        describe_table(job)


def test_a_unit_that_is_said_settles_a_header_that_counts_multiples(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path, ORDERS.rename({"order_amount": "金额(千元)"}), {})
    (job,) = resolve_jobs([dataset], Overrides(), PluginHost())

    with pytest.raises(
        DataError, match=r"^the header of the amounts, '金额\(千元\)', says 千元: --unit yuan takes them as"
    ):
        describe_table(job)
    settled = write_dataset(tmp_path, ORDERS.rename({"order_amount": "金额(千元)"}), {"unit": "yuan"})
    assert describe_table(resolve_jobs([settled], Overrides(), PluginHost())[0]).columns["order_amount"] == "金额(千元)"


@pytest.mark.parametrize(
    ("dtype", "decimals", "is_exact"),
    [
        (None, 2, False),
        (pl.Int32(), 0, True),
        (pl.Float64(), 6, False),
        (pl.Decimal(18, 2), 2, True),
        (pl.Decimal(18, 2), 3, True),
        (pl.Decimal(18, 3), 2, False),
        (pl.String(), 2, False),
    ],
)
def test_amounts_are_exact_where_their_type_holds_no_more_decimals(
    dtype: pl.DataType | None, decimals: int, *, is_exact: bool
) -> None:
    table = SourceTable(columns={}, types={} if dtype is None else {"order_amount": dtype})

    assert table.has_exact_amounts(decimals) is is_exact


def test_a_header_that_names_yuan_counts_no_multiples(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path, ORDERS.rename({"order_amount": "金额(元)"}), {})
    (job,) = resolve_jobs([dataset], Overrides(), PluginHost())

    assert describe_table(job).columns["order_amount"] == "金额(元)"


def test_the_source_of_an_export_is_part_of_what_is_known(tmp_path: Path) -> None:
    export = {"customer_id": "Email", "order_id": "Name", "order_amount": "Total", "order_time": "Created at"}
    further = [pl.lit("x").alias(name) for name in ("Financial Status", "Lineitem name", "Lineitem price")]
    dataset = write_dataset(
        tmp_path, ORDERS.rename(export).with_columns(further), {"columns": export, "source": "shopify"}
    )
    (job,) = resolve_jobs([dataset], Overrides(), PluginHost())

    assert describe_table(job).source == "shopify"

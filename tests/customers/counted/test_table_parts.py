"""Customers that were counted elsewhere are graded list by list where they do not fit into memory together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

import rfm_engine
from rfm_engine.customers.batches import spool
from rfm_engine.customers.counted import table_parts
from rfm_engine.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2025, 7, 1, 12)


def counted(lists: int, customers: int) -> pl.DataFrame:
    """Return customers of some lists, the names of which have white space around them here and there."""
    rows = [(f"list {number % lists}" + " " * (number % 2), number) for number in range(customers)]
    return pl.DataFrame(
        {
            "region": [name for name, _ in rows],
            "customer_id": [f"c{number * 7919 % customers}" for _, number in rows],
            "frequency": [1 + number % 9 for _, number in rows],
            "monetary_fen": [100 + number * 31 % 5_000 for _, number in rows],
            "last_order_time": [NOON - timedelta(days=number % 300) for _, number in rows],
        }
    )


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    counted(5, 1_000).write_parquet(tmp_path / "customers.parquet")
    keys = (
        'name = "shop"',
        'customers = ["customers.parquet"]',
        'as_of = "2025-07-01"',
        'scheme = {name = "quintile"}',
    )
    (tmp_path / "dataset.toml").write_text("\n".join(keys), "utf-8")
    return tmp_path


@pytest.mark.parametrize("most", [1, 250, 450])
def test_lists_in_several_parts_are_written_as_in_one(
    dataset: Path, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rfm_engine.run(dataset).write(dataset / "whole", ["parquet"]).folder
    monkeypatch.setattr(table_parts, "memory_limit", lambda: most * table_parts.CUSTOMER_BYTES)

    parts = rfm_engine.run(dataset).write(dataset / "parts", ["parquet"]).folder

    assert (parts / "customers.parquet").read_bytes() == (whole / "customers.parquet").read_bytes()


@pytest.mark.parametrize(("most", "parts"), [(199, 5), (399, 5), (400, 3), (999, 2), (1_000, 0)])
def test_a_part_has_as_many_lists_as_fit_and_one_alone_needs_no_file(
    dataset: Path, most: int, parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spooled: list[int] = []

    def record(customers: pl.LazyFrame) -> pl.LazyFrame:
        spooled.append(customers.select(pl.len()).collect().item())
        return spool(customers)

    monkeypatch.setattr(table_parts, "spool", record)
    monkeypatch.setattr(table_parts, "memory_limit", lambda: most * table_parts.CUSTOMER_BYTES)
    rfm_engine.run(dataset)

    assert len(spooled) == parts
    assert sum(spooled) == (1_000 if parts else 0)
    assert all(customers <= max(most, 200) for customers in spooled)


def test_a_fault_in_one_part_is_reported(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faulty = counted(5, 1_000).with_columns(
        region=pl.when(pl.col("customer_id") == "c7").then(None).otherwise("region")
    )
    faulty.write_parquet(dataset / "customers.parquet")
    monkeypatch.setattr(table_parts, "memory_limit", lambda: table_parts.CUSTOMER_BYTES)

    with pytest.raises(DataError, match="region: 1 row with missing, such as customer 'c7'"):
        rfm_engine.run(dataset)


def test_what_all_parts_spent_must_be_a_number_that_adds_up(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(20, 200).with_columns(monetary_fen=10**17).write_parquet(dataset / "customers.parquet")
    monkeypatch.setattr(table_parts, "memory_limit", lambda: table_parts.CUSTOMER_BYTES)

    with pytest.raises(DataError, match="they spent 20000000000000000000 fen in all"):
        rfm_engine.run(dataset)

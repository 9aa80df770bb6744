"""New files are read alone, unless they have other columns or types."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

from rfm_engine.state import refresh
from rfm_engine.state.rereading import read_files
from tests.laws.months import FEBRUARY, JANUARY, day, reason_of, row, write_month

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest


def test_a_new_file_is_read_alone(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_month(months, "m2", [row("o4", 31), row("o5", 33)])
    read: list[str] = []

    def record(job: Any, files: Any, *rest: Any) -> Any:  # noqa: ANN401 as the function in its place
        read.extend(file.path.name for file in files)
        return read_files(job, files, *rest)

    monkeypatch.setattr(refresh, "read_files", record)

    assert reason_of(months) is None
    assert read == ["m2.parquet"]
    assert reason_of(months) is None
    assert read == ["m2.parquet"]


def test_of_known_files_the_days_that_come_and_go_are_read_and_those_that_go_without_last_orders(
    months: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[list[str], bool]] = []

    @contextmanager
    def record(job: Any, files: Any, *rest: Any) -> Iterator[Any]:  # noqa: ANN401 as the function in its place
        with read_files(job, files, *rest) as (orders, source):
            ids = orders.rows.collect()["order_id"].sort().to_list()
            found.append((ids, "product_name" in orders.columns))
            yield orders, source

    write_month(months, "m2", [row("o10", 5), row("o20", 20), row("o30", 30), row("o40", 40), row("o50", 50)])
    assert reason_of(months, since=day(4), as_of=day(30))
    monkeypatch.setattr(refresh, "read_files", record)

    assert reason_of(months, since=day(6), as_of=day(40)) is None
    assert found == [(["o10"], False), (["o40"], True)]


def test_what_checks_need_is_read_of_rows_that_leave(months: Path) -> None:
    keys: dict[str, Any] = {"by": ["store_code"], "region": ["north"]}
    write_month(months, "m2", [row("o10", 5), row("o20", 6, region="south"), row("o30", 30)])
    reason_of(months, since=day(4), as_of=day(30), **keys)

    assert reason_of(months, since=day(10), as_of=day(30), **keys) is None


def test_lists_of_a_column_of_ones_own_go_on(tmp_path: Path) -> None:
    for month, orders in (("m1", JANUARY), ("m2", FEBRUARY)):
        write_month(tmp_path, month, orders)
        path = tmp_path / f"{month}.parquet"
        pl.read_parquet(path).with_columns(pl.lit("web").alias("channel")).write_parquet(path)
        reason = reason_of(tmp_path, by=["channel", "region"])

    assert reason is None

"""Orders are kept ready for several passes: few of them plainly typed, where nothing needs spelling."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from rfm_engine.orders import staging
from rfm_engine.orders.cell_texts import drop_parsed_text
from rfm_engine.orders.cells.amounts import AMOUNT_TEXT
from rfm_engine.orders.files.order_file import OrderFile
from rfm_engine.orders.parsing import TIME_TEXT
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

GOOD = 5.0
HEADER = "customer_id,order_amount,order_time,order_id\n"
USUAL = "c1,12.30,2025-06-01 08:00:00,o1\nc2,5,2025-06-02,o2\n"
AMOUNTS = ["5", "0", "0.00", "-7.5", "12.345", "¥5", "1,5", "1e-3", "99999999999999", "", "five", "nan", " 5 "]
TIMES = [
    "2025-06-01",
    "2025-06-01 08:00:00",
    "2025/6/1",
    "2025-06-01 08:00:00.5",
    "2025-02-30",
    "",
    "0900-01-01",
    "now",
]


def stage(path: Path, source: ReadOptions | None = None) -> tuple[pl.DataFrame, list[bool]]:
    """Return the staged orders of a CSV file, and whether they were spelt each time they were typed."""
    fallbacks: list[bool] = []

    def parse(*, fallback: bool) -> pl.LazyFrame:
        fallbacks.append(fallback)
        return orders.typed(fallback=fallback)

    orders = read([OrderFile(path=path, options=source or ReadOptions())])
    with staging.stage_orders(parse, [path], ["csv"]) as found:
        return found.collect(), fallbacks


def written(path: Path, rows: Sequence[tuple[str, str]]) -> Path:
    path.write_text(HEADER + USUAL + "".join(f'c,"{amount}","{time}",o\n' for amount, time in rows), "utf-8")
    return path


def test_few_orders_of_the_usual_forms_are_typed_once_and_nothing_is_spelt(tmp_path: Path) -> None:
    rows = [("3.10", "2025-06-03"), ("", "2025-06-03"), ("3.10", ""), ("0", "2025-06-03"), ("0.00", "2025-06-03")]

    _, fallbacks = stage(written(tmp_path / "a.csv", rows))

    assert fallbacks == [False]


def test_amounts_with_a_decimal_comma_are_usual_where_it_is_stated(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER.replace(",", ";") + "c1;12,30;2025-06-01;o1\nc2;5;2025-06-02;o2\n", "utf-8")

    found, fallbacks = stage(path, ReadOptions(decimal_comma=True))

    assert (found["order_amount_fen"].to_list(), fallbacks) == ([1230, 500], [False])


@pytest.mark.parametrize("row", ["c,¥5,2025-06-01,o", "c,0e0,2025-06-01,o", "c,5,2025/6/1,o", "c,5,2025-06-01,o,more"])
def test_few_orders_of_which_one_is_written_otherwise_are_typed_anew(row: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [])
    path.write_text(path.read_text("utf-8") + row + "\n", "utf-8")

    _, fallbacks = stage(path)

    assert fallbacks == [False, True]


def test_more_orders_are_typed_once_if_the_first_show_that_nothing_needs_spelling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.csv", [])
    monkeypatch.setattr(staging, "FEW_BYTES", path.stat().st_size)
    assert stage(path)[1] == [False]
    monkeypatch.setattr(staging, "FEW_BYTES", path.stat().st_size - 1)
    assert stage(path)[1] == [False, False]
    monkeypatch.setattr(staging, "_fits_in_memory", lambda *_: False)
    assert stage(path)[1] == [True]


@pytest.mark.parametrize(("first", "fallbacks"), [(3, [False, True]), (2, [False, False, True])])
def test_more_orders_are_typed_anew_where_one_is_written_otherwise(
    first: int, fallbacks: list[bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "FEW_BYTES", -1)
    monkeypatch.setattr(staging, "FIRST", first)

    found, typed = stage(written(tmp_path / "a.csv", [("¥5", "2025/6/1")]))

    assert typed == fallbacks
    assert found["order_amount_fen"].to_list() == [1230, 500, 500]


def test_texts_of_amounts_and_times_that_can_be_used_are_not_held(tmp_path: Path) -> None:
    found, _ = stage(written(tmp_path / "a.csv", [("0.01", "2025-06-01"), ("0", "now"), ("-1", "2025-06-01")]))

    assert found.select("order_amount_text", "order_time_text").rows() == [
        *[(None, None)] * 3,
        ("0", "now"),
        ("-1", None),
    ]


@given(
    rows=st.lists(st.tuples(st.sampled_from(AMOUNTS), st.sampled_from(TIMES)), max_size=3),
    comma=st.booleans(),
    few=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_orders_are_the_same_whether_they_are_tried_plainly_or_not(
    rows: list[tuple[str, str]], *, comma: bool, few: bool, tmp_path: Path
) -> None:
    path, source = written(tmp_path / "a.csv", rows), ReadOptions(amount_style="comma" if comma else "point")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(staging, "_parse_plainly", lambda *_: None)
        expected, _ = stage(path, source)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(staging, "FEW_BYTES", staging.FEW_BYTES if few else -1)
        found, _ = stage(path, source)

    assert found.equals(expected)
    assert found.schema == expected.schema


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("amount", [GOOD, -7.5, None])
def test_many_small_files_are_read_once_and_give_what_each_alone_gives(
    tmp_path: Path, amount: float | None, monkeypatch: pytest.MonkeyPatch, *, in_memory: bool
) -> None:
    monkeypatch.setattr(staging, "PIECES", 3)
    monkeypatch.setattr(staging, "IN_MEMORY_BYTES", 1 << 30 if in_memory else 0)
    monkeypatch.setattr(staging, "available_memory", lambda: 0)
    times = pl.Series([datetime(2025, 6, day, 8, tzinfo=UTC).replace(tzinfo=None) for day in (1, 2)])
    for number in range(3):
        rows = {"customer_id": ["c1", "c2"], "order_amount": [12.3, amount], "order_id": [f"o{number}", "o"]}
        pl.DataFrame(rows | {"order_time": times}).write_parquet(tmp_path / f"{number}.parquet")
    paths = sorted(tmp_path.glob("*.parquet"))
    options = ReadOptions()
    orders = read([OrderFile(path=path, options=options) for path in paths])

    with staging.stage_orders(orders.typed, paths, ["parquet"] * 3) as staged:
        found = staged.collect()

    expected = orders.frame.collect()
    if in_memory and amount == GOOD:  # then no text is wanted for a reject
        expected = expected.with_columns(pl.lit(None, pl.String).alias(text) for text in (AMOUNT_TEXT, TIME_TEXT))
    assert_frame_equal(found, expected, check_column_order=False, check_dtypes=False)


@pytest.mark.parametrize("amounts", [[5.0, 7.5, 1.0], [5.0, -7.5, None]])
def test_orders_that_are_held_have_the_texts_that_rejects_want_alone(tmp_path: Path, amounts: list[float]) -> None:
    times = [datetime(2025, 6, 1, tzinfo=UTC).replace(tzinfo=None), None, None]
    rows = {"customer_id": ["c1", "c2", "c3"], "order_amount": amounts, "order_id": ["o1", "o2", "o3"]}
    path = tmp_path / "a.parquet"
    pl.DataFrame(rows | {"order_time": times}, schema_overrides={"order_time": pl.Datetime("us")}).write_parquet(path)
    orders = read([OrderFile(path=path, options=ReadOptions())])

    with staging.stage_orders(orders.typed, [path], ["parquet"]) as staged:
        held = staging.hold_orders(staged, [path], ["parquet"]).collect()
        assert_frame_equal(held, drop_parsed_text(staged).collect(), check_column_order=False)


def test_of_orders_that_are_held_those_that_are_wanted_are_numbered_anew(tmp_path: Path) -> None:
    times = [datetime(2025, 6, day, tzinfo=UTC).replace(tzinfo=None) for day in (3, 1, 2)]
    rows = {"customer_id": ["c1", "c2", "c3"], "order_amount": [5.0, 7.5, 1.0], "order_time": times}
    path = tmp_path / "a.parquet"
    pl.DataFrame(rows, schema_overrides={"order_time": pl.Datetime("us")}).write_parquet(path)
    orders = read([OrderFile(path=path, options=ReadOptions())])
    is_late = pl.col("order_time") > times[1]

    with staging.stage_orders(orders.typed, [path], ["parquet"]) as staged:
        held = staging.hold_orders(staged, [path], ["parquet"], is_late).collect()

    assert held.select("row", "customer_id").rows() == [(0, "c1"), (1, "c3")]

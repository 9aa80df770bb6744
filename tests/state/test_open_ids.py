"""Orders whose lines stand in several files or on several days are open, and ids that repeat; all others are not."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine.columns import LEFT_OUT, NOTHING_PAID
from rfm_engine.orders.cells.amounts import REMAINDER
from rfm_engine.orders.order_ids.duplicates import HASH, Duplicates
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import ROW
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.open_ids import (
    NO_HASHES,
    NO_IDS,
    add_open_rows,
    drop_rows,
    find_id_order,
    find_open_hashes,
    find_open_rows,
    may_be_open,
    refuse_many_open,
)
from tests.state.parts.orders import make_orders

if TYPE_CHECKING:
    from tests.state.parts.orders import Order

LINES = [
    ("o1", "m1", 1), ("o1", "m1", 1), ("o1", "m1", 1),
    ("o2", "m1", 1), ("o2", "m1", 2),
    ("3", "m1", 1), ("3", "m2", 1),
    ("o4", "m2", 1), ("o5", "m2", 1), ("o4", "m2", 1),
    ("o6", "m2", 3), ("o7", "m2", 3), ("o6", "m3", 3), ("o6", "m3", 4), ("o6", "m1", 3),
    ("", "m1", 1), ("", "m2", 2), (None, "m1", 1), (None, "m2", 2),
]  # fmt: skip


@pytest.mark.parametrize("turn", range(0, len(LINES), 3))
def test_an_order_is_open_when_its_lines_stand_in_several_files_or_on_several_days(turn: int) -> None:
    turned = enumerate(LINES[turn:] + LINES[:turn])
    lines = [(one, file, datetime(2025, 1, day, hour)) for hour, (one, file, day) in turned]
    rows = pl.LazyFrame(lines, schema=["order_id", SOURCE_FILE, "order_time"], orient="row")
    orders: Any = SimpleNamespace(rows=rows, rules=SimpleNamespace(grain="line"))

    found = find_open_hashes(orders)

    assert found.columns == [HASH]
    assert sorted(found[HASH]) == sorted(pl.Series(["o2", "3", "o6"]).hash())


def test_open_rows_of_files_with_and_without_rounded_amounts_come_together() -> None:
    whole = pl.DataFrame({"order_id": ["o1"]})
    parts = pl.DataFrame({"order_id": ["o2", "o3"], REMAINDER: [4, None], ROW: [7, 8], LEFT_OUT: [None, None]})

    assert add_open_rows(whole, parts).rows() == [("o1", 0), ("o2", 4), ("o3", 0)]
    assert add_open_rows(whole, whole).columns == ["order_id"]


def test_rows_to_drop_are_numbered_as_repeats_are_and_none_conflicts() -> None:
    dropped = drop_rows(pl.Series([3, 5], dtype=pl.Int64)).rows

    assert dropped.schema == {ROW: pl.UInt32, "conflicting": pl.Boolean}
    assert dropped.rows() == [(3, False), (5, False)]
    assert drop_rows(pl.Series([3]), Duplicates(ids_rise=True)).ids_rise


def _order(order_id: str | None, day: int = 1, fen: int | None = 5) -> Order:
    return order_id, "a", "n", datetime(2025, 1, 1) + timedelta(days=day), fen, "paid", "m1"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [({}, True), ({"unique_order_ids": True}, False), ({"grain": "line"}, True)],
)
def test_ids_may_be_open_unless_they_are_promised_unique(rules: dict[str, Any], *, expected: bool) -> None:
    assert may_be_open(make_orders([], **rules)) is expected


@pytest.mark.parametrize(
    ("ids", "expected"),
    [([], True), (["a"], True), (["a", "b", "c"], True)]
    + [(odd, False) for odd in (["a", "a"], ["a", "c", "b"], ["", "b"], [None, "b"], ["a", None], ["a", "b", ""])],
)
def test_ids_that_rise_from_row_to_row_do_not_repeat_and_every_row_has_one(
    ids: list[str | None], *, expected: bool
) -> None:
    orders = make_orders([_order(each) for each in ids])

    found = find_id_order(orders)

    assert (found.ids_rise, found.all_have_ids, found.repeated_hashes is not None) == (expected,) * 3
    assert find_open_hashes(orders, found).height == len({each for each in ids if each and ids.count(each) > 1})
    assert not find_id_order(make_orders([_order(each) for each in ids], grain="line")).ids_rise


def test_ids_that_repeat_are_open_though_they_stand_together_unless_that_is_known_or_promised() -> None:
    rows = [_order(order_id) for order_id in ("o1", "o2", "o2", "", None, None)]
    known = pl.DataFrame({HASH: pl.Series(["o3"]).hash()})
    orders = make_orders(rows)

    assert find_open_hashes(orders)[HASH].to_list() == pl.Series(["o2"]).hash().to_list()
    assert find_open_hashes(orders, Duplicates())[HASH].to_list() == pl.Series(["o2"]).hash().to_list()
    assert find_open_hashes(orders, Duplicates(repeated_hashes=known)).equals(known)
    assert find_open_hashes(make_orders(rows, unique_order_ids=True)).is_empty()
    assert find_open_hashes(make_orders(rows, grain="line")).is_empty()


@pytest.mark.parametrize("grain", ["order", "line"])
def test_open_are_the_rows_that_may_count_in_some_window_and_have_such_an_id(grain: str) -> None:
    rows = [_order(f"o{number % 3}", day=number + 1) for number in range(30)]
    rows[3] = _order("o0", fen=None)
    rows[4] = _order("o1", fen=0)
    orders = make_orders(
        rows, [pl.lit(None, pl.String).alias(LEFT_OUT), pl.lit(value=True).alias(NOTHING_PAID)], grain=grain
    )
    ids, hashes = pl.Series(["o1"]), pl.DataFrame({HASH: pl.Series(["o0"]).hash()})

    both = find_open_rows(orders, hashes, ids)

    found = [number for number in range(30) if number % 3 < 2 and number != 3 and (number != 4 or grain == "line")]
    assert both[ROW].to_list() == found
    assert {LEFT_OUT, NOTHING_PAID}.isdisjoint(both.columns)
    assert find_open_rows(orders, hashes, NO_IDS)[ROW].to_list() == [number for number in found if number % 3 == 0]
    assert find_open_rows(orders, NO_HASHES, ids)[ROW].to_list() == [number for number in found if number % 3]
    assert find_open_rows(orders, NO_HASHES, NO_IDS).equals(both.clear())


@pytest.mark.parametrize(
    ("opened", "rows", "fits"), [(10_000, 1, True), (10_001, 500_050, True), (10_001, 500_049, False)]
)
def test_of_many_open_rows_one_in_fifty_may_be_judged_anew(opened: int, rows: int, *, fits: bool) -> None:
    reason = f"^the order ids of {opened:,} of {rows:,} rows come again$"
    with nullcontext() if fits else pytest.raises(UnusableStateError, match=reason):
        refuse_many_open(opened, rows)

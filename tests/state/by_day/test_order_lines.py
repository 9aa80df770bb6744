"""Orders of several lines are counted by day, and their counts say what can't be found."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.state.by_day.order_lines import (
    COUNTS,
    SCHEMA,
    add_order_lines,
    compares_lines,
    count_order_lines,
    list_impossible,
    refuse_continued_orders,
    refuse_divided_orders,
)
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.open_ids import drop_rows
from tests.state.parts.orders import make_orders

if TYPE_CHECKING:
    from tests.state.parts.orders import Order

TOTAL_AND_TWO = 3
"""The fewest lines of an order of which one may be the sum of the others."""

TEXT: Any = SimpleNamespace(is_text=True)
TYPED: Any = SimpleNamespace(is_text=False)
LINES = st.lists(
    st.tuples(
        st.sampled_from(["o1", "o2", "o3"]),
        st.sampled_from(["a", "a", "b"]),
        st.sampled_from([500, 500, 200, 300, 1000, -200, 0, None]),
        st.sampled_from(["paid", "paid", "paid", "void"]),
    ),
    max_size=12,
)


def _line(
    order_id: str, customer_id: str = "a", fen: int | None = 500, status: str = "paid", file: str = "m1"
) -> Order:
    """Return a line; the orders of one id are of one day."""
    return order_id, customer_id, "n", datetime(2025, 1, int(order_id[1:])), fen, status, file


def _judge(lines: list[Order]) -> list[tuple[Any, ...]]:
    """Return by day the orders of several lines, of several amounts, that may have a total, that have none."""
    orders: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    found: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for order_id, customer, _, time, fen, status, _ in lines:
        if fen is not None and status == "paid":
            orders[order_id, customer, time].append(fen)
    for (_, _, time), amounts in orders.items():
        is_varied, most = len({*amounts}) > 1, max(amounts)
        may = is_varied and len(amounts) >= TOTAL_AND_TWO
        has = may and most > 0 and sum(amounts) % most == 0
        if time is not None and len(amounts) > 1:
            known = found[time.date()]
            found[time.date()] = [a + b for a, b in zip(known, (1, is_varied, may, may and not has), strict=True)]
    return sorted((day, *counts) for day, counts in found.items())


@given(LINES, st.sets(st.integers(0, 11)))
def test_orders_of_several_lines_are_counted_by_their_day(cells: list[tuple[Any, ...]], dropped: set[int]) -> None:
    lines = [_line(*cell) for cell in cells]
    orders = make_orders(lines, grain="line", keep_status=("paid",))
    gone = sorted(number for number in dropped if number < len(lines))
    counts = count_order_lines(orders, TEXT, drop_rows(pl.Series(gone, dtype=pl.UInt32)))

    assert counts.sort("day").rows() == _judge([line for number, line in enumerate(lines) if number not in dropped])
    assert dict(counts.schema) == SCHEMA


@pytest.mark.parametrize(("grain", "source"), [("line", TYPED), ("order", TEXT)])
def test_what_the_review_does_not_compare_is_not_counted(grain: str, source: Any) -> None:  # noqa: ANN401 a stand-in
    orders = make_orders([_line("o1"), _line("o1", fen=200)], grain=grain)

    assert not compares_lines(orders, source)
    assert count_order_lines(orders, source, Duplicates()).is_empty()


def test_counts_add_up_by_day_and_are_taken_off() -> None:
    days = [date(2025, 1, number) for number in range(1, 20)]
    one = pl.DataFrame([(day, 3, 2, 1, 1) for day in reversed(days)], SCHEMA, orient="row")
    less = pl.DataFrame([(days[4], 1, 0, 1, 1)], SCHEMA, orient="row")

    assert add_order_lines(one, one, less=less).rows() == [
        (day, 5, 4, 1, 1) if day == days[4] else (day, 6, 4, 2, 2) for day in days
    ]


def test_orders_whose_lines_stand_apart_in_any_window_are_refused() -> None:
    whole = [_line("o1"), _line("o1", fen=-900), _line("o2", file="m0"), _line("o1", file="m0")]
    rejected = [_line("o1", file="m2"), _line("o2", fen=None), _line("o1", file="m2")]
    refuse_divided_orders(make_orders([*whole, *rejected], grain="line"))
    apart = [_line("o2", file="m0"), _line("o3", file="m3"), _line("o2", file="m3"), _line("o3", file="m3")]
    with pytest.raises(UnusableStateError, match="the lines of an order stand apart in m0"):
        refuse_divided_orders(make_orders([*whole, *apart], grain="line", since=date(2025, 1, 9)))


def test_an_order_that_goes_on_further_down_in_its_file_is_refused() -> None:
    known = pl.DataFrame({"order_id": ["o1", "o2"], SOURCE_FILE: ["m1", "m2"]})
    refuse_continued_orders(known.with_columns(pl.col(SOURCE_FILE).reverse()), known)
    with pytest.raises(UnusableStateError, match="an order of m2 goes on in its new lines"):
        refuse_continued_orders(known.tail(1), known)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 0, 0, 0), {"RFM410"}),
        ((5, 1, 0, 0), {"RFM410", "RFM409"}),
        ((5, 3, 2, 1), {"RFM410", "RFM409", "RFM413"}),
        ((5, 0, 0, 0), None),
        ((5, 3, 2, 0), None),
    ],
)
def test_one_order_that_is_otherwise_makes_a_finding_about_all_impossible(
    counts: tuple[int, ...], expected: set[str] | None
) -> None:
    rest = pl.DataFrame([(date(2025, 1, 1), *counts)], SCHEMA, orient="row")
    table = pl.concat([rest, rest.with_columns(pl.lit(0, pl.Int64).alias(name) for name in COUNTS)])
    if expected is None:
        with pytest.raises(UnusableStateError, match="the lines of orders may be totals"):
            list_impossible(table)
    else:
        assert list_impossible(table) == expected

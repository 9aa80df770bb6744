"""A part has what its rows add to each customer; what was bought before the window is known when that moves."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rfm_engine.customers.aggregate import aggregate, find_shortcuts
from rfm_engine.orders import failing_rows, staging
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.state.open_ids import drop_rows, find_id_order
from rfm_engine.state.parts.counting import complete_part, count_inside, count_leaving, count_part
from tests.laws.months import day, reason_of, row, write_month
from tests.state.parts.orders import LAST, ORDERS, RULES, make_orders
from tests.state.parts.rows import SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

    from tests.state.parts.orders import Order

FIRST = [("c1", 1), ("c2", 2), ("c2", 12), ("c3", 13), ("c3", 70), ("c4", 14), ("c5", 3), ("c5", 4), ("c1", 5)]
SECOND = [("c6", 6), ("c2", 7), ("c6", 21), ("c7", 22), ("c7", 71), ("c1", 8), ("c4", 38)]
THIRD = [("c1", 26), ("c5", 9), ("c8", 31), ("c8", 72), ("c3", 39)]


@pytest.mark.parametrize("many", [0, staging.MANY])
@pytest.mark.parametrize("text", ["5.00", "1.005"])
def test_rows_before_the_window_and_after_it_are_known_when_it_moves(
    tmp_path: Path, many: int, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MANY", many)
    monkeypatch.setattr(failing_rows, "BLOCK", 2)
    for name, month in (("m1", FIRST), ("m2", SECOND)):
        orders = [
            row(f"{name}{number:02}", when, customer_id=who, order_amount=text)
            for number, (who, when) in enumerate(month)
        ]
        write_month(tmp_path, name, orders)
    assert reason_of(tmp_path, since=day(10)) == "nothing is kept yet"
    write_month(
        tmp_path, "m3", [row(f"m3{number:02}", when, customer_id=who) for number, (who, when) in enumerate(THIRD)]
    )

    assert reason_of(tmp_path, since=day(10)) is None
    assert reason_of(tmp_path, since=day(13), as_of=day(75)) is None
    assert reason_of(tmp_path, since=day(25), as_of=day(75)) is None


PART_RULES = RULES.map(lambda keys: keys | {"refunds": "net"} if keys["grain"] == "line" else keys)
DROPPED = st.sets(st.integers(0, 8), max_size=2)


def _count(
    rows: list[Order], dropped: set[int], rules: dict[str, Any], *, leaves: bool = False
) -> dict[tuple[str, ...], list[Any]]:
    """Return by list and customer what `count_part` does of orders: the counts, the time and the id of the last one.

    What leaves are the rows in the window, each counted once more as a row before it.
    """
    found: dict[tuple[str, ...], list[Any]] = defaultdict(lambda: [0, 0, 0, 0, None, None])
    orders: dict[Any, list[tuple[datetime, int]]] = defaultdict(list)
    for number, (order_id, customer, region, time, fen, status, _) in enumerate(rows):
        if number in dropped or not order_id or not customer or time is None or fen is None or time.date() > LAST:
            continue
        if (fen <= 0 and rules["refunds"] == "reject") or (rules["keep_status"] and status != "paid"):
            continue
        key = (region, customer) if rules["by"] else (customer,)
        if rules["since"] is not None and time.date() < rules["since"]:
            if not leaves:
                found[key][3] += 1
        else:
            orders[key, order_id, None if rules["grain"] == "line" else number].append((time, fen))
    for (key, order_id, _), lines in orders.items():
        one, last = found[key], max((time for time, fen in lines if fen > 0), default=None)
        one[3] += len(lines) if leaves else 0
        one[1] += sum(fen for _, fen in lines)
        one[2 if last is None else 0] += 1
        if last is not None:
            one[4:] = max([last, order_id], one[4:]) if one[4] else [last, order_id]
    return found


@given(ORDERS, DROPPED, PART_RULES)
def test_a_part_has_what_its_rows_add_to_each_customer(
    rows: list[Order], dropped: set[int], rules: dict[str, Any]
) -> None:
    orders, without = (
        make_orders(rows, **rules),
        drop_rows(pl.Series(sorted(dropped & {*range(len(rows))}), dtype=pl.Int64)),
    )
    names = [*rules["by"], *list(SCHEMA)[1:8]]

    part = count_part(orders, without)

    expected = _count(rows, dropped, rules)
    assert part.select(names).rows() == [(*key, *counts) for key, counts in sorted(expected.items())]
    assert part.columns == [*names, "last_order_amount_fen", *part.columns[len(names) + 1 :]]
    assert part.select(names).schema == {name: SCHEMA[name] for name in names}

    inside = count_inside(orders, without)
    assert inside.equals(
        part.with_columns(before=pl.lit(0, pl.Int64)).filter(pl.any_horizontal(pl.col(names[-6:-3]) != 0))
    )


@given(ORDERS, DROPPED, PART_RULES)
@example(
    [("o1", "a", "n", datetime(2025, 1, 1), 500, "paid", "m1")] * 2,
    set(),
    {"refunds": "net", "keep_status": None, "since": None, "by": ("region",), "grain": "line", "drop": ()},
)
def test_rows_that_leave_are_known_as_rows_before_the_window(
    rows: list[Order], dropped: set[int], rules: dict[str, Any]
) -> None:
    without = drop_rows(pl.Series(sorted(dropped & {*range(len(rows))}), dtype=pl.Int64))

    leaving = count_leaving(make_orders(rows, **rules), without)

    expected = _count(rows, dropped, rules, leaves=True)
    assert leaving.rows() == [(*key, *counts[:4]) for key, counts in sorted(expected.items())]
    assert leaving.columns == [*rules["by"], *list(SCHEMA)[1:6]]


@given(ORDERS, DROPPED, PART_RULES)
def test_a_part_of_rising_ids_is_the_same_when_that_is_known(
    rows: list[Order], dropped: set[int], rules: dict[str, Any]
) -> None:
    known = dict.fromkeys(sorted(one[0] for one in rows if one[0]))
    orders = make_orders([(number, *one[1:]) for number, one in zip(known, rows, strict=False)], **rules)
    gone = pl.Series(sorted(dropped & {*range(len(known))}), dtype=pl.Int64)

    ids = find_id_order(orders)

    assert ids.ids_rise is (rules["grain"] == "order")
    for count in (count_part, count_inside, count_leaving):
        assert count(orders, drop_rows(gone, ids)).equals(count(orders, drop_rows(gone)))


@given(ORDERS, DROPPED, PART_RULES)
def test_a_part_whose_customers_in_the_window_are_known_is_completed_by_what_came_before(
    rows: list[Order], dropped: set[int], rules: dict[str, Any]
) -> None:
    orders = make_orders(rows, **rules | {"refunds": "reject", "grain": "order", "drop": ()})
    without = drop_rows(pl.Series(sorted(dropped & {*range(len(rows))}), dtype=pl.Int64))
    found = aggregate(orders, without, find_shortcuts(orders, without)).customers.collect()
    keys = [*rules["by"], "customer_id"]

    part = complete_part(orders, without, found.sort(keys), [orders.rows.head(4), orders.rows.slice(4)])

    assert part.equals(count_part(orders, without))


def test_an_order_of_the_first_moment_of_the_window_is_not_before_it() -> None:
    orders = make_orders([("o1", "a", "n", datetime(2025, 1, 5), 5, "paid", "m1")], since=date(2025, 1, 5))
    part = count_part(orders, Duplicates())
    found = aggregate(orders, Duplicates(), find_shortcuts(orders, Duplicates())).customers.collect()

    assert part.select("frequency", "before").rows() == [(1, 0)]
    for outside in ([], [orders.rows]):
        assert complete_part(orders, Duplicates(), found, outside).equals(part)


def test_refunds_may_add_up_to_more_than_64_bits_hold() -> None:
    fen = [2**61] * 3 + [-(2**62)] * 3
    rows: list[Order] = [
        (f"o{number}", "a", "n", datetime(2025, 1, 5), one, "paid", "m1") for number, one in enumerate(fen)
    ]

    part = count_part(make_orders(rows, refunds="net"), Duplicates())

    assert part.select("frequency", "monetary_fen", "refunds").rows() == [(3, -3 * 2**61, 3)]

"""What the orders themselves show spares passes over them: which work is done for which orders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.customers import aggregate, integer_keys, last_order
from rfm_engine.customers import metrics as customer_metrics
from rfm_engine.customers.integer_keys import IntegerKeys, TextKeys
from rfm_engine.customers.metrics import Shortcuts, metrics
from rfm_engine.orders import cleaning, staging
from rfm_engine.orders.order_ids import duplicates
from tests.customers.small_orders import SNIFFED, grade_rows, orders

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    Rules = dict[str, Any]

NEWEST = ("order_id", "order_amount", "region", "product_name", "store_code")


@pytest.fixture
def shortcuts(monkeypatch: pytest.MonkeyPatch) -> list[Shortcuts]:
    """Return what is known whenever metrics are computed."""
    seen: list[Shortcuts] = []

    def record(orders: pl.LazyFrame, as_of: Any, shortcuts: Shortcuts) -> pl.LazyFrame:  # noqa: ANN401 as theirs
        seen.append(shortcuts)
        return metrics(orders, as_of, shortcuts)

    monkeypatch.setattr(customer_metrics, "metrics", record)
    return seen


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return which looks at the orders are taken."""
    seen: list[str] = []
    looks = (
        (duplicates, "suspect_hashes"),
        (duplicates, "compare_rows"),
        (duplicates, "rows_to_drop"),
        (cleaning, "count_by_check"),
        (aggregate, "tied_orders"),
    )
    for home, name in looks:
        monkeypatch.setattr(home, name, _recording(seen, name, getattr(home, name)))
    return seen


def _recording(seen: list[str], name: str, look: Any) -> Any:  # noqa: ANN401 any look
    def record(*given: Any) -> Any:  # noqa: ANN401 as its own
        seen.append(name)
        return look(*given)

    return record


KEYS = TextKeys(by=("region",))
EVERYTHING = Shortcuts(all_rows_are_orders=True, whole_seconds=True, ids_rise=True, keys=KEYS)


@pytest.mark.parametrize(
    ("last", "rules", "expected"),
    [
        ({}, {}, [EVERYTHING]),
        ({"order_id": "a"}, {}, [replace(EVERYTHING, ids_rise=False)]),
        ({"order_id": "a"}, {"drop": ["order_id", "order_amount"]}, [EVERYTHING]),
        ({"order_id": "a"}, {"unique_order_ids": True}, [replace(EVERYTHING, ids_rise=False)]),
        ({}, {"unique_order_ids": True}, [EVERYTHING]),
        ({}, {"refunds": "net"}, [replace(EVERYTHING, all_rows_are_orders=False)]),
        ({}, {"grain": "line"}, [replace(EVERYTHING, all_rows_are_orders=False, ids_rise=False)]),
        ({"order_time": "2025-06-01 08:00:00.5"}, {}, [EVERYTHING, replace(EVERYTHING, whole_seconds=False)]),
    ],
)
def test_metrics_know_what_the_orders_show(
    last: dict[str, str], rules: Rules, expected: list[Shortcuts], shortcuts: list[Shortcuts], tmp_path: Path
) -> None:
    grade_rows(tmp_path, orders(SNIFFED + 1, **last), rules)

    assert shortcuts == expected


def test_many_customers_are_grouped_by_number_and_those_without_one_apart(
    shortcuts: list[Shortcuts], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    grade_rows(tmp_path, orders(SNIFFED + 1), {})
    monkeypatch.setattr(staging, "MANY", SNIFFED)
    monkeypatch.setattr(integer_keys, "SAMPLED", 1)
    grade_rows(tmp_path, orders(SNIFFED + 1), {})
    grade_rows(tmp_path, orders(SNIFFED + 1, customer_id="someone"), {})
    grade_rows(tmp_path, orders(SNIFFED + 1, customer_id="someone", order_time="2025-06-01 08:00:00.5"), {})

    used = [
        ((each.keys.prefix, each.keys.digits) if isinstance(each.keys, IntegerKeys) else None, each.whole_seconds)
        for each in shortcuts
    ]
    assert used == [
        (None, True),
        (("c", 1), True),
        *((("c", 1), True), (None, True)),
        *((("c", 1), True), (("c", 1), False), (None, False)),
    ]


def test_where_every_order_has_an_id_and_counts_nothing_is_filtered_or_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def record(*given: Any) -> pl.LazyFrame:  # noqa: ANN401 as its own
        seen.append(given[0].explain(optimized=False))
        return metrics(*given)

    monkeypatch.setattr(customer_metrics, "metrics", record)
    for last in ({}, {"order_id": ""}, {"order_id": "o0000", "customer_id": "c0", "region": "r0"}):
        grade_rows(tmp_path, orders(SNIFFED, **last), {})
    grade_rows(tmp_path, orders(SNIFFED), {"refunds": "net"})

    words = ('col("order_id")', "gather", "is_order", "FILTER true")
    assert [[word in plan for word in words] for plan in seen] == [
        [False, False, False, False],
        [True, False, False, False],
        [False, True, False, False],
        [False, False, True, False],
    ]


@pytest.mark.parametrize(("many", "tried"), [(SNIFFED - 1, False), (SNIFFED, True)])
def test_of_many_orders_an_early_fraction_of_a_second_spares_the_try_in_seconds(
    many: int, *, tried: bool, shortcuts: list[Shortcuts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MANY", many)
    grade_rows(tmp_path, orders(SNIFFED, order_time="2025-06-01 08:00:00.5"), {})

    assert any(each.whole_seconds for each in shortcuts) is tried


def test_regions_of_customers_are_known_and_not_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []

    def record(*given: Any) -> list[str]:  # noqa: ANN401 as its own
        seen.append(given[2])
        return unmatched(*given)

    unmatched = cleaning.describe_unmatched
    monkeypatch.setattr(cleaning, "describe_unmatched", record)
    grade_rows(tmp_path, orders(SNIFFED), {"region": ["r0", "r1"]})
    grade_rows(
        tmp_path, orders(SNIFFED), {"region": ["r0"], "by": ["store_code"], "columns": {"store_code": "order_id"}}
    )

    assert seen == [{"r0", "r1"}, set()]


@pytest.mark.parametrize(
    ("last", "rules", "expected"),
    [
        ({}, {}, []),
        ({"order_id": "a"}, {}, ["tied_orders"]),
        (
            {"order_id": "o0000", "customer_id": "c0", "region": "r0"},
            {},
            ["suspect_hashes", "compare_rows", "tied_orders"],
        ),
        (
            {"order_id": "o0000", "customer_id": "c0", "region": "r0", "order_amount": "6.00"},
            {},
            ["suspect_hashes", "compare_rows", "rows_to_drop", "tied_orders"],
        ),
        ({"order_id": "a"}, {"unique_order_ids": True}, ["tied_orders"]),
        ({"order_id": "a"}, {"drop": ["order_id", "order_amount"]}, []),
        ({"order_amount": "5.001"}, {}, ["count_by_check"]),
        ({"order_amount": "0"}, {}, ["count_by_check"]),
        ({}, {"refunds": "net"}, []),
        ({"order_amount": "-1"}, {"refunds": "net"}, ["count_by_check"]),
    ],
)
def test_a_second_look_is_taken_only_where_it_is_needed(
    last: dict[str, str], rules: Rules, expected: list[str], passes: list[str], tmp_path: Path
) -> None:
    grade_rows(tmp_path, orders(SNIFFED, **last), rules)

    assert passes == expected


@pytest.mark.parametrize(("drop", "brought"), [([], 7), ([*NEWEST[:2]], 7), ([*NEWEST], 0)])
def test_only_what_newest_orders_are_asked_for_is_brought(
    drop: list[str], brought: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def record(*given: Any) -> pl.LazyFrame:  # noqa: ANN401 as its own
        found = last_order.fetch_last_orders(*given)
        seen.append(found.collect().height)
        return found

    monkeypatch.setattr(aggregate, "fetch_last_orders", record)
    grade_rows(tmp_path, orders(SNIFFED), {"drop": drop, "by": []})

    assert seen == [brought]


@pytest.mark.parametrize("rules", [{}, {"grain": "line"}])
def test_newest_orders_may_come_in_any_order(rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = orders(SNIFFED)
    plain = grade_rows(tmp_path, rows, rules)

    monkeypatch.setattr(aggregate, "fetch_last_orders", lambda *given: last_order.fetch_last_orders(*given).reverse())

    assert grade_rows(tmp_path, rows, rules).customers.collect().equals(plain.customers.collect())

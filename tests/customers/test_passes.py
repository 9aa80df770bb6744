"""`run --explain-plan` prints the plans of the passes that the rules ask for, and runs nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from rfm_engine.customers import integer_keys
from rfm_engine.customers.metrics import TIE_KEY
from rfm_engine.orders import staging
from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path

RISE, REPEAT = "whether order ids rise", "else which of them repeat"
METRICS, NEWEST = "the metrics of each customer", "the newest orders (here: row 0)"


def plans(orders: Path, *options: str) -> dict[str, str]:
    """Return the plans that the command prints for the small order file, by their names."""
    told = done("run", "--orders", orders, *AS_OF, "--explain-plan", *options, "--output", orders.parent / "none").out
    assert not (orders.parent / "none").exists()
    parts = re.split(r"^shop: (.+)\n", told, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ("", [RISE, REPEAT, METRICS, NEWEST]),
        ("--unique-order-ids", [RISE, METRICS, NEWEST]),
        ("--grain line", [METRICS, NEWEST]),
        ("--refunds net", [RISE, REPEAT, METRICS, NEWEST]),
    ],
)
def test_the_passes_are_those_that_the_rules_ask_for(options: str, names: list[str], shop: Path) -> None:
    assert list(plans(shop, *options.split())) == names


def read(plan: str) -> int:
    """Return how many columns of the orders a plan reads, the number of the row among them."""
    found = re.search(r"(\d+)/\d+ COLUMNS", plan)
    assert found, plan
    return int(found[1])


def test_each_plan_reads_what_it_needs_and_no_more(shop: Path) -> None:
    told = plans(shop)

    assert {name: read(plan) for name, plan in told.items()} == {RISE: 2, REPEAT: 1, METRICS: 6, NEWEST: 6}
    assert [word in told[METRICS] for word in ("AGGREGATE", TIE_KEY, "is_order", "Int128")] == [
        True,
        True,
        False,
        False,
    ]
    assert 'FILTER col("row").is_in([[0]])' in told[NEWEST]


def test_refunds_that_are_netted_are_told_from_orders(shop: Path) -> None:
    assert "is_order" in plans(shop, "--refunds", "net")[METRICS]


def test_lines_are_added_up_before_customers_are(shop: Path) -> None:
    told = plans(shop, "--grain", "line")

    assert [plan.count("AGGREGATE") for plan in told.values()] == [2, 0]
    assert "is_order" in told[METRICS]


def test_what_is_dropped_is_in_no_plan(shop: Path) -> None:
    columns = ("order_id", "order_amount", "product_name", "store_code")

    told = plans(shop, *(word for name in columns for word in ("--drop", name)))

    assert TIE_KEY not in told[METRICS]
    assert read(told[NEWEST]) == 2  # the row, and whether its amount is rounded


def test_customers_of_many_orders_are_grouped_by_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = tmp_path / "shop.csv"
    orders.write_text("customer_id,region,order_amount,order_time\nC01,north,5,2025-06-01\n", "utf-8")
    few = plans(orders)[METRICS]
    monkeypatch.setattr(staging, "MANY", 0)

    many = plans(orders)[METRICS]

    assert [integer_keys.KEY in plan for plan in (few, many)] == [False, True]

"""Hand-worked examples that the oracle adds up orders and finds the newest."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from tests.oracle.examples import ANY_TOTAL, LINES, NET, RULES, Order, column, counts, order, without
from tests.oracle.scorer import Rules, grade


def test_the_lines_of_an_order_add_up_and_the_largest_names_the_goods() -> None:
    rows = [
        order(order_amount="30"),
        order(order_amount="50", order_time="2025-06-03", product_name="rope", store_code="s3"),
        order(order_amount="50", order_time="2025-06-02", product_name="stove", store_code="s2"),
        order(order_amount="30"),
    ]

    (result,) = grade(rows, LINES).customers

    assert (result["frequency"], result["recency_days"]) == (1, 28)
    assert (result["monetary"], result["last_order_amount"]) == (Decimal(160), Decimal(160))
    assert (result["last_product_name"], result["last_store_code"]) == ("stove", "s2")


@pytest.mark.parametrize("name", ["product_name", "store_code", "region"])
def test_equal_largest_lines_are_settled_by_the_greatest_text_and_none_is_the_smallest(name: str) -> None:
    rows = [order(**{name: text}) for text in ("a", None, "b", "B")]

    (result,) = grade(rows, replace(LINES, by=())).customers

    assert result[f"last_{name}"] == "b"


def test_a_refunded_line_lowers_its_order_but_dates_and_names_nothing() -> None:
    rows = [
        order(order_amount="30"),
        order(order_amount="-31.50", order_time="2025-06-20", product_name="zip", store_code="s9"),
        order(order_id="o2", order_amount="-5", order_time="2025-06-25"),
    ]

    (result,) = grade(rows, replace(LINES, refunds="net")).customers

    assert (result["frequency"], result["recency_days"], result["monetary"]) == (1, 30, Decimal("-6.50"))
    assert (result["last_order_id"], result["last_order_amount"]) == ("o1", Decimal("-1.50"))
    assert (result["last_product_name"], result["last_store_code"]) == ("tent", "s1")


def test_a_netted_refund_lowers_monetary_and_is_no_order() -> None:
    rows = [order(), order(order_id="o2", order_amount="-4.005", order_time="2025-06-30")]
    rows += [order(order_id="o3", order_amount="0", order_time="2025-06-30")]

    result = grade(rows, NET)

    assert column(result, "monetary") == [Decimal("5.99")]
    assert column(result, "frequency") == [1]
    assert column(result, "last_order_id") == ["o1"]
    assert counts(result) == {"read": 3, "used": 3, "rounded": 1}


def test_a_customer_left_without_an_order_is_counted_and_ranked_nowhere() -> None:
    rows = [order(), order(customer_id="c2", order_amount="20"), order(customer_id="c3", order_amount="-1")]

    result = grade(rows, NET)

    assert column(result, "customer_id") == ["c1", "c2"]
    assert column(result, "m_score") == [1, 3]
    assert counts(result) == {"read": 3, "used": 3, "customers_without_order": 1}


def test_a_refund_under_its_order_id_conflicts_with_the_order() -> None:
    rows = [order(), order(order_amount="-10")]

    assert counts(grade(rows, NET)) == {"read": 2, "rejected": 2}
    assert grade(rows, RULES).rejects == [(1, "order_amount", "not positive")]


@pytest.mark.parametrize(
    ("lesser", "greater"),
    [
        (order(order_id="o2"), order(order_time="2025-06-01 00:00:01")),
        (order(order_id="o10", order_amount="99"), order(order_id="o9")),
        (order(order_id=None, order_amount="9", product_name="z"), order(order_id=None, product_name="a")),
        (order(order_id=None, product_name=None, store_code="z"), order(order_id=None, store_code="a")),
        (order(order_id=None, store_code="a", region="z"), order(order_id=None, store_code="b", region="a")),
        (order(order_id=None, region=None), order(order_id=None)),
    ],
)
def test_the_newest_order_is_settled_by_time_id_amount_product_shop_and_region(lesser: Order, greater: Order) -> None:
    rows = [lesser, greater] if greater["order_id"] else without("order_id", [lesser, greater])

    for turned in (rows, rows[::-1]):
        (result,) = grade(turned, replace(RULES, by=())).customers

        assert result["last_order_time"] == datetime.fromisoformat(greater["order_time"] or "")
        assert result["last_order_amount"] == Decimal(greater["order_amount"] or "")
        names = ["product_name", "store_code", "region"]
        assert [result[f"last_{name}"] for name in names] == [greater[name] for name in names]
        assert result["last_order_id"] == greater["order_id"]


def test_the_order_of_the_rows_changes_no_customer_and_no_count() -> None:
    rows = [order(customer_id=f"c{n % 7}", order_id=f"o{n % 40}", order_amount=str(n % 11 - 1)) for n in range(80)]

    for grain in ("order", "line"):
        rules = replace(NET, grain=grain, tiers=ANY_TOTAL)
        forwards, backwards = grade(rows, rules), grade(rows[::-1], rules)

        assert forwards.customers == backwards.customers != []
        assert forwards.ledger == backwards.ledger


def test_no_rows_make_no_customers() -> None:
    result = grade([], RULES)

    assert result.customers == []
    assert result.rejects == []
    assert counts(result) == {}


@pytest.mark.parametrize("option", ["grain", "refunds", "scheme", "ties"])
def test_a_misspelled_option_is_refused(option: str) -> None:
    misspelled = {**vars(RULES), option: "typo"}

    with pytest.raises((AssertionError, KeyError)):
        grade([order()], Rules(**misspelled))

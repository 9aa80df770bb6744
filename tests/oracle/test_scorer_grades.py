"""Hand-worked examples that the oracle scores and grades right."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.oracle.examples import ANY_TOTAL, RULES, THRESHOLDS, Order, column, order
from tests.oracle.scorer import CLOSED, OPEN, SICHUAN_TIERS, Rules, TierRule, grade


@pytest.mark.parametrize(
    ("day", "score"),
    [
        *[("2025-07-01", 5), ("2025-06-21", 5), ("2025-06-20", 4), ("2025-06-01", 4), ("2025-05-31", 3)],
        *[("2025-05-02", 3), ("2025-05-01", 2), ("2025-03-03", 2), ("2025-03-02", 1), ("2025-01-01", 1)],
    ],
)
def test_recency_falls_after_10_30_60_and_120_days(day: str, score: int) -> None:
    assert column(grade([order(order_time=f"{day} 23:59:59")], THRESHOLDS), "r_score") == [score]


@pytest.mark.parametrize(("orders", "score"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4), (8, 5), (9, 5)])
def test_frequency_rises_after_1_3_5_and_7_orders(orders: int, score: int) -> None:
    assert column(grade([order(order_id=str(n)) for n in range(orders)], THRESHOLDS), "f_score") == [score]


@pytest.mark.parametrize(
    ("amount", "score"),
    [
        *[("0.01", 1), ("100", 1), ("100.01", 2), ("350", 2), ("350.01", 3), ("800", 3), ("800.01", 4)],
        *[("1500", 4), ("1500.01", 5), ("1500.004", 4)],
    ],
)
def test_monetary_rises_after_100_350_800_and_1500_yuan(amount: str, score: int) -> None:
    assert column(grade([order(order_amount=amount)], THRESHOLDS), "m_score") == [score]


def test_one_cut_makes_the_scores_1_and_2() -> None:
    rows = [order(order_time="2025-06-21"), order(customer_id="c2", order_time="2025-06-20")]
    rules = replace(THRESHOLDS, recency_cuts=(10,), frequency_cuts=(1,), monetary_cuts=(Decimal("9.99"),))

    result = grade(rows, rules)

    assert [column(result, f"{metric}_score") for metric in "rfm"] == [[2, 1], [1, 1], [2, 2]]


def m_scores(amounts: list[int], rules: Rules) -> list[object]:
    rows = [order(customer_id=f"c{n:02}", order_amount=str(amount)) for n, amount in enumerate(amounts)]
    return column(grade(rows, replace(rules, tiers=ANY_TOTAL)), "m_score")


@pytest.mark.parametrize(
    ("customers", "bins", "scores"),
    [
        (1, 5, [1]),
        (3, 5, [1, 2, 4]),
        (6, 5, [1, 1, 2, 3, 4, 5]),
        (7, 5, [1, 1, 2, 3, 3, 4, 5]),
        (10, 5, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
        (4, 10, [1, 3, 6, 8]),
    ],
)
def test_a_rank_makes_its_score_by_the_floor(customers: int, bins: int, scores: list[int]) -> None:
    assert m_scores(list(range(1, customers + 1)), replace(RULES, bins=bins)) == scores


@pytest.mark.parametrize(
    ("ties", "amounts", "scores"),
    [
        ("min", [1, 3, 1, 2, 1], [1, 5, 1, 4, 1]),
        ("max", [1, 3, 1, 2, 1], [3, 5, 3, 4, 3]),
        ("average", [1, 3, 1, 2, 1], [2, 5, 2, 4, 2]),  # the tied ones rank 2
        ("ordinal", [1, 3, 1, 2, 1], [1, 5, 2, 4, 3]),
        ("min", [7, 7], [1, 1]),
        ("max", [7, 7], [3, 3]),
        ("average", [7, 7], [2, 2]),  # rank 1.5: 1 + floor(5 * 0.5 / 2)
        ("ordinal", [7, 7], [1, 3]),
    ],
)
def test_ties_share_a_score_in_the_way_asked_for(ties: str, amounts: list[int], scores: list[int]) -> None:
    assert m_scores(amounts, replace(RULES, ties=ties)) == scores


def test_a_one_time_buyer_among_nine_tenths_of_them_scores_1() -> None:
    rows = [order(customer_id=f"c{n}") for n in range(10)] + [order(customer_id="c9", order_id="o2")]

    assert column(grade(rows, RULES), "f_score") == [1] * 9 + [5]


def test_the_shortest_recency_ranks_best_and_each_list_is_ranked_alone() -> None:
    rows = [order(order_time="2025-06-30"), order(customer_id="c2"), order(region="Tai'an")]

    assert column(grade(rows, RULES), "r_score") == [3, 1, 1]


THREE = Decimal(3)
SIX = Decimal(6)
CLOSED_ON_THE_RIGHT = (
    TierRule("C", None, OPEN, THREE, CLOSED, 1, 1, 12, ""),
    TierRule("B", THREE, OPEN, SIX, CLOSED, 1, 1, 3, ""),
    TierRule("A", SIX, OPEN, None, OPEN, 1, 1, 1, ""),
)


MIDDLING = [order(order_id=str(n)) for n in range(4)]  # scores 4, 3, 1
BEST = [order(order_id=str(n), order_time="2025-07-01", order_amount="200") for n in range(8)]  # scores 5, 5, 5


@pytest.mark.parametrize(
    ("rows", "weights", "total", "tier"),
    [
        (MIDDLING, "0.3 0.4 0.6", "3", "C"),
        (MIDDLING, "0.3 0.4 0.6000000000000000000000000000000001", "3.0000000000000000000000000000000001", "B"),
        (BEST, "0.3 0.4 0.5", "6", "B"),
        (BEST, "0.3 0.4 0.6", "6.5", "A"),  # not normalised
    ],
)
def test_the_total_is_exact(rows: list[Order], weights: str, total: str, tier: str) -> None:
    r, f, m = map(Decimal, weights.split())

    (result,) = grade(rows, replace(THRESHOLDS, weights=(r, f, m), tiers=CLOSED_ON_THE_RIGHT)).customers

    assert (result["rfm_score"], result["tier"]) == (Decimal(total), tier)


def graded_four_times(weight: str) -> dict[str, object]:
    """The customer of r_score 4 whose total is four times the weight."""
    rules = replace(THRESHOLDS, weights=(Decimal(weight), Decimal(0), Decimal(0)))
    return grade([order()], rules).customers[0]


@pytest.mark.parametrize(
    ("weight", "tier"),
    [
        *[("1.25", "A"), ("1", "A"), ("0.9999", "B"), ("0.75", "B"), ("0.7499", "C"), ("0.5", "C")],
        *[("0.4999", "D"), ("0.25", "D")],
    ],
)
def test_the_borders_of_the_sichuan_table_belong_to_the_better_tier(weight: str, tier: str) -> None:
    result = graded_four_times(weight)

    (rule,) = (rule for rule in SICHUAN_TIERS if rule.name == tier)
    assert result["tier"] == tier
    contacts = (result["contacts_min"], result["contacts_max"], result["contact_every_months"], result["focus"])
    assert contacts == (rule.contacts_min, rule.contacts_max, rule.every_months, rule.focus)
    assert contacts[:3] == {"A": (1, 2, 1), "B": (1, 2, 3), "C": (1, 2, 6), "D": (1, 1, 12)}[tier]


@pytest.mark.parametrize("weight", ["1.2501", "0.2499"])
def test_a_total_outside_all_tiers_is_refused(weight: str) -> None:
    with pytest.raises(ValueError, match="unpack"):
        graded_four_times(weight)


def test_a_total_inside_two_tiers_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        grade([order()], replace(RULES, tiers=ANY_TOTAL + SICHUAN_TIERS))


@pytest.mark.parametrize(
    ("as_of", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2025, 2, 28), 1, date(2025, 3, 28)),
        (date(2025, 6, 15), 30, date(2027, 12, 15)),
    ],
)
def test_the_next_contact_is_clipped_to_the_end_of_its_month(as_of: date, months: int, expected: date) -> None:
    tiers = (replace(ANY_TOTAL[0], every_months=months),)

    result = grade([order(order_time="2024-01-01")], Rules(as_of=as_of, tiers=tiers))

    assert column(result, "next_contact_by") == [expected]

"""Hand-worked examples that the oracle itself is right."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.oracle.scorer import CLOSED, OPEN, SICHUAN_TIERS, Answer, Rules, TierRule, grade

Order = dict[str, str | None]

RULES = Rules(as_of=date(2025, 7, 1), since=date(2025, 1, 1))
NET = replace(RULES, refunds="net")
LINES = replace(RULES, grain="line")
THRESHOLDS = replace(RULES, scheme="thresholds")
ANY_TOTAL = (TierRule("any", None, OPEN, None, OPEN, 1, 1, 1, ""),)


def order(**changes: str | None) -> Order:
    whole: Order = {"customer_id": "c1", "order_id": "o1", "store_code": "s1", "region": "Sichuan"}
    whole |= {"product_name": "tent", "order_amount": "10.00", "order_time": "2025-06-01", "status": "paid"}
    return whole | changes


def without(column: str, rows: list[Order]) -> list[Order]:
    return [{name: text for name, text in row.items() if name != column} for row in rows]


def column(answer: Answer, name: str) -> list[object]:
    return [customer[name] for customer in answer.customers]


def counts(answer: Answer) -> dict[str, int]:
    return {key: count for key, count in answer.ledger.items() if count}


def test_a_customer_carries_every_column_in_order() -> None:
    rows = [order(order_time="2025-06-01 12:30:00")]

    result = grade(rows, THRESHOLDS)

    expected: dict[str, object] = {"region": "Sichuan", "customer_id": "c1"}
    expected |= {"recency_days": 30, "frequency": 1, "monetary": Decimal("10.00")}
    expected |= {"r_score": 4, "f_score": 1, "m_score": 1, "rfm_score": Decimal("1.9"), "tier": "D"}
    expected |= {"contacts_min": 1, "contacts_max": 1, "contact_every_months": 12}
    expected |= {"next_contact_by": date(2026, 7, 1), "focus": "wake up with holiday offers and new products"}
    expected |= {"last_order_id": "o1", "last_order_time": datetime(2025, 6, 1, 12, 30)}
    expected |= {"last_order_amount": Decimal("10.00"), "last_product_name": "tent", "last_store_code": "s1"}
    assert result.customers == [expected]
    assert list(result.customers[0]) == list(expected)
    assert str(result.customers[0]["monetary"]) == "10.00"
    assert counts(result) == {"read": 1, "used": 1}


# One row that every rule objects to; each case cures the fault before, so that the next rule decides.
FAULTS = [
    ({}, "other_status", None),
    ({"status": "paid"}, "other_region", None),
    ({"region": "Sichuan"}, "rejected", ("order_time", "missing")),
    ({"order_time": "yesterday"}, "rejected", ("order_time", "not a time")),
    ({"order_time": "2024-12-31"}, "outside_window", None),
    ({"order_time": "2025-01-01"}, "rejected", ("customer_id", "missing")),
    ({"customer_id": "c1"}, "rejected", ("line", "missing")),
    ({"line": "tents"}, "rejected", ("shop", "missing")),
    ({"shop": "s1"}, "rejected", ("order_id", "missing")),
    ({"order_id": "o1"}, "rejected", ("order_amount", "missing")),
    ({"order_amount": "ten"}, "rejected", ("order_amount", "not an amount")),
    ({"order_amount": "-100000000000"}, "rejected", ("order_amount", "out of range")),
    ({"order_amount": "-1"}, "rejected", ("order_amount", "not positive")),
    ({"order_amount": "1"}, "used", None),
]


@pytest.mark.parametrize("cured", range(len(FAULTS)))
def test_the_first_rule_that_objects_decides(cured: int) -> None:
    row = dict.fromkeys([*order(), "line", "shop"])
    for cure, _, _ in FAULTS[: cured + 1]:
        row |= cure
    rules = replace(RULES, keep_status=("paid",), regions=("Sichuan",), by=("line", "shop"))

    result = grade([row], rules)

    _, fate, reject = FAULTS[cured]
    assert counts(result) == {"read": 1, fate: 1}
    assert result.rejects == ([(0, *reject)] if reject else [])


def test_every_row_has_one_fate_and_rejects_keep_their_place() -> None:
    rows = [order(), order(), order(order_id=None), order(order_time="2025-07-02"), order(status="void")]
    rows += [order(region="Tai'an"), order(customer_id=" ")]
    rules = replace(RULES, keep_status=("paid",), regions=("Sichuan",))

    result = grade(rows, rules)

    expected = {"read": 7, "used": 1, "outside_window": 1, "other_status": 1, "other_region": 1, "duplicates": 1}
    warnings = {"rounded": 0, "repeats_without_order_id": 0, "customers_without_order": 0}
    assert result.ledger == expected | {"rejected": 2} | warnings
    assert result.rejects == [(2, "order_id", "missing"), (6, "customer_id", "missing")]


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("2025-01-01", True),
        (" 2025-06-01 23:59:59\t", True),
        ("2025-07-01 23:59:59.999999", True),
        ("2025-6-1", False),
        ("20250601", False),
        ("2025-06-01T10:00:00", False),
        ("2025-06-01 10:00", False),
        ("2025-06-01 10:00:00.5", False),
        ("2025-06-01 10:00:00+08:00", False),
        ("2025-02-29", False),
    ],
)
def test_a_time_has_one_of_three_spellings_and_both_days_of_the_window_count(text: str, *, used: bool) -> None:
    result = grade([order(order_time=text)], RULES)

    assert result.ledger["used"] == used
    assert result.rejects == ([] if used else [(0, "order_time", "not a time")])


@pytest.mark.parametrize(
    ("text", "monetary", "rounded"),
    [
        ("+1.", "1.00", 0),
        (".5", "0.50", 0),
        ("007.100", "7.10", 0),
        ("0.005", "0.01", 1),
        ("1.005", "1.01", 1),
        ("1.00499999999999999999999999999999999999", "1.00", 1),
        ("99999999999.994", "99999999999.99", 1),
    ],
)
def test_an_amount_rounds_to_fen_half_away_from_zero(text: str, monetary: str, rounded: int) -> None:
    result = grade([order(order_amount=text)], RULES)

    assert column(result, "monetary") == [Decimal(monetary)]
    assert result.ledger["rounded"] == rounded


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *(
            (text, "not an amount")
            for text in ("1e3", "1,000", "1_0", "NaN", "inf", "-", ".", "1.2.3", "--1", "１", "¥1")
        ),
        ("99999999999.995", "out of range"),
        ("0", "not positive"),
        ("0.004", "not positive"),
        ("-0.00", "not positive"),
    ],
)
def test_an_amount_that_is_none_is_rejected(text: str, reason: str) -> None:
    result = grade([order(order_amount=text)], RULES)

    assert result.rejects == [(0, "order_amount", reason)]
    assert result.ledger["rounded"] == 0


def test_an_amount_in_ten_thousand_yuan_counts_in_fen() -> None:
    rows = [order(order_amount="1.23456789")]

    result = grade(rows, replace(RULES, fen_per_unit=1_000_000))

    assert column(result, "monetary") == [Decimal("12345.68")]
    assert result.ledger["rounded"] == 1


def test_identical_rows_of_an_order_are_duplicates_but_for_the_first_however_they_are_spelled() -> None:
    rows = [order(note="a"), order(order_amount=" +10", order_time="2025-06-01 00:00:00", note="b"), order(note="c")]

    result = grade(rows, RULES)

    assert counts(result) == {"read": 3, "used": 1, "duplicates": 2}
    assert column(result, "frequency") == [1]


@pytest.mark.parametrize("name", ["store_code", "product_name", "order_amount", "order_time", "status"])
def test_rows_of_an_order_that_differ_all_conflict_and_their_repeats_too(name: str) -> None:
    other = {"order_amount": "10.01", "order_time": "2025-06-01 00:00:01"}.get(name)
    rows = [
        order(),
        order(order_id="o2"),
        order(**{name: other or "else"}),
        order(order_id="o3", order_amount="0"),
        order(),
    ]

    result = grade(rows, RULES)

    assert counts(result) == {"read": 5, "used": 1, "rejected": 4}
    conflicts = [(index, "order_id", "conflicting") for index in (0, 2, 4)]
    assert result.rejects == sorted([*conflicts, (3, "order_amount", "not positive")])


def test_an_order_id_of_another_customer_list_or_fate_is_no_conflict() -> None:
    rows = [order(), order(customer_id="c2"), order(region="Tai'an"), order(order_time="2020-01-01")]

    result = grade(rows, RULES)

    assert counts(result) == {"read": 4, "used": 3, "outside_window": 1}


def test_region_makes_a_conflict_where_it_makes_no_list() -> None:
    result = grade([order(), order(region="Tai'an")], replace(RULES, by=()))

    assert counts(result) == {"read": 2, "rejected": 2}


def test_without_order_ids_each_row_is_an_order_and_repeats_are_a_warning() -> None:
    rows = without("order_id", [order(), order(), order(), order(customer_id="c2")])

    for rules in (RULES, LINES):
        result = grade(rows, rules)

        assert counts(result) == {"read": 4, "used": 4, "repeats_without_order_id": 2}
        assert column(result, "frequency") == [3, 1]
        assert column(result, "last_order_id") == [None, None]


def test_region_splits_by_default_only_where_there_is_one() -> None:
    rows = [order(), order(region="Tai'an")]

    with_region, source_without = grade(rows, RULES), grade(without("region", rows), RULES)

    assert column(with_region, "region") == ["Sichuan", "Tai'an"]
    assert "last_region" not in with_region.customers[0]
    assert counts(source_without) == {"read": 2, "used": 1, "duplicates": 1}
    assert not {"region", "last_region"} & set(source_without.customers[0])


def test_any_other_list_column_that_the_source_lacks_rejects_every_row() -> None:
    result = grade(without("region", [order()]), replace(RULES, by=("region", "store_code")))

    assert result.rejects == [(0, "region", "missing")]


def test_a_region_that_makes_no_list_comes_last_among_the_columns() -> None:
    result = grade([order()], replace(RULES, by=("store_code",)))

    assert list(result.customers[0])[:2] == ["store_code", "customer_id"]
    assert list(result.customers[0])[-2:] == ["last_store_code", "last_region"]
    assert result.customers[0]["last_region"] == "Sichuan"


def test_customers_come_by_list_then_id_in_code_points() -> None:
    lists = [("b", "é"), ("b", "a"), ("a", "z"), ("b", "10"), ("b", "9"), ("b", "B"), ("丙", "1")]
    rows = [order(region=region, customer_id=customer) for region, customer in lists]

    result = grade(rows, RULES)

    expected = [("a", "z"), ("b", "10"), ("b", "9"), ("b", "B"), ("b", "a"), ("b", "é"), ("丙", "1")]
    assert list(zip(column(result, "region"), column(result, "customer_id"), strict=True)) == expected


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

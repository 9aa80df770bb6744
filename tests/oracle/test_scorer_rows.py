"""Hand-worked examples that the oracle judges rows right."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.oracle.examples import LINES, RULES, THRESHOLDS, column, counts, order, without
from tests.oracle.scorer import grade


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
    rows += [order(region="Tai'an"), order(order_id="o7", customer_id=" ")]
    rules = replace(RULES, keep_status=("paid",), regions=("Sichuan",))

    result = grade(rows, rules)

    expected = {"read": 7, "used": 1, "outside_window": 1, "other_status": 1, "other_region": 1, "duplicates": 1}
    warnings = {"rounded": 0, "repeats_without_order_id": 0, "customers_without_order": 0, "customers_before_window": 0}
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

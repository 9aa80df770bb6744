"""Each row's outcome and the ledger alone: on the bounds, and in the order in which the rules object."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders import cleaning
from rfm_engine.orders.ledger import count_outcomes
from rfm_engine.orders.rejects import rejects
from tests.orders.rows import REQUESTED, SOUND, orders_of, rules_of

NO_AMOUNT = {"order_amount_fen": None, "order_amount_rounded": None, "order_amount_text": "abc"}
FAULTS: list[tuple[dict[str, Any], str, tuple[str, str | None, str] | None]] = [
    ({"order_status": "void"}, "other_status", None),
    ({"order_status": None}, "other_status", None),
    ({"region": "south"}, "other_region", None),
    ({"region": None}, "other_region", None),
    ({"order_time": None, "order_time_text": "soon"}, "rejected", ("TIME", "soon", "not a time")),
    ({"order_time": datetime(2025, 7, 2)}, "outside_window", None),
    ({"order_time": datetime(2025, 5, 31, 23, 59, 59, 999_999)}, "outside_window", None),
    ({"customer_id": None}, "rejected", ("customer_id", None, "missing")),
    ({"customer_id": ""}, "rejected", ("customer_id", None, "missing")),
    ({"product_name": ""}, "rejected", ("product_name", None, "missing")),
    ({"order_id": ""}, "rejected", ("ID", None, "missing")),
    (NO_AMOUNT, "rejected", ("order_amount", "abc", "not an amount")),
    (NO_AMOUNT | {"order_amount_rounded": False}, "rejected", ("order_amount", "abc", "out of range")),
    ({"order_amount_fen": 0, "order_amount_text": "0"}, "rejected", ("order_amount", "0", "not positive")),
]
HEADERS = {"order_time": "TIME", "order_id": "ID"}
SOUND_ROWS: list[dict[str, Any]] = [
    {},
    {"order_time": datetime(2025, 6, 1)},
    {"order_time": datetime(2025, 7, 1, 23, 59, 59, 999_999)},
    {"region": "east", "order_status": "sent", "order_amount_rounded": True},
]


def test_the_first_rule_that_a_row_breaks_decides_its_outcome() -> None:
    both: list[dict[str, Any]] = []
    expected = list(FAULTS)
    for (later, _, _), (earlier, outcome, reject) in zip(FAULTS[1:], FAULTS, strict=False):
        both.append(later | earlier)
        expected.append((later | earlier, outcome, reject))
    orders = orders_of(*(fault for fault, _, _ in FAULTS), *both, *SOUND_ROWS)
    rules = rules_of(by=("product_name",), **REQUESTED)
    found = cleaning.row_checks(orders.collect_schema().names(), rules)

    counts_by_check = cleaning.count_by_check(orders, found).collect()
    lost = rejects(orders, found, HEADERS).collect()

    rejected = [(row, *reject) for row, (_, _, reject) in enumerate(expected, 2) if reject]
    assert lost.select("row", "column", "value", "reason").rows() == rejected
    assert lost["file"].unique().to_list() == ["a.csv"]
    counts = dict.fromkeys(("other_status", "other_region", "outside_window", "rejected"), 0)
    for _, outcome, _ in expected:
        counts[outcome] += 1
    total = {"passed": len(SOUND_ROWS), "read": len(expected) + len(SOUND_ROWS)}
    assert count_outcomes(counts_by_check, found) == counts | total
    rounded = dict(counts_by_check.select("test", "rounded").iter_rows())
    assert rounded[cleaning.PASSED] == 1
    assert sum(rounded.values()) == 1
    assert cleaning.passing_rows(orders, found).collect()["source_row"].to_list() == list(
        range(len(expected) + 2, len(expected) + 2 + len(SOUND_ROWS))
    )


def test_without_rules_for_it_no_row_is_lost_to_time_status_region_or_a_refund() -> None:
    orders = orders_of(
        {"order_status": None}, {"order_time": datetime(1999, 1, 1)}, {"order_amount_fen": -5}, {"order_amount_fen": 0}
    )
    names = orders.collect_schema().names()

    kept = cleaning.passing_rows(orders, cleaning.row_checks(names, rules_of(refunds="net"))).collect()
    strict = cleaning.passing_rows(orders, cleaning.row_checks(names, rules_of())).collect()

    assert kept.height == 4
    assert strict["source_row"].to_list() == [2, 3]


@pytest.mark.parametrize(
    ("lacking", "rules", "expected"),
    [
        ((), {}, ("region",)),
        (("region",), {}, ()),
        (("region",), {"by": ("product_name",)}, ("product_name",)),
        (("product_name",), {"by": ()}, ()),
        (("region",), {"region": ("north",)}, "region (for region)"),
        (("region",), {"by": ("region", "product_name")}, "region (named in by)"),
        (("order_status",), {"keep_status": ("paid",)}, "order_status (for keep_status)"),
        (("order_id",), {"grain": "line"}, "order_id (for grain = 'line')"),
        (
            ("product_name", "order_id"),
            {"grain": "line", "by": ("product_name",)},
            "product_name (named in by), order_",
        ),
        ((), {"grain": "line", **REQUESTED}, ("region",)),
    ],
)
def test_the_lists_are_those_requested_and_rules_that_lack_a_column_are_refused(
    lacking: tuple[str, ...], rules: dict[str, Any], expected: str | tuple[str, ...]
) -> None:
    columns = [name for name in SOUND if name not in lacking]

    if isinstance(expected, tuple):
        assert cleaning.list_columns(columns, rules_of(**rules)) == expected
        assert {check.column for check in cleaning.row_checks(columns, rules_of(**rules)) if check.column} == {
            *("order_time", "order_amount", "customer_id", *expected),
            *(["order_id"] if "order_id" in columns else []),
        }
    else:
        with pytest.raises(DataError) as refused:
            cleaning.list_columns(columns, rules_of(**rules))
        assert f"have no column {expected}" in str(refused.value)


@pytest.mark.parametrize(("others", "shown"), [(10, "{}"), (11, "{}"), (12, "{} and 1 more"), (13, "{} and 2 more")])
def test_a_requested_name_that_no_row_has_is_reported_with_those_present(others: int, shown: str) -> None:
    names = [f"{number:02}" for number in range(others)]
    orders = orders_of(*({"region": name} for name in [*reversed(names), "north", "", "01"]), {"region": None})

    sentences = cleaning.describe_unmatched(orders, rules_of(region=("north", "west"), keep_status=("paid", "lost")))

    there = ", ".join([*names, "north"][:12])
    assert sentences == [
        f"no row has region 'west'; there are: {shown.format(there)}",
        "no row has order_status 'lost'; there are: paid",
    ]
    assert cleaning.describe_unmatched(orders, rules_of()) == []
    assert cleaning.describe_unmatched(orders, rules_of(keep_status=("lost",))) == sentences[1:]
    assert cleaning.describe_unmatched(orders_of({"region": ""}), rules_of(region=("a",))) == [
        "no row has region 'a'; there are: none"
    ]


@pytest.mark.parametrize("regions", [("north", "west"), ("west", "north", "south")])
def test_regions_that_customers_have_are_not_looked_for_in_the_orders(regions: tuple[str, ...]) -> None:
    def read() -> pl.DataFrame:
        raise NotImplementedError

    orders = pl.defer(read, schema={"region": pl.String, "order_status": pl.String})

    assert cleaning.describe_unmatched(orders, rules_of(region=("north", "west")), regions) == []
    for known, rules in ((regions[:1], rules_of(region=("north", "west"))), (regions, rules_of(keep_status=regions))):
        with pytest.raises(NotImplementedError):
            cleaning.describe_unmatched(orders, rules, known)

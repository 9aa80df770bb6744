"""A cell has the figures that plain Python makes of its purchases, and its rule is the same in both forms."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.insight.cells import Rule, count_cells, in_periods
from tests.insight.attack.cases import MONTHS, Bought, bought, purchases_of

RULE = Rule(k=3)


@given(bought())
def test_the_cells_are_those_of_plain_python(rows: list[Bought]) -> None:
    visits: dict[tuple[str, str, date], list[Bought]] = defaultdict(list)
    for row in rows:
        for product in (row[0], ""):
            for region in (row[1], ""):
                visits[product, region, row[2]].append(row)

    cells = count_cells(purchases_of(rows), "month", RULE, after=MONTHS[0])

    assert {(row["product"], row["region"], row["period"]) for row in cells.to_dicts()} == visits.keys()
    for cell in cells.to_dicts():
        own = visits[cell["product"], cell["region"], cell["period"]]
        amounts: Counter[str] = Counter()
        for *_, customer, yuan in own:
            amounts[customer] += 100 * yuan
        largest = sorted(amounts.values(), reverse=True)
        assert cell == {
            **{name: cell[name] for name in ("product", "region", "period")},
            "customers": len({(one[1], one[3]) for one in own}),
            "orders": len(own),
            "spend": sum(largest),
            "people": len(amounts),
            "gross": sum(largest),
            "largest": largest[0],
            "two_largest": sum(largest[:2]),
            "fresh": len(amounts) if cell["period"] > MONTHS[0] else 0,
            "is_safe": RULE.is_met(largest),
        }


@given(st.lists(st.integers(-50, 50).filter(bool), min_size=1, max_size=8), st.integers(1, 6))
def test_the_expression_is_met_when_the_rule_is(amounts: list[int], k: int) -> None:
    largest = sorted(map(abs, amounts), reverse=True)
    sums = {"people": len(amounts), "gross": sum(largest), "largest": largest[0], "two_largest": sum(largest[:2])}

    found = pl.DataFrame([sums]).select(Rule(k=k).expression()).item()

    assert found == (
        len(amounts) >= k and largest[0] * 2 <= sum(largest) and sum(largest[:2]) * 20 <= sum(largest) * 17
    )
    assert found == Rule(k=k).is_met(amounts)


@pytest.mark.parametrize(("length", "first"), [("month", 5), ("quarter", 4), ("half-year", 1), ("year", 1)])
def test_a_month_belongs_to_the_period_that_it_is_in(length: str, first: int) -> None:
    frame = pl.DataFrame({"month": [date(2025, 5, 1)]})

    assert in_periods(frame, length).rows() == [(date(2025, first, 1),)]  # type: ignore[arg-type]

"""No withheld number of customers follows from the shown ones."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings

from rfm_engine.insight.cells import Rule
from rfm_engine.insight.counts import show_counts
from rfm_engine.insight.demand import show_demand
from rfm_engine.insight.released import REST, Count
from tests.examples import examples
from tests.insight.attack.cases import Bought, bought, find_computable, purchases_of

RULE = Rule(k=3)


@settings(max_examples=examples(20))
@given(bought())
def test_no_withheld_number_of_customers_can_be_computed_from_all_tables_together(rows: list[Bought]) -> None:
    purchases = purchases_of(rows)
    demand = show_demand(purchases, "quarter", RULE)

    counts = show_counts(purchases, demand, RULE, date(2025, 6, 30))

    hidden = [count for count in counts.withheld if counts.numbers[count]]
    known = [[sum_of(count, line.total, line.parts) for count in hidden] for line in counts.lines]
    small = [count for count in hidden if counts.numbers[count] < RULE.k]
    assert find_computable([row for row in known if any(row)], hidden, small) == []
    shown = {count: number for count, number in counts.numbers.items() if count not in counts.withheld and number}
    assert all(number >= RULE.k for number in shown.values())
    rests = (counts.numbers.get(count._replace(what=REST + count.what), 0) for count in shown)
    assert all(rest == 0 or rest >= RULE.k for rest in rests)


def sum_of(count: Count, total: Count, parts: tuple[Count, ...]) -> int:
    return 1 if count in parts else -1 if count == total else 0


@pytest.mark.parametrize("k", [3, 5])
def test_the_lines_of_numbers_are_true(k: int) -> None:
    rows = [("abc"[n % 3], "NSW"[n % 2], date(2025, 4 + n % 2, 1), f"c{n % 17}", 10 + n) for n in range(120)]
    purchases = purchases_of(rows)
    demand = show_demand(purchases, "quarter", Rule(k=k))

    counts = show_counts(purchases, demand, Rule(k=k), date(2025, 6, 30))

    for line in counts.lines:
        assert counts.numbers[line.total] == sum(counts.numbers[part] for part in line.parts), line

"""No withheld cell follows from the shown ones: elimination, sums of lines, and linear programming agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

import highspy
import pytest
from hypothesis import given, settings

from rfm_engine.insight.cells import Rule
from rfm_engine.insight.counts import show_counts
from rfm_engine.insight.demand import Demand, show_demand
from rfm_engine.insight.disclosure import reduce_rows
from rfm_engine.insight.released import REST, Count
from tests.insight.cases import Bought, Place, bought, find_computable, margins, purchases_of

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(k=3)


def places_of(demand: Demand, *, hidden: bool = False) -> list[Place]:
    cells = demand.cells.filter(~demand.cells["is_shown"]) if hidden else demand.cells
    return [(product_name, region, day) for product_name, region, day in cells.select(cells.columns[:3]).iter_rows()]


@settings(max_examples=25)
@given(bought())
def test_no_withheld_cell_can_be_computed_from_the_others(rows: list[Bought]) -> None:
    demand = show_demand(purchases_of(rows), "month", RULE)
    hidden = places_of(demand, hidden=True)

    assert find_computable(margins(places_of(demand), hidden), hidden, hidden) == []


@settings(max_examples=25)
@given(bought())
def test_no_sum_of_lines_is_of_fewer_customers_than_a_cell_must_have(rows: list[Bought]) -> None:
    demand = show_demand(purchases_of(rows), "month", RULE)
    spent: dict[Place, Counter[str]] = defaultdict(Counter)
    for name, region, month, customer, yuan in rows:
        for place in {(one, other, month) for one in (name, "") for other in (region, "")}:
            spent[place][customer] += yuan

    for sums in known_sums(places_of(demand, hidden=True)):
        amounts: Counter[str] = Counter()
        for place, sign in sums.items():
            amounts.update({customer: sign * amount for customer, amount in spent[place].items()})
        assert RULE.is_met(amount for amount in amounts.values() if amount)


def known_sums(hidden: list[Place]) -> Iterator[dict[Place, int]]:
    """Yield every sum of withheld cells of one sign that lines of products, less lines of lists, come to."""
    for month in {place[2] for place in hidden}:
        places = [place for place in hidden if place[2] == month]
        sides = [(0, name) for name in {place[0] for place in places}] + [
            (1, name) for name in {place[1] for place in places}
        ]
        for chosen in product((0, 1), repeat=len(sides)):
            taken = dict(zip(sorted(sides), chosen, strict=True))
            sums = {place: weight(place, taken) for place in places}
            sums = {place: sign for place, sign in sums.items() if sign}
            if len({sign > 0 for sign in sums.values()}) == 1:
                yield sums


def weight(place: Place, taken: dict[tuple[int, str], int]) -> int:
    name, region, _ = place
    return taken[0, name] * (1 if region else -1) - taken[1, region] * (1 if name else -1)


@settings(max_examples=20)
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


@settings(max_examples=10)
@given(bought())
def test_what_a_withheld_cell_may_be_is_never_one_number(rows: list[Bought]) -> None:
    demand = show_demand(purchases_of(rows), "month", RULE)
    hidden = places_of(demand, hidden=True)
    spends = dict(zip(places_of(demand), demand.cells["spend"], strict=True))
    known = [row for row in margins(places_of(demand), hidden) if any(row)]
    sums = [sum(sign * spends[place] for sign, place in zip(row, hidden, strict=True)) for row in known]

    for position in range(len(hidden)):
        low, high = (bound(known, sums, position, maximize=one) for one in (False, True))
        assert high - low > 0.5


def bound(rows: list[list[int]], sums: list[int], position: int, *, maximize: bool) -> float:
    """Return the least or the most that a cell can be, where no cell is negative, by linear programming."""
    make_solver: Any = highspy.Highs
    solver = make_solver()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 its signature
    columns = [solver.addVariable(lb=0, ub=10**9) for _ in rows[0]]
    for row, total in zip(rows, sums, strict=True):
        solver.addConstr(sum(sign * column for sign, column in zip(row, columns, strict=True) if sign) == total)
    (solver.maximize if maximize else solver.minimize)(columns[position])
    return float(solver.getInfo().objective_function_value)


def test_each_reduced_row_has_a_cell_of_its_own() -> None:
    rows: list[dict[str, Any]] = [{"a": 1, "b": 1}, {"b": 1, "c": 1}, {"a": 1, "c": -1}, {"c": 2, "d": 1}]

    reduced = reduce_rows(rows)

    assert len(reduced) == 3
    assert all(any(sum(cell in row for row in reduced) == 1 for cell in row) for row in reduced)

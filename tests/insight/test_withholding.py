"""No withheld cell follows from the shown ones: elimination and linear programming agree."""

from __future__ import annotations

from typing import Any

import highspy
from hypothesis import given, settings

from rfm_engine.insight.cells import Rule
from rfm_engine.insight.demand import show_demand
from tests.examples import examples
from tests.insight.attack.cases import Bought, bought, find_computable, margins, places_of, purchases_of

RULE = Rule(k=3)


@settings(max_examples=examples(25))
@given(bought())
def test_no_withheld_cell_can_be_computed_from_the_others(rows: list[Bought]) -> None:
    demand = show_demand(purchases_of(rows), "month", RULE)
    hidden = places_of(demand, hidden=True)

    assert find_computable(margins(places_of(demand), hidden), hidden, hidden) == []


@settings(max_examples=examples(10))
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

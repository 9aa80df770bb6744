"""What readers can compute of withheld cells is found, all of it: elimination by another way agrees."""

from __future__ import annotations

from itertools import chain
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.insight.disclosure import Line, find_disclosures, find_known_sums, reduce_rows
from tests.insight.attack.cases import find_computable


def test_each_reduced_row_has_a_cell_of_its_own() -> None:
    rows: list[dict[str, Any]] = [{"a": 1, "b": 1}, {"b": 1, "c": 1}, {"a": 1, "c": -1}, {"c": 2, "d": 1}]

    reduced = reduce_rows(rows)

    assert len(reduced) == 3
    assert all(any(sum(cell in row for row in reduced) == 1 for cell in row) for row in reduced)


CELLS = "abcdefgh"
LINES = st.lists(
    st.lists(st.sampled_from(CELLS), min_size=2, max_size=5, unique=True).map(lambda one: Line(one[0], tuple(one[1:]))),
    max_size=7,
)


@given(LINES, st.sets(st.sampled_from(CELLS)))
def test_a_cell_stands_alone_among_the_known_sums_if_and_only_if_it_can_be_computed(
    lines: list[Line[str]], withheld: set[str]
) -> None:
    hidden = sorted(withheld)
    rows = [[line.withheld_sum(withheld).get(cell, 0) for cell in hidden] for line in lines]

    sums = find_known_sums(lines, withheld)

    alone = {next(iter(one)) for one in sums if len(one) == 1}
    assert alone == {*find_computable([[int(number) for number in row] for row in rows], hidden, hidden)}
    assert {*chain.from_iterable(sums)} <= withheld


def test_what_may_be_known_is_no_disclosure() -> None:
    lines = [Line("all", ("a", "b")), Line("a", ("c", "d"))]

    found = find_disclosures(lines, {"b", "c", "d"}, lambda sums: len(sums) > 1)

    assert found == [{"b": 1}]

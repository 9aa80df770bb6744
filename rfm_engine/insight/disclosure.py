"""What the shown cells of tables give away of the withheld ones: exact elimination over all sums at once.

Whoever reads the tables knows that the parts of a line add up to its total. Subtracting what is shown leaves, for each
line, a sum of withheld cells; adding and subtracting lines leaves others. `find_known_sums` has the sums of the
lines and those of their reduced echelon form: a withheld cell can be computed if and only if one of the latter is this
cell alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

Cell = TypeVar("Cell")
Number = int | Fraction
Sums = dict[Cell, Number]


@dataclass(frozen=True)
class Line(Generic[Cell]):
    """Cells that add up to another one."""

    total: Cell
    parts: tuple[Cell, ...]

    def withheld_sum(self, withheld: Collection[Cell]) -> Sums[Cell]:
        """Return what readers learn of the withheld cells: their coefficients in a sum that they can compute."""
        sums: Sums[Cell] = {part: 1 for part in self.parts if part in withheld}
        return sums | ({self.total: -1} if self.total in withheld else {})


class CanShow(Protocol[Cell]):
    """Says whether a sum of cells may be known."""

    def __call__(self, sums: Mapping[Cell, Number], /) -> bool:
        """Return whether it may."""


def find_known_sums(lines: Iterable[Line[Cell]], withheld: Collection[Cell]) -> list[Sums[Cell]]:
    """Return sums of withheld cells that readers can compute: of the lines, of their reduced form, of lines around one.

    These are not all of them, but each that is a single cell is among them.
    """
    of_lines = [sums for line in lines if (sums := line.withheld_sum(withheld))]
    parts = [*_split_components(of_lines)]
    further = (sums for part in parts for sums in (*reduce_rows(part), *_subtract_crossed(part)))
    return [*{frozenset(sums.items()): sums for sums in (*of_lines, *further)}.values()]


def find_disclosures(
    lines: Iterable[Line[Cell]], withheld: Collection[Cell], can_show: CanShow[Cell]
) -> list[Sums[Cell]]:
    """Return the sums of withheld cells that readers can compute and that may not be known."""
    return [sums for sums in find_known_sums(lines, withheld) if not can_show(sums)]


def _split_components(rows: Sequence[Sums[Cell]]) -> Iterator[list[Sums[Cell]]]:
    """Yield the rows in groups that share no cell, for elimination takes the cube of their number."""
    places = _find_places(rows)
    seen: set[int] = set()
    for first in range(len(rows)):
        reached, ahead = [], [first]
        while ahead:
            if (number := ahead.pop()) in seen:
                continue
            seen.add(number)
            reached.append(rows[number])
            ahead += [other for cell in rows[number] for other in places[cell]]
        if reached:
            yield reached


def _find_places(rows: Sequence[Sums[Cell]]) -> Mapping[Cell, list[int]]:
    """Return the places of the rows that have each cell."""
    places = defaultdict(list)
    for place, row in enumerate(rows):
        for cell in row:
            places[cell].append(place)
    return places


def _subtract_crossed(rows: Sequence[Sums[Cell]]) -> Iterator[Sums[Cell]]:
    """Yield what the rows that cross a row leave, without it and without others that they cross wholly."""
    places = _find_places(rows)
    for number, row in enumerate(rows):
        crossed = {place for cell in row for place in places[cell]} - {number}
        crossing = [rows[place] for place in sorted(crossed)]
        left: Sums[Cell] = {}
        for other in crossing:
            _subtract(left, other, -1)
        touched = sorted({place for cell in left for place in places[cell]} - crossed)
        whole = [rows[place] for place in touched if rows[place].keys() <= left.keys()]
        for other in [other for other in whole if other not in crossing]:
            _subtract(left, other, 1)
        if left:
            yield left


def reduce_rows(rows: Iterable[Sums[Cell]]) -> list[Sums[Cell]]:
    """Return the reduced echelon form of sums: each has a cell of its own, which no other one has.

    >>> reduce_rows([{"a": 1, "b": 1}, {"b": 1}])
    [{'a': 1}, {'b': 1}]
    """
    reduced: dict[Cell, Sums[Cell]] = {}
    for row in rows:
        left = dict(row)
        for pivot in [cell for cell in row if cell in reduced]:
            _subtract(left, reduced[pivot], left[pivot])
        if not left:
            continue
        pivot = next(iter(left))
        left = _divide(left, left[pivot])
        for other in reduced.values():
            if pivot in other:
                _subtract(other, left, other[pivot])
        reduced[pivot] = left
    return [*reduced.values()]


def _subtract(row: Sums[Cell], other: Sums[Cell], factor: Number) -> None:
    for cell, number in other.items():
        value = row.get(cell, 0) - factor * number
        if value:
            row[cell] = value
        else:
            row.pop(cell, None)


def _divide(row: Sums[Cell], by: Number) -> Sums[Cell]:
    if by in (1, -1):
        return {cell: number * by for cell, number in row.items()}
    return {cell: Fraction(number) / by for cell, number in row.items()}

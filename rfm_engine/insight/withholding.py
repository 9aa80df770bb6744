"""Which further cells are withheld so that no one can compute those that must be."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Generic, TypeVar

from rfm_engine.errors import DataError
from rfm_engine.insight.disclosure import find_disclosures, find_known_sums

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rfm_engine.insight.disclosure import CanShow, Line, Sums

Cell = TypeVar("Cell")


def withhold(
    lines: Sequence[Line[Cell]], unsafe: Iterable[Cell], losses: Mapping[Cell, int], can_show: CanShow[Cell]
) -> set[Cell]:
    """Return the unsafe cells and those that are withheld with them until the audit finds nothing.

    `losses` says what is lost with each cell that may be withheld; the least is lost first.

    Raises:
        DataError: Nothing that may be withheld would help.
    """
    withheld, choice = {*unsafe}, Choice(lines, losses)
    while True:
        idle: set[Cell] = set()
        found = find_disclosures(lines, withheld, can_show)
        if not found:
            idle = _find_idle(lines, withheld, losses, can_show)
            found = find_disclosures(lines, withheld - idle, can_show) if idle else []
        if not found:
            return withheld - idle
        added = {cell for sums in found if (cell := choice.find(sums, withheld)) is not None}
        if not added:
            message = (
                "what is known already gives withheld cells away; take longer periods, "
                "or begin a new series without --after"
            )
            raise DataError(message)
        withheld |= added


def _find_idle(
    lines: Sequence[Line[Cell]], withheld: set[Cell], losses: Mapping[Cell, int], can_show: CanShow[Cell]
) -> set[Cell]:
    """Return the cells that are withheld for nothing: readers can compute them, and may."""
    alone = [next(iter(sums)) for sums in find_known_sums(lines, withheld) if len(sums) == 1 and can_show(sums)]
    return {cell for cell in alone if cell in losses}


class Choice(Generic[Cell]):
    """Which cell hides a sum at the least loss: one of its line, else one of the nearest lines."""

    def __init__(self, lines: Sequence[Line[Cell]], losses: Mapping[Cell, int]) -> None:
        self._losses = losses
        self._lines_of: dict[Cell, list[Line[Cell]]] = defaultdict(list)
        for line in lines:
            for cell in (line.total, *line.parts):
                self._lines_of[cell].append(line)

    def find(self, sums: Sums[Cell], withheld: set[Cell]) -> Cell | None:
        """Return the cell, None where all may not be withheld or are already."""
        near = self._lines_with(sums)
        own = [line for line in near if line.withheld_sum(withheld) == sums]
        if (found := self._find_least(own, withheld)) is not None:
            return found
        reached: set[Cell] = set()
        while reached < (reached := reached | {*sums}):  # farther and farther, along withheld cells
            near = self._lines_with(reached)
            if (found := self._find_least(near, withheld)) is not None:
                return found
            sums = dict.fromkeys((cell for line in near for cell in line.withheld_sum(withheld)), 1)
        return None

    def _lines_with(self, cells: Iterable[Cell]) -> list[Line[Cell]]:
        return [line for cell in cells for line in self._lines_of[cell]]

    def _find_least(self, lines: Iterable[Line[Cell]], withheld: set[Cell]) -> Cell | None:
        beside = {cell for line in lines for cell in (line.total, *line.parts)}
        free = [cell for cell in beside if cell in self._losses and cell not in withheld]
        return min(free, key=lambda cell: (self._losses[cell], cell), default=None)

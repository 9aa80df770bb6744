"""Recency against frequency: how many customers, and what they have spent on average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import FREQUENCY, RECENCY_DAYS
from rfm_engine.report.bands import Bands, find_bands
from rfm_engine.report.palette import shade
from rfm_engine.report.section import Section
from rfm_engine.report.words import DASH

if TYPE_CHECKING:
    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words


@dataclass(frozen=True)
class Cell:
    """The customers of one recency band and one frequency band, and their spend in fen."""

    customers: int = 0
    spend: int = 0
    is_quiet: bool = False

    @property
    def mean(self) -> int:
        """The mean spend in whole fen, rounded down."""
        return self.spend // self.customers if self.customers else 0


@dataclass(frozen=True)
class HeatMap:
    """Rows are recency bands, best first; columns are frequency bands, worst first."""

    recency: Bands
    frequency: Bands
    rows: list[list[Cell]]

    def chart(self, words: Words, name: str) -> list[list[tuple[str, str, str, bool]]]:
        """Return the drawn cells of `customers` or `mean`."""
        greatest = max(getattr(cell, name) for cell in self.cells)
        show = words.number if name == "customers" else words.short_money
        return [
            [
                (
                    f"s{shade(getattr(cell, name), greatest)}",
                    show(getattr(cell, name)) if cell.customers else "",
                    "",
                    cell.is_quiet,
                )
                for cell in row
            ]
            for row in self.rows
        ]

    def label(self, words: Words, name: str) -> str:
        """Return what is greatest, and where."""
        place, cell = max(enumerate(self.cells), key=lambda one: getattr(one[1], name))
        row, column = divmod(place, len(self.rows[0]))
        return words(
            f"heat.{name}_label",
            n=words.number(cell.customers) if name == "customers" else words.money(cell.mean),
            r=self.recency.worst_first[::-1][row].label,
            f=self.frequency.worst_first[column].label,
        )

    def table(self, words: Words) -> list[list[str]]:
        """Return the figures, one row a cell."""
        return [
            [
                f"R {band.label}, F {column.label}",
                words.number(cell.customers),
                words.money(cell.spend),
                words.money(cell.mean) if cell.customers else DASH,
            ]
            for band, row in zip(self.recency.worst_first[::-1], self.rows, strict=True)
            for column, cell in zip(self.frequency.worst_first, row, strict=True)
        ]

    @property
    def cells(self) -> list[Cell]:
        """All cells, row by row."""
        return [cell for row in self.rows for cell in row]


def make_heat(facts: Facts, words: Words) -> Section:
    """Return the map; quiet are the best two fifths by frequency among the worst two fifths by recency."""
    recency, frequency = find_bands(facts, RECENCY_DAYS), find_bands(facts, FREQUENCY)
    chart = HeatMap(recency, frequency, fill_cells(facts.cube, recency, frequency))
    quiet = [cell for cell in chart.cells if cell.is_quiet]
    customers, spend = sum(cell.customers for cell in quiet), sum(cell.spend for cell in quiet)
    values = {"n": words.number(customers), "spend": words.yuan(spend)}
    key = "heat.head" if words.adds_spend else "heat.head_several"
    return Section("heat", words(key, **values) if customers else words("heat.head_none"), chart)


def fill_cells(cube: pl.DataFrame, recency: Bands, frequency: Bands) -> list[list[Cell]]:
    """Return the cells of a cube, best recency first, worst frequency first."""
    found = cube.group_by(recency.place().alias("r"), frequency.place().alias("f")).agg(
        pl.col("customers", "spend").sum()
    )
    values = {(row["r"], row["f"]): (row["customers"], row["spend"]) for row in found.iter_rows(named=True)}
    rs, fs = len(recency.worst_first), len(frequency.worst_first)
    return [
        [Cell(*values.get((r, f), (0, 0)), is_quiet=5 * r + 5 <= 2 * rs and 5 * f >= 3 * fs) for f in range(fs)]
        for r in reversed(range(rs))
    ]

"""The lists beside each other: a grid of provinces, the tiers of each, recency and frequency in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import FREQUENCY, RECENCY_DAYS, REGION, TIER
from rfm_engine.report.bands import Bands, find_bands
from rfm_engine.report.palette import shade
from rfm_engine.report.provinces import TILES, short_name
from rfm_engine.report.section import Section
from rfm_engine.report.sections.heat import Cell, fill_cells

if TYPE_CHECKING:
    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words

MOST_CHARTS: Final = 36
MOST_ROWS: Final = 500
BETWEEN: Final = " · "


@dataclass(frozen=True)
class OneList:
    """A list: its name, customers, orders, spend in fen, the customers of each tier, its cells of R and F, currency."""

    name: str
    customers: int
    orders: int
    spend: int
    tiers: list[int]
    cells: list[list[Cell]]
    currency: str = ""


@dataclass(frozen=True)
class Lists:
    """The lists, most spend first, or most customers if it is of several currencies.

    `tiles` has a row and column for every province, and its spend where it has one.
    """

    lists: list[OneList]
    hidden: int
    spend: int
    recency: Bands
    frequency: Bands
    tiles: list[tuple[str, int, int, int | None]]

    def bars(self, words: Words) -> list[tuple[str, list[tuple[str, int, str]], str]]:
        """Return the tiers of each list as a bar, with the number of its customers."""
        return [
            (
                words.shorten(one.name, 24),
                [(f"t{place}", customers, words.number(customers)) for place, customers in enumerate(one.tiers)],
                words.number(one.customers),
            )
            for one in self.lists
        ]

    def tile_cells(self, words: Words) -> list[tuple[str, int, int, str, str]]:
        """Return name, row, column, class and figure of each tile."""
        greatest = max(spend for *_, spend in self.tiles if spend is not None)
        return [
            (
                name,
                row,
                column,
                *(("void", "") if spend is None else (f"s{shade(spend, greatest)}", words.short_money(spend))),
            )
            for name, row, column, spend in self.tiles
        ]

    def table(self, words: Words) -> list[list[str]]:
        """Return the figures, one row a list."""
        return [
            [
                words.shorten(one.name),
                words.number(one.customers),
                words.number(one.orders),
                words.in_currency(one.currency).money(one.spend),
                words.spend_share(one.spend, self.spend),
                *map(words.number, one.tiers),
            ]
            for one in self.lists
        ]

    def small_grids(self, words: Words) -> list[tuple[str, str, list[list[str]]]]:
        """Return name, customers and the shades of the cells of each list."""
        return [(words.shorten(one.name, 24), words.number(one.customers), _shades(one)) for one in self.lists]

    def small_heads(self, words: Words) -> list[str]:
        """Return the heads of the table of the small grids."""
        return [words("page.list"), *(f"F {band.label}" for band in self.frequency.worst_first)]

    def small_table(self, words: Words) -> list[list[str]]:
        """Return the customers of each (list, recency band), one column a frequency band."""
        return [
            [f"{words.shorten(one.name)}, R {band.label}", *(words.number(cell.customers) for cell in row)]
            for one in self.lists
            for band, row in zip(self.recency.worst_first[::-1], one.cells, strict=True)
        ]

    @property
    def has_charts(self) -> bool:
        """Whether the lists are few enough to be drawn."""
        return len(self.lists) + self.hidden <= MOST_CHARTS


def _shades(one: OneList) -> list[list[str]]:
    greatest = max(cell.customers for row in one.cells for cell in row)
    return [[f"s{shade(cell.customers, greatest)}" for cell in row] for row in one.cells]


def make_lists(facts: Facts, words: Words) -> Section | None:
    """Return the lists, None where there is only one."""
    keys = facts.lists
    if not keys or (sums := facts.sums(*keys)).height == 1:
        return None
    recency, frequency = find_bands(facts, RECENCY_DAYS), find_bands(facts, FREQUENCY)
    ordered = sums.sort("spend" if words.adds_spend else "customers", *keys, descending=[True, *(False for _ in keys)])
    has_charts = ordered.height <= MOST_CHARTS
    parts = facts.cube.partition_by(keys, as_dict=True)
    lists = [
        _make_list(
            parts[row[: len(keys)]], BETWEEN.join(row[: len(keys)]), facts, (recency, frequency) if has_charts else None
        )
        for row in ordered.head(MOST_ROWS).select(keys).iter_rows()
    ]
    tiles = _place_tiles(facts) if words.adds_spend else []
    content = Lists(lists, ordered.height - len(lists), facts.totals["spend"], recency, frequency, tiles)
    return Section("lists", _headline(facts, words, lists), content)


def _make_list(cube: pl.DataFrame, name: str, facts: Facts, bands: tuple[Bands, Bands] | None) -> OneList:
    found = dict(cube.group_by(TIER).agg(pl.col("customers").sum()).iter_rows())
    customers, orders, spend = cube.select(pl.col("customers", "orders", "spend").sum()).row(0)
    tiers = [found.get(position, 0) for position in range(len(facts.tiers))]
    cells, currency = fill_cells(cube, *bands) if bands else [], facts.currency_of(cube.row(0, named=True))
    return OneList(name, customers, orders, spend, tiers, cells, currency)


def _headline(facts: Facts, words: Words, lists: list[OneList]) -> str:
    first, *others = lists
    last = max(others, key=lambda one: one.tiers[-1] / one.customers)
    return words(
        "lists.head" if words.adds_spend else "lists.head_several",
        first=words.shorten(first.name),
        spend=words.spend_share(first.spend, facts.totals["spend"]),
        last=words.shorten(last.name),
        share=words.share(last.tiers[-1], last.customers),
        tier=words.tier(facts.tiers[-1]),
    )


def _place_tiles(facts: Facts) -> list[tuple[str, int, int, int | None]]:
    """Return the tiles where every region is a province of China, else none."""
    if REGION not in facts.record.lists_by:
        return []
    key = facts.lists[facts.record.lists_by.index(REGION)]
    spend: dict[str, int] = {}
    for region, part in facts.sums(key).select(key, "spend").iter_rows():
        name = short_name(region)
        if name is None:
            return []
        spend[name] = spend.get(name, 0) + part
    return [(name, row, column, spend.get(name)) for name, (row, column) in TILES.items()]

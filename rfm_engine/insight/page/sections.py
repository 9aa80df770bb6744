"""The sections of a release's page: what its tables say, in a sentence, a chart and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import TIER
from rfm_engine.insight.cells import PERIOD
from rfm_engine.insight.purchases import EVERY, LIST, OTHERS, PRODUCT
from rfm_engine.report.palette import shade
from rfm_engine.report.provinces import TILES, short_name
from rfm_engine.report.section import Section
from rfm_engine.report.words import DASH

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from rfm_engine.insight.audit import Audit
    from rfm_engine.insight.release import Release
    from rfm_engine.report.words import Words

MOST_BARS: Final = 15
LAST_OUTLOOKS: Final = 60
Row = dict[str, Any]
Bar = tuple[str, list[tuple[str, int, str]], str]


@dataclass(frozen=True)
class Content:
    """What a template shows: bars, their label and legend, tiles, and figures under heads."""

    heads: list[str]
    rows: list[list[str]]
    bars: list[Bar] = ()  # type: ignore[assignment]
    label: str = ""
    tiles: list[tuple[str, int, int, str, str]] = ()  # type: ignore[assignment]
    period: str = ""


def fen(amount: Decimal, words: Words) -> int:
    """Return an amount in fen, or what the currency is counted in."""
    return int(amount * words.minor_units)


def share(number: Decimal | int | None, words: Words) -> str:
    """Return a number of percent, a dash where it is not known."""
    return DASH if number is None else words.percent(number)


def name(text: str, words: Words) -> str:
    """Return a product, list or tier as readers see it."""
    known = {EVERY: words("page.all"), OTHERS: words("insight.others")}
    return known.get(text) or words.shorten(text, 40)


def _last_whole(table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the last whole period that has any."""
    return table.filter("is_whole").filter(pl.col(PERIOD) == pl.col(PERIOD).max())


def _scale_bars(rows: Iterable[Row], key: str, words: Words) -> list[Bar]:
    found = [(name(row[key], words), fen(row["spend"], words)) for row in rows][:MOST_BARS]
    greatest = max((spend for _, spend in found), default=0)
    return [
        (text, [("o0", spend, ""), ("void", greatest - spend, "")], words.short_money(spend)) for text, spend in found
    ]


def make_demand(table: pl.DataFrame, release: Release, words: Words) -> Section | None:
    """Return what is bought of each product in the last whole period, most first; None where nothing is shown."""
    del release
    region = EVERY if (table[LIST] == EVERY).any() else next(iter(table[LIST]), EVERY)
    products = _last_whole(table.filter((pl.col(LIST) == region) & (pl.col(PRODUCT) != EVERY)))
    rows = products.sort("spend", PRODUCT, descending=[True, False]).to_dicts()
    if not rows:
        return None
    first = rows[0]
    change = share(first["change_percent"], words)
    headline = words(
        "demand.head",
        product=name(first[PRODUCT], words),
        spend=words.yuan(fen(first["spend"], words)),
        period=first[PERIOD],
    )
    heads = [words(f"insight.{key}") for key in ("product", "customers", "orders", "spend", "change")]
    figures = [
        [
            name(row[PRODUCT], words),
            words.number(row["customers"]),
            words.number(row["orders"]),
            words.money(fen(row["spend"], words)),
            share(row["change_percent"], words),
        ]
        for row in rows
    ]
    label = words("demand.label", period=first[PERIOD], first=f"{name(first[PRODUCT], words)} {change}")
    return Section("demand", headline, Content(heads, figures, _scale_bars(rows, PRODUCT, words), label))


def make_outlook(table: pl.DataFrame, release: Release, words: Words) -> Section | None:
    """Return what the same season of last year lets expect, with the error of that; None where there is none."""
    del release
    region = EVERY if (table[LIST] == EVERY).any() else next(iter(table[LIST]), EVERY)
    rows = table.filter(pl.col(LIST) == region).sort(PRODUCT, PERIOD).head(LAST_OUTLOOKS).to_dicts()
    if not rows:
        return None
    first = rows[0]
    headline = words(
        "outlook.head",
        spend=words.yuan(fen(first["spend"], words)),
        period=first[PERIOD],
        product=name(first[PRODUCT], words),
        error=share(first["error_percent"], words),
    )
    heads = [words(f"insight.{key}") for key in ("product", "period", "orders", "spend", "error", "measured")]
    figures = [
        [
            name(row[PRODUCT], words),
            row[PERIOD],
            words.number(row["orders"]),
            words.money(fen(row["spend"], words)),
            share(row["error_percent"], words),
            words.number(row["measured_periods"]),
        ]
        for row in rows
    ]
    return Section("outlook", headline, Content(heads, figures))


def make_regions(table: pl.DataFrame, release: Release, words: Words) -> Section | None:
    """Return the lists in the last whole period, most spend first; None where nothing is shown."""
    last = _last_whole(table)
    singles = last.filter(pl.col(LIST) != EVERY).sort("spend", LIST, descending=[True, False])
    rows = singles.to_dicts()
    if not rows:
        return None
    first, best = rows[0], max(rows, key=lambda row: row["spend_per_customer"])
    headline = words(
        "regions.head" if len(rows) > 1 else "regions.head_one",
        region=name(first[LIST], words),
        spend=words.yuan(fen(first["spend"], words)),
        best=name(best[LIST], words),
        mean=words.yuan(fen(best["spend_per_customer"], words)),
        period=first[PERIOD],
    )
    keys = ("region", "customers", "new", "orders", "spend", "mean", "index")
    heads = [*(words(f"insight.{key}") for key in keys), words("insight.best", tier=release.tiers[0])]
    figures = [_figures_of_region(row, words) for row in [*rows, *last.filter(pl.col(LIST) == EVERY).to_dicts()]]
    label = words("regions.label", period=first[PERIOD], first=name(first[LIST], words))
    content = Content(heads, figures, _scale_bars(rows, LIST, words), label, _place_tiles(rows, words), first[PERIOD])
    return Section("regions", headline, content)


def _figures_of_region(row: Row, words: Words) -> list[str]:
    return [
        name(row[LIST], words),
        words.number(row["customers"]),
        DASH if row["new_customers"] is None else words.number(row["new_customers"]),
        words.number(row["orders"]),
        words.money(fen(row["spend"], words)),
        words.money(fen(row["spend_per_customer"], words)),
        DASH if row["index"] is None else str(row["index"]),
        share(row["best_tier_percent"], words),
    ]


def _place_tiles(rows: list[Row], words: Words) -> list[tuple[str, int, int, str, str]]:
    """Return a tile for each province where every list is one, else none."""
    spends = {short_name(row[LIST]): fen(row["spend"], words) for row in rows}
    if None in spends or len(spends) < len(rows):
        return []
    greatest = max(spends.values())
    return [
        (text, *place, f"s{shade(spends[text], greatest)}", words.short_money(spends[text]))
        if text in spends
        else (text, *place, "void", "")
        for text, place in TILES.items()
    ]


def make_grades(table: pl.DataFrame, release: Release, words: Words) -> Section | None:
    """Return the customers of each list by tier; None where nothing is shown."""
    if table.is_empty():
        return None
    rows, tiers = table.to_dicts(), release.tiers
    quarters = [f"active_{quarter}_percent" for quarter in release.counts.quarters]
    by_list: dict[str, dict[str, int]] = {}
    for row in rows:
        by_list.setdefault(row[LIST], {})[row[TIER]] = row["customers"]
    bars = [_bar_of_tiers(region, found, tiers, words) for region, found in by_list.items()]
    whole = next((row for row in rows if row[TIER] == EVERY and row[quarters[-1]] is not None), None)
    headline = (
        words("grades.head", share=words.percent(whole[quarters[-1]]), quarter=str(release.counts.quarters[-1]))
        if whole
        else words("grades.head_none")
    )
    heads = [words(f"insight.{key}") for key in ("region", "tier", "customers", "median_spend", "median_orders")]
    heads += [words("insight.active", quarter=str(quarter)) for quarter in release.counts.quarters]
    heads += [words("insight.refunds")]
    figures = [_figures_of_tier(row, quarters, words) for row in rows]
    return Section("grades", headline, Content(heads, figures, bars, words("grades.label")))


def _figures_of_tier(row: Row, quarters: list[str], words: Words) -> list[str]:
    return [
        name(row[LIST], words),
        name(row[TIER], words),
        words.number(row["customers"]),
        words.yuan(fen(row["median_spend"], words)),
        words.number(row["median_orders"]),
        *(share(row[quarter], words) for quarter in quarters),
        share(row["refund_percent"], words),
    ]


def _bar_of_tiers(region: str, found: dict[str, int], tiers: list[str], words: Words) -> Bar:
    """Return the shown tiers of a list, and what is withheld without a number, as the rest of the bar."""
    parts = [(f"t{place}", found[tier], words.number(found[tier])) for place, tier in enumerate(tiers) if tier in found]
    if EVERY not in found:
        return name(region, words), parts, ""
    rest = found[EVERY] - sum(customers for _, customers, _ in parts)
    return name(region, words), [*parts, ("void", rest, DASH)], words.number(found[EVERY])


def make_rules(release: Release, audit: Audit, words: Words) -> Section:
    """Return when a cell is shown, and what the audit found."""
    rule, demand = release.options.rule, release.demand
    rows = [
        [words("safety.least"), words.number(rule.k)],
        [words("safety.one"), words.percent(rule.dominance)],
        [words("safety.two"), words.percent(rule.dominance_two)],
        [words("safety.period"), words(f"insight.{demand.length}")],
        [words("safety.shown"), words.percent(demand.shown_percent)],
        [words("safety.withheld"), words.number(audit.withheld)],
        [words("safety.computed"), words.number(len(audit.found))],
    ]
    headline = words("safety.head", k=words.number(rule.k))
    return Section("safety", headline, Content([words("safety.rule"), words("safety.value")], rows))

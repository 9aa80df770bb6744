"""The tables of a release: what is shown, and nothing that was computed of anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, TIER
from rfm_engine.grading.published import fen_to_yuan, money_type
from rfm_engine.insight.cells import PERCENT, PERIOD
from rfm_engine.insight.counts import active_in
from rfm_engine.insight.individuals import make_individuals
from rfm_engine.insight.periods import Period
from rfm_engine.insight.purchases import EVERY, LIST, PRODUCT
from rfm_engine.insight.released import (
    BEST,
    DEMAND,
    GRADES,
    GRADES_TABLE,
    INDIVIDUALS,
    NEW,
    OUTLOOK,
    REGIONS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rfm_engine.insight.release import Release

OF_AUDIENCE: Final = {"suppliers": (DEMAND, OUTLOOK), "channels": (REGIONS,), "banks": (GRADES_TABLE,)}
SHARE: Final = pl.Decimal(18, 1)
AHEAD: Final = 3
FEW_PAIRS: Final = 2
ROUNDED: Final = 10
"""A median is a customer's own spend, or close to it: it is rounded to 10 yuan."""


def make_tables(release: Release) -> dict[str, pl.DataFrame]:
    """Return the tables for the partners of a release, by name."""
    makers: dict[str, Callable[[Release], pl.DataFrame]] = {
        DEMAND: make_demand,
        OUTLOOK: make_outlook,
        REGIONS: make_regions,
        GRADES_TABLE: make_grades,
    }
    names = [name for audience in release.options.audiences for name in OF_AUDIENCE[audience]]
    tables = {name: makers[name](release) for name in names}
    return tables | ({INDIVIDUALS: make_individuals(release)} if release.options.individual else {})


def as_share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Return a part of a whole in percent with one decimal, halves rounded up, exactly; null of nothing."""
    tenths = (2000 * part + whole).floordiv(2 * whole)
    return pl.when(whole > 0).then(tenths).cast(pl.Int128).reinterpret(dtype=SHARE)


def as_money(name: str, release: Release) -> pl.Expr:
    """Return an amount in yuan, or in units of the currency."""
    return fen_to_yuan(name, release.run.currency, release.run.decimals)


def _select_shown(release: Release) -> pl.DataFrame:
    """Return the cells that are shown, with the figures of the year before where these are shown too."""
    length = release.demand.length
    cells = release.demand.cells.filter("is_shown").select(PRODUCT, LIST, PERIOD, "customers", "orders", "spend")
    earlier = cells.select(PRODUCT, LIST, pl.col(PERIOD).dt.offset_by("1y"), pl.col("spend").alias("before"))
    days = cells[PERIOD].unique().sort()
    periods = [Period.of(day, length) for day in days]
    whole = [period.is_whole(release.since, release.job.rules.as_of) for period in periods]
    named = pl.DataFrame({PERIOD: days, "name": [str(period) for period in periods], "is_whole": whole})
    before_is_whole = named.select(pl.col(PERIOD).dt.offset_by("1y"), pl.col("is_whole").alias("before_is_whole"))
    return (
        cells.join(named, on=PERIOD)
        .join(earlier, on=[PRODUCT, LIST, PERIOD], how="left")
        .join(before_is_whole, on=PERIOD, how="left")
        .with_columns(pl.when("is_whole", "before_is_whole").then("before").alias("comparable"))
        .sort(PRODUCT, LIST, PERIOD)
    )


def make_demand(release: Release) -> pl.DataFrame:
    """Return one row per shown (product, list, period), with the same period a year before.

    Rows for all products or all lists have `EVERY`; there is none where there is one list, or one product, alone.
    """
    shown, change = _select_shown(release), pl.col("spend") - pl.col("comparable")
    return _without_doubles(release, shown).select(
        PRODUCT,
        LIST,
        pl.col("name").alias(PERIOD),
        "is_whole",
        "customers",
        "orders",
        as_money("spend", release).alias("spend"),
        as_money("before", release).alias("spend_year_before"),
        as_share(change, pl.col("comparable")).alias("change_percent"),
    )


def _without_doubles(release: Release, shown: pl.DataFrame) -> pl.DataFrame:
    cells = release.demand.cells
    for name in (PRODUCT, LIST):
        if cells.filter(pl.col(name) != EVERY)[name].n_unique() == 1:
            shown = shown.filter(pl.col(name) != EVERY)
    return shown


def make_outlook(release: Release) -> pl.DataFrame:
    """Return the next three periods of each (product, list) as their season was a year before, with the error of that.

    `error_percent` is what the same guess missed in the past, in percent of what was bought: over all pairs of a whole
    period and that a year before which are both shown; null for fewer than two.
    """
    whole = _without_doubles(release, _select_shown(release)).filter("is_whole")
    if whole.is_empty():
        return _empty_outlook(release)
    last = Period.of(whole[PERIOD].max(), release.demand.length)  # type: ignore[arg-type]
    seasons = [(str(ahead), _season_of(ahead, last).first_day) for ahead in map(last.later, range(1, AHEAD + 1))]
    ahead = pl.DataFrame(seasons, schema={"ahead": pl.String, PERIOD: pl.Date}, orient="row")
    missed = (pl.col("spend") - pl.col("comparable")).abs().sum()
    pairs = pl.col("comparable").count()
    errors = whole.group_by(PRODUCT, LIST).agg(
        pl.when(pairs >= FEW_PAIRS)
        .then(as_share(missed, pl.col("spend").filter(pl.col("comparable").is_not_null()).sum()))
        .alias("error_percent"),
        pairs.cast(pl.Int64).alias("measured_periods"),
    )
    found = whole.join(ahead, on=PERIOD).join(errors, on=[PRODUCT, LIST]).sort(PRODUCT, LIST, "ahead")
    return found.select(
        PRODUCT,
        LIST,
        pl.col("ahead").alias(PERIOD),
        "orders",
        as_money("spend", release).alias("spend"),
        "error_percent",
        "measured_periods",
    )


def _empty_outlook(release: Release) -> pl.DataFrame:
    texts = dict.fromkeys((PRODUCT, LIST, PERIOD), pl.String())
    figures = {
        "orders": pl.Int64(),
        "spend": money_type(release.run.currency, release.run.decimals),
        "error_percent": SHARE,
        "measured_periods": pl.Int64(),
    }
    return pl.DataFrame(schema=pl.Schema({**texts, **figures}))


def _season_of(period: Period, last: Period) -> Period:
    """Return the latest same period of a year that is not after the last one."""
    while period.first > last.first:
        period = period.year_before()
    return period


def make_regions(release: Release) -> pl.DataFrame:
    """Return one row per shown (list, period); `index` is its spend a customer, 100 for all lists together."""
    shown = _select_shown(release).filter(pl.col(PRODUCT) == EVERY)
    mean = pl.col("spend").floordiv("customers").alias("mean")
    all_lists = shown.filter(pl.col(LIST) == EVERY).select(PERIOD, mean.alias("all"))
    counts = shown.select(LIST, pl.col("name")).rows()
    numbers = {what: [release.counts.find(what, *place) for place in counts] for what in (NEW, BEST)}
    joined = shown.with_columns(mean, *(pl.Series(what, found, pl.Int64) for what, found in numbers.items())).join(
        all_lists, on=PERIOD, how="left", maintain_order="left"
    )
    return _without_doubles(release, joined.drop(PRODUCT).with_columns(pl.lit("all").alias(PRODUCT))).select(
        LIST,
        pl.col("name").alias(PERIOD),
        "is_whole",
        "customers",
        pl.col(NEW).alias("new_customers"),
        "orders",
        as_money("spend", release).alias("spend"),
        as_money("mean", release).alias("spend_per_customer"),
        as_share(pl.col("mean"), pl.col("all")).alias("index"),
        as_share(pl.col(BEST), pl.col("customers")).alias("best_tier_percent"),
    )


def make_grades(release: Release) -> pl.DataFrame:
    """Return one row per shown (list, tier): customers, medians, who ordered in each of the last four quarters.

    `refund_percent` is what was paid back of what was paid, in whole percent: where refunds are subtracted, and not of
    a few customers alone.
    """
    counts, tiers = release.counts, release.tiers
    shown = {
        count: number
        for count, number in counts.numbers.items()
        if count.what == GRADES and count not in counts.withheld and number
    }
    places = [(count.region, count.of) for count in shown]
    table = pl.DataFrame(places, schema={LIST: pl.String, TIER: pl.String}, orient="row")
    active = [
        pl.Series(f"active_{quarter}", [counts.find(active_in(quarter), *place) for place in places], pl.Int64)
        for quarter in counts.quarters
    ]
    joined = table.with_columns(pl.Series("customers", shown.values(), pl.Int64), *active).join(
        _summarise_tiers(release), on=[LIST, TIER], how="left"
    )
    if release.purchases.customers[LIST].n_unique() == 1:
        joined = joined.filter(pl.col(LIST) != EVERY)
    place = pl.when(pl.col(TIER) == EVERY).then(len(tiers)).otherwise(pl.col(TIER).cast(pl.Int64, strict=False))
    return joined.sort(LIST, place).select(
        LIST,
        pl.col(TIER).replace({str(position): name for position, name in enumerate(tiers)}),
        "customers",
        as_money("median_fen", release).alias("median_spend"),
        "median_orders",
        *(as_share(pl.col(series.name), pl.col("customers")).alias(f"{series.name}_percent") for series in active),
        "refund_percent",
    )


def _summarise_tiers(release: Release) -> pl.DataFrame:
    """Return medians and refunds of each (list, tier), and of all lists and tiers."""
    k, purchases = release.options.rule.k, release.purchases
    refunds = purchases.of_customers.group_by(LIST, CUSTOMER_ID).agg(pl.col("refunded", "spend").sum())
    each = purchases.customers.select(LIST, CUSTOMER_ID, pl.col(TIER).cast(pl.String), "orders", "spend").join(
        refunds.select(LIST, CUSTOMER_ID, "refunded"), on=[LIST, CUSTOMER_ID], how="left"
    )
    paid = pl.col("spend").sum() + pl.col("refunded").sum()
    who = (pl.col("refunded") > 0).sum()
    is_known = (who == 0) | ((who >= k) & (pl.len().cast(pl.Int64) - who >= k)) | (who == pl.len())
    rate = (PERCENT * pl.col("refunded").sum()).floordiv(paid)
    step = ROUNDED * 10**release.run.decimals
    net = release.job.rules.refunds == "net"
    sums = (
        (((pl.col("spend").median() / step).round().cast(pl.Int64)) * step).alias("median_fen"),
        pl.col("orders").median().round(0).cast(pl.Int64).alias("median_orders"),
        (pl.when(is_known & (paid > 0)).then(rate) if net else pl.lit(None, pl.Int64)).alias("refund_percent"),
    )
    found = []
    for keys in ((LIST, TIER), (LIST,), (TIER,), ()):
        every = [pl.lit(EVERY).alias(name) for name in (LIST, TIER) if name not in keys]
        grouped = each.group_by(keys).agg(*sums) if keys else each.select(*sums)
        found.append(grouped.with_columns(*every).select(LIST, TIER, "median_fen", "median_orders", "refund_percent"))
    return pl.concat(found)

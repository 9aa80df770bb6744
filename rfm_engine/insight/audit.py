"""The audit of a release: from the very tables that go out, what of the rest can be computed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.insight.cells import PERIOD, Key, in_periods
from rfm_engine.insight.counts import rule_of_numbers
from rfm_engine.insight.demand import add_amounts, cross_lines, rule_of_sums
from rfm_engine.insight.disclosure import find_disclosures
from rfm_engine.insight.purchases import EVERY, LIST, PRODUCT
from rfm_engine.insight.released import REST, Count, read_cells, read_counts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rfm_engine.insight.disclosure import Sums
    from rfm_engine.insight.release import Release

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Audit:
    """How many cells and numbers are withheld, and the sums of them that can be computed and may not be known."""

    withheld: int
    found: list[Sums[Key] | Sums[Count]]


def audit_tables(release: Release, tables: Mapping[str, pl.DataFrame]) -> Audit:
    """Return what the tables of a release give away together."""
    withheld, found = _audit_demand(release, tables)
    hidden, sums = _audit_counts(release, tables)
    return Audit(withheld + hidden, [*found, *sums])


def _audit_demand(release: Release, tables: Mapping[str, pl.DataFrame]) -> tuple[int, list[Sums[Key]]]:
    shown = {*read_cells(tables)}
    keys = [Key(*row) for row in release.demand.cells.select(PRODUCT, LIST, PERIOD).iter_rows()]
    shown |= _find_doubles(keys, shown)
    withheld: dict[date, set[Key]] = defaultdict(set)
    for key in keys:
        if key not in shown:
            withheld[key.period].add(key)
    safe = release.demand.cells.filter("is_safe").select(PRODUCT, LIST, PERIOD)
    unsafe = {*keys} - {Key(*row) for row in safe.iter_rows()}
    rows = in_periods(release.purchases.of_products, release.demand.length)
    found: list[Sums[Key]] = []
    for period, hidden in withheld.items():
        bought = rows.filter(pl.col(PERIOD) == period).group_by(PRODUCT, LIST, PERIOD, CUSTOMER_ID)
        amounts = add_amounts(bought.agg(pl.col("spend").sum()))
        lines = cross_lines([key for key in keys if key.period == period])
        found += find_disclosures(lines, hidden, rule_of_sums(amounts, release.options.rule, unsafe))
    return sum(map(len, withheld.values())), found


def _find_doubles(keys: list[Key], shown: set[Key]) -> set[Key]:
    """Return the totals that are not written because there is one list, or one product, alone."""
    products, regions = ({key[position] for key in keys} - {EVERY} for position in (0, 1))
    doubles = set[Key]()
    if len(products) == 1:
        doubles |= {key._replace(product=EVERY) for key in shown}
    if len(regions) == 1:
        doubles |= {key._replace(region=EVERY) for key in shown | doubles}
    return doubles


def _audit_counts(release: Release, tables: Mapping[str, pl.DataFrame]) -> tuple[int, list[Sums[Count]]]:
    counts, k = release.counts, release.options.rule.k
    shown = read_counts(tables, release.tiers)
    hidden = {count for count, number in counts.numbers.items() if number and count not in shown}
    small = {count for count, number in counts.numbers.items() if 0 < number < k}
    found = find_disclosures(counts.lines, hidden, rule_of_numbers(counts.numbers, small, k))
    withheld = sum(not count.what.startswith(REST) for count in hidden)
    return withheld, found + [{count: 1} for count in shown if count in small]

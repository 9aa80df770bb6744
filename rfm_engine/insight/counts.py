"""Customers that are counted: new ones and the best by period, those of each tier, who is still active."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, TIER
from rfm_engine.insight.cells import PERIOD, in_periods
from rfm_engine.insight.disclosure import Line
from rfm_engine.insight.periods import Period
from rfm_engine.insight.purchases import EVERY, LIST, PRODUCT
from rfm_engine.insight.released import BEST, CUSTOMERS, GRADES, NEW, REST, Count
from rfm_engine.insight.withholding import withhold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from rfm_engine.insight.cells import Rule
    from rfm_engine.insight.demand import Demand
    from rfm_engine.insight.disclosure import CanShow, Number
    from rfm_engine.insight.previous import Previous
    from rfm_engine.insight.purchases import Purchases

QUARTERS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The numbers, the lines in which they add up, and which of them are withheld; `quarters` are the last four."""

    numbers: dict[Count, int]
    lines: list[Line[Count]]
    withheld: set[Count]
    quarters: tuple[Period, ...]

    def find(self, what: str, region: str, of: str) -> int | None:
        """Return a number as readers see it: None where it is withheld."""
        count = Count(what, region, of)
        return None if count in self.withheld else self.numbers.get(count, 0)


def active_in(quarter: Period) -> str:
    """Return the name of the customers who ordered in a quarter."""
    return f"active {quarter}"


def last_quarters(as_of: date) -> tuple[Period, ...]:
    """Return the last four quarters that have ended.

    >>> from datetime import date
    >>> [str(quarter) for quarter in last_quarters(date(2025, 7, 1))]
    ['2024-Q3', '2024-Q4', '2025-Q1', '2025-Q2']
    """
    now = Period.of(as_of, "quarter")
    last = now if now.last_day == as_of else now.later(-1)
    return tuple(last.later(back) for back in range(1 - QUARTERS, 1))


def show_counts(
    purchases: Purchases, demand: Demand, rule: Rule, as_of: date, previous: Previous | None = None
) -> Counts:
    """Return how many customers there are of each kind, and which numbers are withheld."""
    quarters = last_quarters(as_of)
    numbers = _count_by_period(purchases, demand) | _count_by_tier(purchases, quarters)
    lines = _list_lines(numbers, demand, quarters)
    small = {count for count, number in numbers.items() if 0 < number < rule.k}
    withheld_cells = _withheld_customers(demand)
    unsafe = withheld_cells | _find_dominated(purchases, rule) | small
    known: Collection[Count] = ()
    if previous:
        changed, known = previous.judge_counts(numbers, rule.k)
        unsafe |= changed - _find_shown_doubles(lines, withheld_cells)
    present = {count for count, number in numbers.items() if number}  # of nothing there is nothing to hide
    hidden = {count for count in present if count.what.startswith(REST)}
    fixed = {*hidden, *known, *(count for count in numbers if count.what == CUSTOMERS)}
    losses = {count: numbers[count] for count in present - fixed}
    can_show = rule_of_numbers(numbers, unsafe, rule.k)
    withheld = withhold(lines, ((unsafe & present) | hidden) - {*known}, losses, can_show)
    return Counts(numbers=numbers, lines=lines, withheld=withheld, quarters=quarters)


def rule_of_numbers(numbers: Mapping[Count, int], unsafe: Collection[Count], k: int) -> CanShow[Count]:
    """Return what says whether a sum may be known: none of few customers; the difference of two kinds is no number."""

    def can_show(sums: Mapping[Count, Number]) -> bool:
        if len(sums) == 1 and next(iter(sums)) in unsafe:
            return False
        if len({factor > 0 for factor in sums.values()}) > 1:
            return True
        number = abs(sum((Fraction(factor) * numbers[count] for count, factor in sums.items()), start=Fraction()))
        return number == 0 or number >= k

    return can_show


def _count_by_period(purchases: Purchases, demand: Demand) -> dict[Count, int]:
    """Return customers, new ones and those of the best tier, and the rest of either, by list and period."""
    visits = in_periods(purchases.of_customers, demand.length).filter(pl.col("orders") > 0)
    tiers = purchases.customers.select(LIST, CUSTOMER_ID, TIER)
    each = visits.select(LIST, CUSTOMER_ID, PERIOD).unique().join(tiers, on=[LIST, CUSTOMER_ID])
    is_new = pl.col(PERIOD) == pl.col(PERIOD).min().over(LIST, CUSTOMER_ID)
    marked = each.with_columns(is_new.alias(NEW), (pl.col(TIER) == 0).alias(BEST))
    sums = (pl.len().cast(pl.Int64).alias(CUSTOMERS), pl.col(NEW, BEST).sum().cast(pl.Int64))
    found = [marked.group_by(LIST, PERIOD).agg(*sums)]
    found.append(marked.group_by(PERIOD).agg(*sums).with_columns(pl.lit(EVERY).alias(LIST)).select(found[0].columns))
    numbers: dict[Count, int] = {}
    for region, day, customers, new, best in pl.concat(found).sort(LIST, PERIOD).iter_rows():
        period = str(Period.of(day, demand.length))
        numbers[Count(CUSTOMERS, region, period)] = customers
        for what, number in ((NEW, new), (BEST, best)):
            numbers[Count(what, region, period)] = number
            numbers[Count(REST + what, region, period)] = customers - number
    return numbers


def _count_by_tier(purchases: Purchases, quarters: tuple[Period, ...]) -> dict[Count, int]:
    """Return the customers of each list and tier, those who ordered in each of the last quarters, and the others."""
    flags = [_ordered_in(purchases, quarter) for quarter in quarters]
    each = purchases.customers.select(LIST, CUSTOMER_ID, pl.col(TIER).cast(pl.String))
    for flag in flags:
        each = each.join(flag, on=[LIST, CUSTOMER_ID], how="left")
    names = [active_in(quarter) for quarter in quarters]
    sums = (pl.len().cast(pl.Int64).alias(GRADES), pl.col(names).is_not_null().sum().cast(pl.Int64))
    numbers: dict[Count, int] = {}
    for keys in ((LIST, TIER), (LIST,), (TIER,), ()):
        every = [pl.lit(EVERY).alias(name) for name in (LIST, TIER) if name not in keys]
        grouped = each.group_by(keys).agg(*sums) if keys else each.select(*sums)
        for row in grouped.with_columns(*every).sort(LIST, TIER).iter_rows(named=True):
            region, tier, customers = row[LIST], row[TIER], row[GRADES]
            numbers[Count(GRADES, region, tier)] = customers
            for name in names:
                numbers[Count(name, region, tier)] = row[name]
                numbers[Count(REST + name, region, tier)] = customers - row[name]
    return numbers


def _ordered_in(purchases: Purchases, quarter: Period) -> pl.DataFrame:
    months = pl.col("month").is_between(quarter.first_day, quarter.last_day)
    rows = purchases.of_customers.filter(months & (pl.col("orders") > 0))
    return rows.select(LIST, CUSTOMER_ID).unique().with_columns(pl.lit(value=True).alias(active_in(quarter)))


def _list_lines(numbers: Mapping[Count, int], demand: Demand, quarters: tuple[Period, ...]) -> list[Line[Count]]:
    """Return what adds up: lists to all lists, tiers to all tiers, new customers to all, each kind and the rest."""
    parts: dict[Count, list[Count]] = defaultdict(list)
    wholes: dict[Count, list[Count]] = defaultdict(list)
    by_tier = {GRADES, *(prefix + active_in(quarter) for quarter in quarters for prefix in ("", REST))}
    for count in numbers:
        if count.region != EVERY:
            parts[count._replace(region=EVERY)].append(count)
        if count.what in by_tier and count.of != EVERY:
            wholes[count._replace(of=EVERY)].append(count)
        if count.what == NEW:
            wholes[Count(NEW, count.region, EVERY)].append(count)
    lines = [Line(total, tuple(found)) for table in (parts, wholes) for total, found in table.items()]
    lines = [line if line.total.what != NEW or line.total.of != EVERY else _as_all(line) for line in lines]
    lines += [
        Line(Count(GRADES if count.what in by_tier else CUSTOMERS, count.region, count.of), (count, rest))
        for count in numbers
        if (rest := count._replace(what=REST + count.what)) in numbers
    ]
    return lines + _link_quarters(numbers, demand, quarters)


def _as_all(line: Line[Count]) -> Line[Count]:
    """Return the line of new customers with their sum over all periods: each customer is new once."""
    return Line(Count(GRADES, line.total.region, EVERY), line.parts)


def _link_quarters(numbers: Mapping[Count, int], demand: Demand, quarters: tuple[Period, ...]) -> list[Line[Count]]:
    """Return that who was active in a quarter is a customer of it, where periods are quarters."""
    if demand.length != "quarter":
        return []
    pairs = [(Count(active_in(quarter), "", ""), Count(CUSTOMERS, "", str(quarter))) for quarter in quarters]
    pairs += [(Count(active_in(quarter), "", "0"), Count(BEST, "", str(quarter))) for quarter in quarters]
    regions = {count.region for count in numbers}
    both = ((one._replace(region=region), other._replace(region=region)) for one, other in pairs for region in regions)
    return [Line(other, (one,)) for one, other in both if one in numbers and other in numbers]


def _find_shown_doubles(lines: Iterable[Line[Count]], withheld: Collection[Count]) -> set[Count]:
    """Return the numbers that are those of customers of a shown cell, which was judged already."""
    shown = (line for line in lines if line.total.what == CUSTOMERS and line.total not in withheld)
    return {part for line in shown if len(line.parts) == 1 for part in line.parts}


def _withheld_customers(demand: Demand) -> set[Count]:
    """Return the customers of the cells that are withheld, with the new ones and those of the best tier."""
    hidden = demand.cells.filter(~pl.col("is_shown") & (pl.col(PRODUCT) == EVERY)).select(LIST, PERIOD)
    places = [(region, str(Period.of(day, demand.length))) for region, day in hidden.iter_rows()]
    return {Count(what, *place) for what in (CUSTOMERS, NEW, BEST) for place in places}


def _find_dominated(purchases: Purchases, rule: Rule) -> set[Count]:
    """Return the lists and tiers of which one or two customers spend most."""
    amount = pl.col("spend").abs()
    found: set[Count] = set()
    for keys in ((LIST, TIER), (LIST,), (TIER,), ()):
        sums = (
            pl.len().cast(pl.Int64).alias("people"),
            amount.sum().alias("gross"),
            amount.max().alias("largest"),
            amount.top_k(2).sum().alias("two_largest"),
        )
        each = purchases.customers.group_by(keys).agg(*sums) if keys else purchases.customers.select(*sums)
        every = [pl.lit(EVERY).alias(name) for name in (LIST, TIER) if name not in keys]
        cells = each.with_columns(pl.col(name).cast(pl.String) for name in keys).with_columns(*every)
        found |= {Count(GRADES, *row) for row in cells.filter(~rule.expression()).select(LIST, TIER).iter_rows()}
    return found

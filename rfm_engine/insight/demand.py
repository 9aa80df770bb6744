"""Which cells of the demand are shown, period by period, and the finest periods at which enough is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.insight.cells import PERCENT, PERIOD, Key, count_cells, in_periods
from rfm_engine.insight.disclosure import Line
from rfm_engine.insight.periods import MONTHS
from rfm_engine.insight.purchases import EVERY, LIST, PRODUCT
from rfm_engine.insight.withholding import withhold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from rfm_engine.insight.cells import Rule
    from rfm_engine.insight.disclosure import CanShow, Number
    from rfm_engine.insight.periods import Length
    from rfm_engine.insight.previous import Previous
    from rfm_engine.insight.purchases import Purchases

ENOUGH: Final = 80
"""Percent of the spend that must be shown where the length of periods is chosen."""

Amounts = dict[Key, dict[str, int]]


@dataclass(frozen=True, kw_only=True)
class Demand:
    """The cells at one length of periods, one row each as `count_cells` has them, and whether each `is_shown`."""

    length: Length
    cells: pl.DataFrame

    @property
    def shown_percent(self) -> int:
        """How much of the spend stands in shown cells of one product and one list, in whole percent."""
        single = self.cells.filter((pl.col(PRODUCT) != EVERY) & (pl.col(LIST) != EVERY))
        whole = int(single["spend"].sum())
        return PERCENT * int(single.filter("is_shown")["spend"].sum()) // whole if whole else PERCENT

    @property
    def withheld(self) -> int:
        """How many cells are withheld."""
        return self.cells.height - int(self.cells["is_shown"].sum())


def choose_demand(purchases: Purchases, rule: Rule) -> Demand:
    """Return the demand at the finest periods at which 80 % of the spend is shown, by year where none is."""
    for length in MONTHS:
        demand = show_demand(purchases, length, rule)
        if demand.shown_percent >= ENOUGH:
            break
    return demand


def show_demand(purchases: Purchases, length: Length, rule: Rule, previous: Previous | None = None) -> Demand:
    """Return the demand at one length of periods; each period is a table of its own."""
    cells = count_cells(purchases, length, rule, previous.as_of if previous else None)
    never = pl.lit(value=False).alias("is_known")
    cells = previous.judge(cells, rule.k) if previous else cells.with_columns(never)
    unsafe = cells.filter(~pl.col("is_safe"))[PERIOD].unique()
    rows = in_periods(purchases.of_products, length).filter(pl.col(PERIOD).is_in(unsafe.implode()))
    bought = rows.group_by(PRODUCT, LIST, PERIOD, CUSTOMER_ID).agg(pl.col("spend").sum())
    by_period = cells.filter(pl.col(PERIOD).is_in(unsafe.implode())).partition_by(PERIOD, as_dict=True)
    parts = bought.partition_by(PERIOD, as_dict=True)
    hidden = [key for period, part in by_period.items() for key in _withhold_in(part, parts[period], rule)]
    return Demand(length=length, cells=_mark_shown(cells, hidden))


def _mark_shown(cells: pl.DataFrame, hidden: list[Key]) -> pl.DataFrame:
    keys = pl.DataFrame(hidden, schema={name: cells.schema[name] for name in (PRODUCT, LIST, PERIOD)}, orient="row")
    marked = cells.join(
        keys.with_columns(is_hidden=True), on=[PRODUCT, LIST, PERIOD], how="left", maintain_order="left"
    )
    return marked.with_columns(pl.col("is_hidden").is_null().alias("is_shown")).drop("is_hidden")


def _withhold_in(cells: pl.DataFrame, bought: pl.DataFrame, rule: Rule) -> set[Key]:
    """Return the cells of one period that are withheld."""
    keys = [Key(*row) for row in cells.select(PRODUCT, LIST, PERIOD).iter_rows()]
    losses = {
        key: gross for key, gross, known in zip(keys, cells["gross"], cells["is_known"], strict=True) if not known
    }
    unsafe = [key for key, is_safe in zip(keys, cells["is_safe"], strict=True) if not is_safe]
    return withhold(cross_lines(keys), unsafe, losses, rule_of_sums(add_amounts(bought), rule, {*unsafe}))


def cross_lines(keys: Collection[Key]) -> list[Line[Key]]:
    """Return what adds up in a period: the lists of each product, and the products of each list."""
    by_product, by_list = defaultdict(list), defaultdict(list)
    for key in keys:
        if key.region != EVERY:
            by_product[key._replace(region=EVERY)].append(key)
        if key.product != EVERY:
            by_list[key._replace(product=EVERY)].append(key)
    return [Line(total, tuple(parts)) for lines in (by_product, by_list) for total, parts in lines.items()]


def add_amounts(bought: pl.DataFrame) -> Amounts:
    """Return what each person spent in each cell, totals included."""
    amounts: Amounts = defaultdict(lambda: defaultdict(int))
    rows = bought.select(PRODUCT, LIST, PERIOD, CUSTOMER_ID, "spend").iter_rows()
    for product, region, period, person, spend in rows:
        for key in _cells_of(Key(product, region, period)):
            amounts[key][person] += spend
    return amounts


def _cells_of(key: Key) -> Iterable[Key]:
    yield key
    yield key._replace(region=EVERY)
    yield key._replace(product=EVERY)
    yield Key(EVERY, EVERY, key.period)


def rule_of_sums(amounts: Amounts, rule: Rule, unsafe: Collection[Key]) -> CanShow[Key]:
    """Return what says whether a sum of cells may be known: whether the people in it are enough, and none dominates."""

    def can_show(sums: Mapping[Key, Number]) -> bool:
        if len(sums) == 1 and next(iter(sums)) in unsafe:
            return False
        spent: dict[str, Number] = defaultdict(int)
        for cell, factor in sums.items():
            for person, amount in amounts[cell].items():
                spent[person] += factor * amount
        return rule.is_met(cast("Iterable[int]", filter(None, spent.values())))

    return can_show

"""Customers to call by name: highest spend, near the next tier, about to drop, asleep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, MONETARY, RECENCY_DAYS, RFM_SCORE, TIER
from rfm_engine.report.bands import find_bands, fixed_cuts
from rfm_engine.report.section import Section
from rfm_engine.report.sections.lists import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words

SOON_DAYS: Final = 30
BETTER, LEAST_ABOVE, GREATEST_BELOW = "better tier", "least total above", "greatest total below"
EXTRA: Final = {"drop": ("drops_on",), "near": ("next", "short"), "spend": ("total",), "asleep": ("total",)}
SHORT, DROPS_IN = "points short", "drops in days"


@dataclass(frozen=True)
class Table:
    """Some customers, at most as many as requested, for one reason; `key` is that of its words."""

    key: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class People:
    """The tables, the columns that tell lists apart where there are several, and the names of the tiers."""

    tables: list[Table]
    lists: list[str]
    tiers: list[str]
    as_of: date

    def heads(self, words: Words, table: Table) -> list[str]:
        """Return the heads of a table."""
        first = ["customer", *(["list"] if self.lists else []), "tier", *EXTRA[table.key], "money", "orders", "days"]
        has_product = table.rows and "last_product_name" in table.rows[0]
        return [words(f"people.{name}") for name in (*first, *(["product"] if has_product else []))]

    def cells(self, words: Words, table: Table) -> list[list[str]]:
        """Return the rows of a table."""
        return [self._cells(words, table, row) for row in table.rows]

    def _cells(self, words: Words, table: Table, row: dict[str, Any]) -> list[str]:
        place = [words.shorten(BETWEEN.join(row[name] for name in self.lists), 40)] if self.lists else []
        extra = [self._extra(words, name, row) for name in EXTRA[table.key]]
        product = [words.shorten(row["last_product_name"] or "", 40)] if "last_product_name" in row else []
        return [
            words.shorten(row[CUSTOMER_ID], 40),
            *place,
            self.tiers[row[TIER]],
            *extra,
            words.money(row[MONETARY]),
            words.number(row[FREQUENCY]),
            words.number(row[RECENCY_DAYS]),
            *product,
        ]

    def _extra(self, words: Words, name: str, row: dict[str, Any]) -> str:
        if name == "next":
            return self.tiers[int(row[BETTER])]
        if name == "short":
            return f"{row[SHORT]:f}"
        return words.day(self.as_of + timedelta(days=row[DROPS_IN])) if name == "drops_on" else f"{row[RFM_SCORE]:f}"


def make_people(customers: pl.LazyFrame, facts: Facts, words: Words, top: int) -> Section:
    """Return the tables; near and about to drop only where tiers follow totals, and cut points are fixed."""
    queries = {"spend": _highest(customers, facts, top), "asleep": _asleep(customers, facts, top)}
    soon = None
    if (bounds := find_bounds(facts)) is not None:
        joined = customers.join(bounds.lazy(), on=[*facts.lists, TIER], how="left")
        queries["near"] = _near(joined, facts, top)
        if (drops := drop_days(facts)) is not None:
            falling = joined.with_columns(drops.alias(DROPS_IN)).drop_nulls(DROPS_IN)
            queries["drop"] = falling.sort(DROPS_IN, *_by_spend(facts), descending=[False, *_directions(facts)]).head(
                top
            )
            soon = falling.filter(pl.col(DROPS_IN) <= SOON_DAYS).select(pl.len())
    found = pl.collect_all([*queries.values(), *([] if soon is None else [soon])])
    rows = {key: frame.to_dicts() for key, frame in zip(queries, found, strict=False)}
    tables = [Table(key, rows[key]) for key in ("drop", "near", "spend", "asleep") if key in rows]
    dropping = int(found[-1].item()) if soon is not None else 0
    headline = words("people.head", drop=words.number(dropping)) if dropping else words("people.head_plain")
    several = bool(facts.lists) and facts.cube.select(facts.lists).n_unique() > 1
    as_of = date.fromisoformat(facts.record.dataset["as_of"])
    return Section("people", headline, People(tables, facts.lists if several else [], facts.tiers, as_of))


def _by_spend(facts: Facts) -> list[str]:
    return [MONETARY, *facts.lists, CUSTOMER_ID]


def _directions(facts: Facts) -> list[bool]:
    return [True, *(False for _ in facts.lists), False]


def _highest(customers: pl.LazyFrame, facts: Facts, top: int) -> pl.LazyFrame:
    return customers.sort(_by_spend(facts), descending=_directions(facts)).head(top)


def _asleep(customers: pl.LazyFrame, facts: Facts, top: int) -> pl.LazyFrame:
    recency = find_bands(facts, RECENCY_DAYS)
    return _highest(customers.filter(recency.place() == 0), facts, top)


def _near(joined: pl.LazyFrame, facts: Facts, top: int) -> pl.LazyFrame:
    short = joined.drop_nulls(LEAST_ABOVE).with_columns((pl.col(LEAST_ABOVE) - pl.col(RFM_SCORE)).alias(SHORT))
    return short.sort(SHORT, *_by_spend(facts), descending=[False, *_directions(facts)]).head(top)


def find_bounds(facts: Facts) -> pl.DataFrame | None:
    """Return for each (list, tier) the least total of the next better tier and the greatest of the next worse one.

    Null where there is none; None for the whole where the tiers of some list do not follow its totals.
    """
    keys = facts.lists
    spans = (
        facts.cube.group_by(*keys, TIER)
        .agg(pl.col("total").min().alias("least"), pl.col("total").max().alias("greatest"))
        .sort(*keys, TIER)
    )
    ordered = spans.with_columns(
        _within(pl.col("least").shift(1), keys).alias(LEAST_ABOVE),
        _within(pl.col(TIER).shift(1), keys).alias(BETTER),
        _within(pl.col("greatest").shift(-1), keys).alias(GREATEST_BELOW),
    )
    follows = ordered.select((pl.col("greatest") < pl.col(LEAST_ABOVE)).all()).item()
    return ordered.drop("least", "greatest") if follows else None


def _within(value: pl.Expr, keys: Sequence[str]) -> pl.Expr:
    return value.over(keys) if keys else value


def drop_days(facts: Facts) -> pl.Expr | None:
    """Return after how many days without an order a customer's tier is certainly lower; None without fixed cuts."""
    cuts = fixed_cuts(facts, RECENCY_DAYS)
    if not cuts or not _scores_follow(facts, cuts):
        return None
    days = pl.col(RECENCY_DAYS)
    weight = facts.record.weights.recency
    losses = [
        pl.when(days <= cut, pl.col(RFM_SCORE) - pl.lit(weight) * lost <= pl.col(GREATEST_BELOW)).then(cut + 1 - days)
        for cut, lost in ((cut, pl.col("r_score") - (len(cuts) - place)) for place, cut in enumerate(cuts))
    ]
    return pl.coalesce(losses)


def _scores_follow(facts: Facts, cuts: list[int]) -> bool:
    """Return whether every R score is the highest less the cuts that the days exceed, as cut points by name suggest."""
    ends = [
        len(cuts) + 1 - pl.sum_horizontal((pl.col(f"{end} {RECENCY_DAYS}") > cut).cast(pl.Int64) for cut in cuts)
        for end in ("least", "greatest")
    ]
    rises = all(low < high for low, high in pairwise(cuts))
    return rises and bool(facts.cube.select(pl.all_horizontal(end == pl.col("r_score") for end in ends).all()).item())

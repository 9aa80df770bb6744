"""Customers to call by name: highest spend, near the next tier, about to drop, asleep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, MONETARY, MONETARY_FEN, RECENCY_DAYS, RFM_SCORE, TIER
from rfm_engine.errors import RfmError
from rfm_engine.grading.guard import looks_beyond_scores
from rfm_engine.report.bands import find_bands
from rfm_engine.report.facts import name_columns
from rfm_engine.report.section import Section
from rfm_engine.report.sections.lists import BETWEEN
from rfm_engine.runs.scale import scale_of
from rfm_engine.runs.watch import WatchOptions, look_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words
    from rfm_engine.runs.compare import Movement
    from rfm_engine.runs.finished import FinishedRun
    from rfm_engine.runs.scale import Scale

HORIZON: Final = WatchOptions()
NEAR_CANDIDATES: Final = 10
"""How many times as many customers as requested are tried for whether one order lifts them."""

BETTER, LEAST_ABOVE, SHORT, LONGEST = "better tier", "least total above", "points short", "most days of the score"
TIER_AND_R: Final = (TIER, "r_score")
ORDER: Final = ("drop", "near", "spend", "woken", "asleep")
EXTRA: Final = {"drop": ("drops_on",), "near": ("next", "amount", "needs_by")}
"""The columns of a table besides those of all; the total where nothing else."""


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

    def heads(self, words: Words, table: Table) -> list[str]:
        """Return the heads of a table."""
        first = [
            "customer",
            *(["list"] if self.lists else []),
            "tier",
            *EXTRA.get(table.key, ("total",)),
            "money",
            "orders",
            "days",
        ]
        has_product = table.rows and "last_product_name" in table.rows[0]
        return [words(f"people.{name}") for name in (*first, *(["product"] if has_product else []))]

    def text_columns(self, table: Table) -> list[int]:
        """Return which columns after the first hold text."""
        product = len(EXTRA.get(table.key, ("total",))) + len(self.lists[:1]) + 5
        return [*([1] if self.lists else []), product]

    def cells(self, words: Words, table: Table) -> list[list[str]]:
        """Return the rows of a table."""
        return [self._cells(words, table, row) for row in table.rows]

    def _cells(self, words: Words, table: Table, row: dict[str, Any]) -> list[str]:
        place = [words.shorten(BETWEEN.join(row[name] for name in self.lists), 40)] if self.lists else []
        extra = [self._extra(words, name, row) for name in EXTRA.get(table.key, ("total",))]
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
        if name == "amount":
            fen = int(row["needs_amount"].scaleb(2))
            return words.money(fen) if fen > 1 else words("people.any")
        return f"{row[RFM_SCORE]:f}" if name == "total" else words.day(row[name])


def make_people(run: FinishedRun, facts: Facts, words: Words, top: int, movement: Movement | None = None) -> Section:
    """Return the tables; those that need the scheme and the policy only where both are still installed."""
    scale, customers = _find_scale(run), name_columns(run.customers(), run.record)
    queries = {"spend": _by_spend(customers, facts).head(top), "asleep": _asleep(customers, facts).head(top)}
    if scale:
        joined = customers.join(_bands(facts).lazy(), on=[*facts.lists, *TIER_AND_R], how="left")
        queries |= {"near": _near(joined, facts).head(NEAR_CANDIDATES * top), "drop": _may_drop(joined, facts, scale)}
    if movement:
        queries["woken"] = _by_spend(name_columns(_woken(movement).lazy(), facts.record), facts).head(top)
    found = dict(zip(queries, pl.collect_all(queries.values()), strict=True))
    dropping = 0
    if scale:
        near, drop = (_look_ahead(found[key], facts, scale) for key in ("near", "drop"))
        found["near"] = near.filter(pl.col("needs_orders") == 1).head(top)
        falling = _by_spend(drop.drop_nulls("drops_on").lazy(), facts).collect()
        dropping, found["drop"] = falling.height, falling.sort("drops_on", maintain_order=True).head(top)
    tables = [Table(key, found[key].to_dicts()) for key in ORDER if key in found]
    values = {"drop": words.number(dropping), "days": words.number(HORIZON.horizon_days)}
    headline = words("people.head", **values) if dropping else words("people.head_plain")
    several = bool(facts.lists) and facts.sums(*facts.lists).height > 1
    return Section("people", headline, People(tables, facts.lists if several else [], facts.tiers))


def _find_scale(run: FinishedRun) -> Scale | None:
    try:
        return scale_of(run)
    except RfmError:
        return None


def _by_spend(customers: pl.LazyFrame, facts: Facts) -> pl.LazyFrame:
    keys = [*facts.lists, CUSTOMER_ID]
    return customers.sort(MONETARY, *keys, descending=[True, *(False for _ in keys)])


def _asleep(customers: pl.LazyFrame, facts: Facts) -> pl.LazyFrame:
    return _by_spend(customers.filter(find_bands(facts, RECENCY_DAYS).place() == 0), facts)


def _woken(movement: Movement) -> pl.DataFrame:
    """Return who slept, or would have slept by now, and bought."""
    slept = pl.col(f"old_{RECENCY_DAYS}") + pl.col("days_passed") >= HORIZON.asleep_days
    return movement.customers.filter(slept, pl.col(RECENCY_DAYS) < HORIZON.asleep_days)


def _bands(facts: Facts) -> pl.DataFrame:
    """Return one row per (list, tier, R score): the most days of the score, and the next better tier's least total."""
    keys = facts.lists
    spans = facts.cube.group_by(*keys, TIER).agg(pl.col("total").min().alias("least")).sort(*keys, TIER)
    above = spans.with_columns(
        _within(pl.col(TIER).shift(1), keys).alias(BETTER), _within(pl.col("least").shift(1), keys).alias(LEAST_ABOVE)
    )
    longest = pl.col(f"greatest {RECENCY_DAYS}").max().alias(LONGEST)
    days = facts.cube.group_by(*keys, "r_score").agg(longest)
    pairs = facts.cube.select(*keys, *TIER_AND_R).unique()
    return pairs.join(days, on=[*keys, "r_score"], how="left").join(above, on=[*keys, TIER], how="left")


def _within(value: pl.Expr, keys: Sequence[str]) -> pl.Expr:
    return value.over(keys) if keys else value


def _near(joined: pl.LazyFrame, facts: Facts) -> pl.LazyFrame:
    """Return awake customers below the best tier, those first who lack the fewest points of the next better one."""
    awake = joined.filter(pl.col(BETTER).is_not_null(), pl.col(RECENCY_DAYS) < HORIZON.asleep_days)
    short = awake.with_columns((pl.col(LEAST_ABOVE) - pl.col(RFM_SCORE)).alias(SHORT))
    keys = [*facts.lists, CUSTOMER_ID]
    return short.sort(SHORT, MONETARY, *keys, descending=[False, True, *(False for _ in keys)])


def _may_drop(joined: pl.LazyFrame, facts: Facts, scale: Scale) -> pl.LazyFrame:
    """Return whose tier silence may cost within the horizon: those whose R score falls, if tiers read scores alone."""
    above_last = joined.filter(pl.col(TIER) < len(facts.tiers) - 1)
    if looks_beyond_scores(scale.rules.tiers):
        return above_last
    return above_last.filter(pl.col(RECENCY_DAYS) + HORIZON.horizon_days > pl.col(LONGEST))


def _look_ahead(found: pl.DataFrame, facts: Facts, scale: Scale) -> pl.DataFrame:
    """Return the customers with the least that lifts them, and the first day on which silence costs their tier."""
    names = dict(zip(facts.lists, scale.by, strict=True))
    metrics = found.select(*facts.lists, CUSTOMER_ID, RECENCY_DAYS, FREQUENCY, pl.col(MONETARY).alias(MONETARY_FEN))
    ahead = look_ahead(metrics.rename(names), scale, HORIZON)
    return pl.concat([found, ahead.select("needs_orders", "needs_amount", "needs_by", "drops_on")], how="horizontal")

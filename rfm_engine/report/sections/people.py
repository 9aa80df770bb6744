"""Customers to call by name: highest spend, near the next tier, about to drop, asleep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, MONETARY, RECENCY_DAYS, RFM_SCORE, TIER
from rfm_engine.errors import RfmError
from rfm_engine.report.candidates import (
    BETTER,
    HORIZON,
    drop_keys,
    find_asleep,
    find_may_drop,
    find_near,
    find_woken,
    look_ahead_of,
    order_by_spend,
)
from rfm_engine.report.section import Section
from rfm_engine.report.sections.lists import BETWEEN
from rfm_engine.runs.scale import scale_of

if TYPE_CHECKING:
    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words
    from rfm_engine.runs.compare import Movement
    from rfm_engine.runs.finished import FinishedRun
    from rfm_engine.runs.scale import Scale

NEAR_CANDIDATES: Final = 10
"""How many times as many customers as requested are tried for whether one order lifts them."""

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
    """The tables, what they were found in, and the columns that tell lists apart where there are several."""

    tables: list[Table]
    facts: Facts
    lists: list[str]

    @property
    def tiers(self) -> list[str]:
        """The names of the tiers, best first."""
        return self.facts.tiers

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
        words = words.in_currency(self.facts.currency_of(row))
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
            fen = int(row["needs_amount"] * words.minor_units)
            return words.money(fen) if fen > 1 else words("people.any")
        return f"{row[RFM_SCORE]:f}" if name == "total" else words.day(row[name])


def make_people(run: FinishedRun, facts: Facts, words: Words, top: int, movement: Movement | None = None) -> Section:
    """Return the tables; those that need the scheme and the policy only where both are still installed."""
    scale, customers = _find_scale(run), facts.customers
    queries = {"spend": order_by_spend(customers, facts).head(top), "asleep": find_asleep(customers, facts).head(top)}
    if scale:
        queries["near"] = find_near(customers, facts).head(NEAR_CANDIDATES * top)
        queries["drop"] = find_may_drop(customers, facts, scale)
    if movement:
        queries["woken"] = order_by_spend(find_woken(customers, facts, movement), facts).head(top)
    found = dict(zip(queries, pl.collect_all(queries.values()), strict=True))
    dropping = 0
    if scale:
        near, drop = (look_ahead_of(found[key], facts, scale) for key in ("near", "drop"))
        falling = drop.drop_nulls("drops_on").select(*drop_keys(facts, scale), "customers", "drops_on")
        found["near"] = near.filter(pl.col("needs_orders") == 1).head(top)
        found["drop"] = _find_first_drops(customers, facts, falling, top)
        dropping = int(falling["customers"].sum())
    tables = [Table(key, found[key].to_dicts()) for key in ORDER if key in found]
    values = {"drop": words.number(dropping), "days": words.number(HORIZON.horizon_days)}
    headline = words("people.head", **values) if dropping else words("people.head_plain")
    several = bool(facts.lists) and facts.sums(*facts.lists).height > 1
    return Section("people", headline, People(tables, facts, facts.lists if several else []))


def _find_scale(run: FinishedRun) -> Scale | None:
    try:
        return scale_of(run)
    except RfmError:
        return None


def _find_first_drops(customers: pl.LazyFrame, facts: Facts, falling: pl.DataFrame, top: int) -> pl.DataFrame:
    """Return the customers of the groups that fall, the first day first."""
    keys = [name for name in falling.columns if name not in {"customers", "drops_on"}]
    members = customers.join(falling.drop("customers").lazy(), on=keys, how="inner")
    return order_by_spend(members.filter(pl.col(TIER) < len(facts.tiers) - 1), facts, "drops_on").head(top).collect()

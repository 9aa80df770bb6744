"""Loads well and breaks its promises when it is used."""

from __future__ import annotations

import sys

import polars as pl

from rfm_engine.columns import Metric
from rfm_engine.plugin_api import Scheme, Tier, TierPolicy, hookimpl


class Nulls(Scheme):
    """Scores everybody but the worst null."""

    name = "nulls"

    def score(self, metric: Metric) -> pl.Expr:
        return pl.when(metric.worth == metric.worth.min()).then(5)


class Fractions(Scheme):
    """Scores two and a half."""

    name = "fractions"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return pl.lit(2.5)


class OutOfRange(Scheme):
    """States 1 to 5 and scores money 6."""

    name = "out-of-range"

    def score(self, metric: Metric) -> pl.Expr:
        return pl.lit(6 if metric is Metric.MONETARY else 1)


class WrongLength(Scheme):
    """Scores two customers, however many there are."""

    name = "wrong-length"

    def score(self, metric: Metric) -> pl.Expr:
        return metric.worth.head(2)


class UnknownColumn(Scheme):
    """Reads a column that there is not."""

    name = "unknown-column"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return pl.col("loyalty")


class Raises(Scheme):
    """Raises for frequency."""

    name = "raises"

    def score(self, metric: Metric) -> pl.Expr:
        return pl.lit(1 // (metric is not Metric.FREQUENCY))


class Exits(Scheme):
    """Leaves the interpreter."""

    name = "exits"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        sys.exit(0)


class Number(Scheme):
    """Returns a number in place of an expression."""

    name = "number"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return 3  # type: ignore[return-value]


class Gap(TierPolicy):
    """Grades only those who bought more than twice."""

    name = "gap"

    def tier_table(self) -> tuple[Tier, ...]:
        return (Tier(name="often"), Tier(name="always"))

    def belongs(self, position: int) -> pl.Expr:
        doubled = pl.col("frequency") * 2  # computed with, so that only the customers show the gap
        return doubled.is_between(6, 18) if position == 0 else doubled > 18


class Overlap(Gap):
    """Grades everybody twice, by a metric."""

    name = "overlap"

    def belongs(self, position: int) -> pl.Expr:
        return pl.col("frequency") * 2 >= position


class NotBoolean(Gap):
    """Answers with a number."""

    name = "not-boolean"

    def belongs(self, position: int) -> pl.Expr:
        return pl.col("r_score") + position


@hookimpl
def rfm_register_schemes() -> list[type[Scheme]]:
    return [Nulls, Fractions, OutOfRange, WrongLength, UnknownColumn, Raises, Exits, Number]


@hookimpl
def rfm_register_tier_policies() -> list[type[TierPolicy]]:
    return [Gap, Overlap, NotBoolean]

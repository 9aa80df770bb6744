"""Policies that are sound, and some that are wrong in one way each, to try the conformance kit on."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

import polars as pl
from pydantic import field_serializer

from rfm_engine.plugin_api import Language, Tier, TierPolicy

DRAWN = count()


class Halves(TierPolicy):
    """Good from a total of 3, the rest poor."""

    name = "halves"

    def tier_table(self) -> tuple[Tier, ...]:
        return (Tier(name="good"), Tier(name="poor"))

    def belongs(self, position: int) -> pl.Expr:
        good = pl.col("rfm_score") >= Decimal(3)
        return good if position == 0 else ~good


class Mute(Halves):
    """Describes itself otherwise each time."""

    def describe(self, language: Language = "en") -> str:
        return f"{language} {next(DRAWN)}"


class WithoutADocstring(Halves):
    name = "without-a-docstring"


class ForgetsABound(Halves):
    """Writes an option as another value."""

    bound: int = 3

    @field_serializer("bound")
    def _one_more(self, bound: int) -> int:
        return bound + 1


class NamesATierTwice(Halves):
    """Has two tiers of one name."""

    def tier_table(self) -> tuple[Tier, ...]:
        return (Tier(name="good"), Tier(name="good"))


class AsksPython(Halves):
    """Maps a Python function."""

    def belongs(self, position: int) -> pl.Expr:
        return super().belongs(position).map_batches(lambda fits: fits, return_dtype=pl.Boolean)


class LeavesAGap(Halves):
    """Grades no one whose total is 3 exactly."""

    def belongs(self, position: int) -> pl.Expr:
        return pl.col("rfm_score") > Decimal(3) if position == 0 else pl.col("rfm_score") < Decimal(3)


class Overlaps(Halves):
    """Grades a total of 3 twice."""

    def belongs(self, position: int) -> pl.Expr:
        return pl.col("rfm_score") >= Decimal(3) if position == 0 else pl.col("rfm_score") <= Decimal(3)


class OverlapsForTheRich(Halves):
    """Grades a customer of great spend twice, which no score shows."""

    def belongs(self, position: int) -> pl.Expr:
        rich = pl.col("monetary_fen") > 10**9
        return (super().belongs(position) | rich) if position == 0 else super().belongs(position)


class GradesByTheMean(Halves):
    """Compares customers with the mean of their list, which is sound."""

    def belongs(self, position: int) -> pl.Expr:
        good = pl.col("monetary_fen") >= pl.col("monetary_fen").mean()
        return good if position == 0 else ~good


class TenBest(Halves):
    """Takes the ten best totals of each list, which is sound."""

    def belongs(self, position: int) -> pl.Expr:
        best = pl.col("rfm_score").rank("ordinal", descending=True) <= 10
        return best if position == 0 else ~best


class LeavesAGapInSpend(Halves):
    """Grades no one who spent 100.00 exactly, which no sample customer did."""

    def belongs(self, position: int) -> pl.Expr:
        spend = pl.col("monetary_fen")
        return spend > 10_000 if position == 0 else spend < 10_000


class LeavesAGapInTheMeanOrder(Halves):
    """Grades no one whose orders are of 1.00 on the average, a value that is computed."""

    def belongs(self, position: int) -> pl.Expr:
        mean = pl.col("monetary_fen") // pl.col("frequency")
        return mean > 100 if position == 0 else mean < 100


class ForgetsOneOfAList(Halves):
    """Grades no one with seven orders, which a list names among others."""

    def belongs(self, position: int) -> pl.Expr:
        orders = pl.col("frequency")
        return ~orders.is_in([7, 77]) if position == 0 else orders == 77


class OverlapsAtABorder(Halves):
    """Grades twice who bought on the thirtieth day before."""

    def belongs(self, position: int) -> pl.Expr:
        days = pl.col("recency_days")
        return days <= 30 if position == 0 else days >= 30


class RollsADie(Halves):
    """Compares with a number that each call draws anew."""

    def belongs(self, position: int) -> pl.Expr:
        drawn = next(DRAWN)
        return pl.lit(value=True) if position == 0 else pl.col("monetary_fen") * 0 > drawn


class RanksWithinTheRegion(Halves):
    """Reads a column that a list need not have."""

    def belongs(self, position: int) -> pl.Expr:
        best = pl.col("monetary_fen").rank("min", descending=True).over("region") <= 10
        return best if position == 0 else ~best


class ForgetsSmallLists(Halves):
    """Grades no one in a list of less than three customers."""

    def belongs(self, position: int) -> pl.Expr:
        best = pl.col("monetary_fen") >= pl.col("monetary_fen").mean()
        return (best if position == 0 else ~best) & (pl.len() > 2)


class TwoTiersForTheFirst(Halves):
    """Grades whoever is the best of a list twice."""

    def belongs(self, position: int) -> pl.Expr:
        best = pl.col("monetary_fen").rank("ordinal", descending=True)
        return best <= 1 if position == 0 else best >= 1


class NeedsACustomer(Halves):
    """Takes the first of the sorted values even where there is none."""

    def belongs(self, position: int) -> pl.Expr:
        best = pl.col("monetary_fen") >= pl.col("monetary_fen").sort().get(0)
        return best if position == 0 else ~best


class NumbersAcrossLists(Halves):
    """Numbers customers by the codes of a category, which count over all lists."""

    def belongs(self, position: int) -> pl.Expr:
        text = pl.col("monetary_fen").cast(pl.String) + pl.col("customer_id")
        odd = text.cast(pl.Categorical(pl.Categories("wrong_policies"))).to_physical() % 2 == 1
        return odd if position == 0 else ~odd


class NumbersCustomers(Halves):
    """Numbers customers by the codes of their ids, which depend on whom the process met first."""

    def belongs(self, position: int) -> pl.Expr:
        odd = pl.col("customer_id").cast(pl.Categorical).cat.physical() % 2 == 1
        return odd if position == 0 else ~odd


class ForgetsLargeLists(GradesByTheMean):
    """Grades no one in a list of a thousand customers or more."""

    def belongs(self, position: int) -> pl.Expr:
        return super().belongs(position) & (pl.len() < 10**3)


class ForgetsTenThousand(GradesByTheMean):
    """Grades no one in a list of ten thousand customers."""

    def belongs(self, position: int) -> pl.Expr:
        return super().belongs(position) & (pl.len() != 10_000)


class LiesAboutSorting(Halves):
    """Promises Polars sorted values, which one engine believes and the other does not."""

    def belongs(self, position: int) -> pl.Expr:
        worth = -pl.col("recency_days")
        best = worth >= worth.set_sorted().max()
        return best if position == 0 else ~best


class TakesTheHighest(Halves):
    """Grades by the M score alone, the highest first."""

    def belongs(self, position: int) -> pl.Expr:
        return (pl.col("m_score") >= 4) == (position == 0)

"""All that the author of a scheme or a tier policy imports."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, NamedTuple, TypeVar

import pluggy
import polars as pl
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from rfm_engine.columns import RFM_SCORE, SCORES, Metric
from rfm_engine.order_source import OrderSource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

PROJECT: Final = "rfm_engine"
TOTAL_PRECISION: Final = 38
hookimpl = pluggy.HookimplMarker(PROJECT)
MOST_CONTACTS: Final = 1000
MOST_MONTHS: Final = 1200
MONTHS: Final = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
PATTERN: Final = re.compile(r"(\d+)(?:\s*-\s*(\d+))?\s+per\s+(?:(\d+)\s+months|(month|quarter|half-year|year))")
EXPECTED: Final = "such as '1-2 per month', '1 per quarter', '1 per half-year', '1 per year' or '2 per 4 months'"


class Cadence(BaseModel):
    """From `contacts_min` to `contacts_max` contacts in every `every_months` months."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contacts_min: int = Field(ge=0, le=MOST_CONTACTS)
    contacts_max: int = Field(ge=0, le=MOST_CONTACTS)
    every_months: int = Field(ge=1, le=MOST_MONTHS)

    @model_validator(mode="after")
    def _check_order(self) -> Cadence:
        if self.contacts_min > self.contacts_max:
            message = f"at least {self.contacts_min} contacts but at most {self.contacts_max}"
            raise ValueError(message)
        return self

    def __str__(self) -> str:
        """Return the words that `parse_cadence` reads."""
        few, many = self.contacts_min, self.contacts_max
        count = f"{few}" if few == many else f"{few}-{many}"
        names = {months: name for name, months in MONTHS.items()}
        return f"{count} per {names.get(self.every_months, f'{self.every_months} months')}"


def parse_cadence(words: object) -> object:
    """Return the cadence that the words state; anything but text passes through.

    >>> parse_cadence("1-2 per quarter")
    Cadence(contacts_min=1, contacts_max=2, every_months=3)
    """
    if not isinstance(words, str):
        return words
    found = PATTERN.fullmatch(words.strip())
    if not found:
        message = f"expected a cadence {EXPECTED}"
        raise ValueError(message)
    few, many, months, period = found.groups()
    numbers = {"contacts_min": few, "contacts_max": many or few, "every_months": months or MONTHS[period]}
    return Cadence.model_validate(numbers)


CadenceWords = Annotated[Cadence, BeforeValidator(parse_cadence), PlainSerializer(str, return_type=str)]
"""A field that takes a cadence in words."""

__all__ = [
    "RFM_SCORE",
    "SCORES",
    "Cadence",
    "CadenceWords",
    "Interval",
    "Metric",
    "OrderSource",
    "PluginBase",
    "Scheme",
    "ScoreRange",
    "Segment",
    "Tier",
    "TierPolicy",
    "decimal_literal",
    "hookimpl",
]


def decimal_literal(number: Decimal) -> pl.Expr:
    """Return an exact literal of the number, to compare `rfm_score` with; its type is Decimal with its own decimals.

    `pl.lit(Decimal(...))` does the same, but loads numpy where it is installed: 0.09 s.

    >>> from decimal import Decimal
    >>> pl.select(decimal_literal(Decimal("0.30"))).item()
    Decimal('0.30')
    """
    return _literal(f"{number:f}")


@cache
def _literal(number: str) -> pl.Expr:
    return pl.lit(number).cast(pl.Decimal(TOTAL_PRECISION, len(number.partition(".")[2])))


Number = TypeVar("Number", int, pl.Expr)


class ScoreRange(NamedTuple):
    """The integer scores a scheme can give, both ends included, and which end is best."""

    lowest: int = 1
    highest: int = 5
    best: Literal["highest", "lowest"] = "highest"

    @property
    def scores(self) -> range:
        """Every score, lowest first."""
        return range(self.lowest, self.highest + 1)

    def upward(self, score: Number) -> Number:
        """Return a score, or an expression of scores, with the highest as best: itself, or turned round.

        >>> ScoreRange(1, 5, best="lowest").upward(1)
        5
        """
        return score if self.best == "highest" else self.lowest + self.highest - score


class PluginBase(BaseModel):
    """What schemes and policies share: a name, a meaning (the docstring's first line), and typed options.

    Every field is an option: it needs a type and, unless it must be given, a default; `Field(description=...)` gives
    its one-line meaning. An option is set by `--set key=value`, by a key of the dataset file's table, or in Python.
    Objects are frozen; unknown options and wrong types are refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)

    name: ClassVar[str]

    @classmethod
    def meaning(cls) -> str:
        """Return the first line of the class's docstring."""
        return (cls.__doc__ or "").strip().partition("\n")[0]

    def options(self) -> dict[str, Any]:
        """Return the options in force as plain values that a TOML table can state."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Scheme(PluginBase):
    """A scoring scheme: turns each metric of a population into an integer score.

    The engine evaluates `score` once for each metric and population (one list, such as a region), so `pl.len()` is the
    number of customers of the list, and `rank`, `sort`, `quantile` or `over` see that list alone. Inside a population
    the customers stand in the order of their customer_id, each once. R, F and M are scored in this order, so an
    expression may use the score columns before its own (`pl.col("r_score")`). A list may be empty, and its customers
    may all be equal.
    """

    splits_ties: ClassVar[bool] = False
    """Whether customers with equal values may get different scores."""

    monotone: ClassVar[bool] = True
    """Whether a better value never gets a worse score within its population."""

    def score_range(self, metric: Metric) -> ScoreRange:
        """Return the scores that this metric can get; 1 to 5, 5 best, unless said otherwise."""
        del metric
        return ScoreRange()

    def cut_points(self, metric: Metric) -> Sequence[int] | None:
        """Return the rising values that part the scores (a value exceeds them or not), None where customers decide.

        It only serves `rfm-engine explain`; money is in fen.
        """
        del metric
        return None

    def score(self, metric: Metric) -> pl.Expr:
        """Return an integer expression over the columns of a population: one score per customer, never null.

        The columns are `customer_id` (text), `recency_days`, `frequency`, `monetary_fen` (Int64, never null) and the
        score columns that come before. A score outside `score_range`, a null or another type stops the run with an
        error that names the plugin, the scheme, the metric and a customer.
        """
        raise NotImplementedError


class Tier(BaseModel):
    """One grade of customers: its name, how often to contact them, and what about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    contacts: CadenceWords | None = None
    focus: str = ""


class Interval(BaseModel):
    """The scores from `low` to `high`, both included; written as one score `5` or as two `[4, 5]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: int
    high: int

    @model_validator(mode="before")
    @classmethod
    def _read_pair(cls, value: object) -> object:
        if isinstance(value, int):
            return {"low": value, "high": value}
        if isinstance(value, list | tuple) and len(value) == 2:  # noqa: PLR2004 a pair
            return {"low": value[0], "high": value[1]}
        return value

    @model_validator(mode="after")
    def _check_rising(self) -> Interval:
        if self.low > self.high:
            message = f"expected the lower score first, got [{self.low}, {self.high}]"
            raise ValueError(message)
        return self


class Segment(Tier):
    """A tier by intervals of the three scores; a score that is not named may be any."""

    r: Interval | None = None
    f: Interval | None = None
    m: Interval | None = None

    def holds(self) -> pl.Expr:
        """Return whether every named score is within its interval."""
        intervals = zip(SCORES, (self.r, self.f, self.m), strict=True)
        tests = [pl.col(score).is_between(within.low, within.high) for score, within in intervals if within]
        return pl.all_horizontal(pl.lit(value=True), *tests)


class TierPolicy(PluginBase):
    """A tier policy: says which tier each customer belongs to.

    Every customer must belong to exactly one tier. Before any row is read the engine tries `belongs` on every
    combination of scores the scheme can give, with the metrics on both sides of each number that they are compared
    with, and refuses the policy with the gap or the overlap it found. What computes with metrics or looks at other
    customers is checked on the customers of each run.

    `belongs` is evaluated for each list alone, with its customers in the order of their customer_id: `pl.len()`,
    `rank`, `mean` and `over` see that list, which may be empty, whatever the memory budget.
    """

    first_match: ClassVar[bool] = False
    """Whether a customer who belongs to several tiers takes the first of them (else that is an overlap)."""

    reads_scores_as_given: ClassVar[bool] = False
    """Whether the tiers are written for whatever scores the scheme gives, so that its best score may be the lowest.

    If not, the policy is refused with a scheme that gives its best customers the lowest of the scores that it reads.
    The total is always such that more is better.
    """

    def tier_table(self) -> tuple[Tier, ...]:
        """Return the tiers, best first; this is their order in every table and in the Enum column `tier`."""
        raise NotImplementedError

    def belongs(self, position: int) -> pl.Expr:
        """Return a Boolean expression: does the customer belong to the tier at this position of `tier_table`?

        The columns are `r_score`, `f_score`, `m_score` (integers), `rfm_score` (Decimal, exact) and the metrics
        `recency_days`, `frequency`, `monetary_fen` (Int64). Null counts as no. Compare `rfm_score` with
        `decimal.Decimal`, never with a float.
        """
        raise NotImplementedError

"""What the author of a tier policy defines."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeAlias

import polars as pl
from pydantic import ConfigDict, model_validator

from rfm_engine.columns import SCORES
from rfm_engine.plugin_api.cadence import Cadence, CadenceWords  # noqa: TC001 pydantic reads the types of fields
from rfm_engine.plugin_api.plugin_base import PluginBase
from rfm_engine.plugin_api.readable_model import ReadableModel

if TYPE_CHECKING:
    Scores: TypeAlias = "Interval | int | tuple[int, int] | list[int]"


class Tier(ReadableModel):
    """One grade of customers: its name, how often to contact them, and what about."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: str
    contacts: CadenceWords | None = None
    focus: str = ""

    if TYPE_CHECKING:  # a cadence may be written in words, which the type of the field does not say

        def __init__(self, *, name: str, contacts: Cadence | str | None = None, focus: str = "") -> None: ...


class Interval(ReadableModel):
    """The scores from `low` to `high`, both included; written as one score `5` or as two `[4, 5]`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

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

    if TYPE_CHECKING:

        def __init__(  # noqa: PLR0913 the fields
            self,
            *,
            name: str,
            contacts: Cadence | str | None = None,
            focus: str = "",
            r: Scores | None = None,
            f: Scores | None = None,
            m: Scores | None = None,
        ) -> None: ...

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

"""The scheme `frozen`: the cut points that an earlier run had, list by list."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from rfm_engine.plugin_api import Metric, Scheme, ScoreRange, describe_options
from rfm_engine.vocabulary.currencies import CENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from rfm_engine.plugin_api import Language, WorstValues


class ListCuts(BaseModel):
    """The worst value that got each score in one list: the most days, the fewest orders, the least fen."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    list: dict[str, str] = {}
    recency_days: dict[int, int]
    frequency: dict[int, int]
    monetary_fen: dict[int, int]

    def worst_values(self) -> WorstValues:
        """Return the values by metric."""
        return {metric: getattr(self, metric.column) for metric in Metric}


class Cuts(BaseModel):
    """What `rfm-engine fit` writes: the cut points of a run, and the rules that they were found with."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    as_of: date
    by: tuple[str, ...]
    weights: tuple[Decimal, Decimal, Decimal]
    scheme: dict[str, Any]
    tiers: dict[str, Any]
    lists: tuple[ListCuts, ...]
    decimals: int = Field(default=CENTS, exclude_if=lambda decimals: decimals == CENTS)


class Frozen(Scheme, defer_build=True):
    """Cut points that do not move: those of an earlier run, as `rfm-engine fit RUN -o cuts.toml` wrote them."""

    name: ClassVar[str] = "frozen"

    from_: str | None = Field(default=None, alias="from", description="the file that rfm-engine fit wrote")
    missing_list: Literal["refuse", "refit"] = Field(
        default="refuse", description="what happens to a list that the file lacks; refit: the fitted scheme scores it"
    )
    rules_differ: bool = Field(default=False, description="whether lists, weights and policy may be other ones")
    cuts: Cuts = Field(description="what stands in that file; from = FILE reads it, run.json keeps it")
    _fitted: Scheme | None = PrivateAttr(default=None)

    def with_fitted(self, scheme: Scheme) -> Frozen:
        """Return the scheme with the object of the one that the cut points were found with."""
        copied = self.model_copy()
        copied._fitted = scheme  # noqa: SLF001 its own
        return copied

    def with_decimals(self, decimals: int) -> Frozen:
        """Return the scheme for money that is counted with so many decimals.

        Raises:
            ValueError: The cut points are those of money with others.
        """
        if decimals != self.cuts.decimals:
            message = (
                f"the frozen cut points are of money with {self.cuts.decimals} decimals, that of these orders has "
                f"{decimals}: fit cut points to a run of the same currency, rfm-engine fit RUN"
            )
            raise ValueError(message)
        copied = super().with_decimals(decimals)
        return copied.with_fitted(self._fitted.with_decimals(decimals)) if self._fitted else copied

    @property
    def fitted_scheme(self) -> Scheme:
        """The scheme that the cut points were found with.

        Raises:
            ValueError: No cut points are given.
        """
        if self._fitted is None:
            message = "frozen needs cut points: from = the file that rfm-engine fit wrote"
            raise ValueError(message)
        return self._fitted

    def describe(self, language: Language = "en") -> str:
        """Return what the fitted scheme says, and of which day the cut points are."""
        table = {"scheme": self.fitted_scheme.describe(language), "as_of": str(self.cuts.as_of)}
        return describe_options(self.name, table, language)

    def in_list(self, values: Mapping[str, str]) -> Scheme | None:
        """Return the fitted scheme with the cut points of the list."""
        found = next((one for one in self.cuts.lists if one.list == dict(values)), None)
        if found is None:
            return self.fitted_scheme if self.missing_list == "refit" else None
        return self.fitted_scheme.frozen(found.worst_values())

    def score_range(self, metric: Metric) -> ScoreRange:
        """Return the scores of the fitted scheme."""
        return self._fitted.score_range(metric) if self._fitted else ScoreRange()

    def cut_points(self, metric: Metric) -> Sequence[int] | None:
        """Return the cut points that the fitted scheme has by itself."""
        return self._fitted.cut_points(metric) if self._fitted else None

    def score(self, metric: Metric) -> pl.Expr:
        """Return the scores that the fitted scheme gives where it is fitted again."""
        return self.fitted_scheme.score(metric)

    def frozen(self, cut_points: WorstValues) -> Scheme:
        """Return the fitted scheme with other cut points."""
        return self.fitted_scheme.frozen(cut_points)

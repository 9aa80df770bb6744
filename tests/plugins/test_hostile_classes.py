"""Classes of plugins that answer with anything at all take nothing down but themselves."""

from __future__ import annotations

from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import polars as pl
import pytest

from rfm_engine.errors import PluginError
from rfm_engine.grading.coverage import prove_coverage
from rfm_engine.grading.guard import guard_cut_points
from rfm_engine.grading.policies import Abcd
from rfm_engine.plugin_api import Metric, Scheme, ScoreRange, TierPolicy, hookimpl
from rfm_engine.plugins.error_text import describe_error
from rfm_engine.plugins.loading import PluginRecord, PluginSource, load
from tests.grading.test_guard import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence


class MutedError(Exception):
    """An exception whose words raise."""

    def __str__(self) -> str:
        raise self


class Sound(Scheme):
    """Everybody 3."""

    name: ClassVar[str] = "sound"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return pl.lit(3)


class RaisesInItsRange(Sound):
    """Its range raises."""

    name: ClassVar[str] = "raises-in-its-range"

    def score_range(self, metric: Metric) -> NoReturn:
        raise MutedError(metric)


class ExitsInItsRange(Sound):
    """Its range ends the process."""

    name: ClassVar[str] = "exits-in-its-range"

    def score_range(self, metric: Metric) -> NoReturn:
        raise SystemExit(metric.letter)


class TenMillionScores(Sound):
    """More scores than are of use."""

    name: ClassVar[str] = "ten-million"

    def score_range(self, metric: Metric) -> ScoreRange:
        del metric
        return ScoreRange(1, 10**7)


class RaisesInItsCuts(Sound):
    """Its cut points raise."""

    name: ClassVar[str] = "raises-in-its-cuts"

    def cut_points(self, metric: Metric) -> Sequence[int] | None:
        raise MutedError(metric)


def record_of(*classes: type[Scheme]) -> PluginRecord:
    module: Any = ModuleType("bank")

    @hookimpl
    def rfm_register_schemes() -> list[type[Scheme]]:
        return list(classes)

    module.rfm_register_schemes = rfm_register_schemes
    return load(PluginSource("bank", "1.0", "bank", partial(lambda: module), "bank"))


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (RaisesInItsRange, "RaisesInItsRange: score_range failed: MutedError: its message cannot be read"),
        (ExitsInItsRange, "ExitsInItsRange: score_range failed: SystemExit: R"),
        (TenMillionScores, "highest=10000000, best='highest'); expected at most 1,000 scores"),
    ],
)
def test_a_class_with_an_impossible_range_is_left_out_alone(wrong: type[Scheme], fault: str) -> None:
    record = record_of(Sound, wrong)

    assert [entry.name for entry in record.schemes] == ["sound"]
    assert fault in str(record.error)


def test_an_exception_without_words_is_named_by_its_type() -> None:
    assert describe_error(MutedError()).startswith("MutedError: its message cannot be read")


def test_a_range_that_raises_later_is_attributed_to_the_scheme() -> None:
    with pytest.raises(PluginError, match=r"scheme 'raises-in-its-range' of .* failed to give its score ranges: Muted"):
        prove_coverage(Abcd(), RaisesInItsRange(), WEIGHTS)


def test_cut_points_that_raise_are_attributed_to_the_scheme() -> None:
    with pytest.raises(PluginError, match=r"scheme 'raises-in-its-cuts' of .* for M: MutedError"):
        guard_cut_points(RaisesInItsCuts(), Metric.MONETARY)


class NoTiers(TierPolicy):
    """Its table raises."""

    name: ClassVar[str] = "no-tiers"

    def tier_table(self) -> NoReturn:
        raise MutedError


def test_a_table_that_raises_is_attributed_to_the_policy() -> None:
    with pytest.raises(PluginError, match=r"tier policy 'no-tiers' of .* failed to give its tiers: MutedError"):
        prove_coverage(NoTiers(), Sound(), WEIGHTS)

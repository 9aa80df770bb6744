"""Classes of plugins that answer with anything at all take nothing down but themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NoReturn

import pytest

from rfm_engine.errors import PluginError
from rfm_engine.grading.coverage import prove_coverage
from rfm_engine.grading.guard import guard_cut_points
from rfm_engine.grading.policies import Abcd
from rfm_engine.plugin_api import Metric, TierPolicy
from tests.grading.test_guard import WEIGHTS
from tests.plugins.hostile_classes import MutedError, RaisesInItsRange, Sound

if TYPE_CHECKING:
    from collections.abc import Sequence


class RaisesInItsCuts(Sound):
    """Its cut points raise."""

    name: ClassVar[str] = "raises-in-its-cuts"

    def cut_points(self, metric: Metric) -> Sequence[int] | None:
        raise MutedError(metric)


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

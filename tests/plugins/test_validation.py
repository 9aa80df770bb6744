"""A class that breaks what every plugin must keep is left out alone."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any, ClassVar, NoReturn

import pytest

from rfm_engine.order_source import OrderSource
from rfm_engine.plugin_api import Metric, Scheme, ScoreRange, hookimpl
from rfm_engine.plugins.loading import PluginRecord, PluginSource, load
from rfm_engine.plugins.validation import find_source_faults
from tests.order_sources.sources import SOURCES
from tests.plugins.hostile_classes import RaisesInItsRange, Sound


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


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("shopify", "expected an OrderSource"),
        (OrderSource(name="a", title="", signature=("x",), columns={"customer_id": "x"}), "columns lacks order_amount"),
        (OrderSource(name="a b", title="", signature=(), columns=SOURCES["jd"].columns), "is not a word"),
        (OrderSource(name="a", title="", signature=(), columns=SOURCES["jd"].columns), "no signature"),
        (OrderSource(name="a", title="", signature=("x",), columns={"who": "x"}), "columns names who"),
        (replace(SOURCES["jd"], currency="yuan"), "the currency 'yuan' is no code"),
    ],
)
def test_what_is_no_sound_source_is_kept_out(wrong: object, fault: str) -> None:
    assert any(fault in one for one in find_source_faults(wrong))

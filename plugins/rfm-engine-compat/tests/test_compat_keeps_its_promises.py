from __future__ import annotations

import doctest
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from rfm_engine_compat import Ntile, Qcut, RRfm

from rfm_engine import conformance

if TYPE_CHECKING:
    from rfm_engine.conformance import Check

SCHEMES = [
    Ntile(),
    Ntile(tiles=4, first=0),
    Ntile(best="lowest"),
    Qcut(),
    Qcut(bins=10, duplicates="drop"),
    RRfm(),
    RRfm(bins=3, money_unit="fen"),
]


@pytest.mark.parametrize("check", [check for scheme in SCHEMES for check in conformance.checks(scheme)], ids=str)
def test_the_schemes_pass_every_named_check(check: Check) -> None:
    check.run()


@pytest.mark.parametrize("module", ["ntile", "qcut", "r_rfm"])
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    result = doctest.testmod(import_module(f"rfm_engine_compat.{module}"))

    assert result.attempted
    assert not result.failed

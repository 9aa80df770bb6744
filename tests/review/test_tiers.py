"""Rules under which all customers get one tier are a finding; rules that tell customers apart are none."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.grading.coverage import find_only_tier
from rfm_engine.grading.policies import Abcd, Segments, Weighted
from rfm_engine.grading.schemes import Quintile
from rfm_engine.rules import Weights
from tests.engine import run_files
from tests.faulty import twenty_orders

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.plugin_api import TierPolicy


def weights_of(*weights: str) -> Weights:
    return Weights(*map(Decimal, weights))


@pytest.mark.parametrize(
    ("weights", "policy", "expected"),
    [
        (("100", "10", "1"), Abcd(), ("A", Decimal(111), Decimal(555))),
        (("0.1", "0.1", "0.1"), Abcd(), ("D", Decimal("0.3"), Decimal("1.5"))),
        (("0.3", "0.3", "0.4"), Abcd(), None),
        (("0.3", "0.4", "0.6"), Abcd(), None),
        (("0.3", "0.3", "0.4"), Weighted.model_validate({"table": [{"name": "all"}]}), None),
        (("1", "1", "1"), Segments.model_validate({"table": [{"name": "any"}, {"name": "top", "r": 5}]}), "any"),
    ],
)
def test_the_only_tier_that_rules_can_give_is_known(
    weights: tuple[str, str, str], policy: TierPolicy, expected: object
) -> None:
    result = find_only_tier(policy, Quintile(), weights_of(*weights))

    assert (result and result[0] if isinstance(expected, str) else result) == expected


@pytest.mark.parametrize(("weights", "codes"), [(["100", "10", "1"], ["RFM601"]), (["0.3", "0.3", "0.4"], [])])
def test_totals_beyond_all_bounds_are_a_finding(weights: list[str], codes: list[str], tmp_path: Path) -> None:
    table: dict[str, Any] = {"as_of": "2025-07-01", "weights": weights, "tiers": {"name": "abcd"}}

    result = run_files(tmp_path, [twenty_orders(tmp_path)], table)

    assert [finding.code for finding in result.findings] == codes
    assert [str(finding)[:51] for finding in result.findings] == [
        "RFM601 with the weights 100, 10, 1 every total from" for _ in codes
    ]

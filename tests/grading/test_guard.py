"""A scheme or policy that breaks a promise while it is used is stopped there, by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.errors import PluginError, RfmError
from rfm_engine.grading.guard import attribute_plugin_errors, looks_beyond_scores, verify_grades
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Quintile
from rfm_engine.grading.scoring import score_metrics
from rfm_engine.grading.tiering import assign_tiers
from rfm_engine.plugins.host import PluginHost
from rfm_engine.rules import Weights
from tests.faulty import command, record_of, twenty_orders

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.plugin_api import Scheme, TierPolicy
    from tests.faulty import Install

WEIGHTS = Weights(Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))
BROKEN = {
    "nulls": "scheme 'nulls' of breaks-promises 1.0 broke its promise for R: expected scores from 1 to 5, never null",
    "fractions": "'fractions' of breaks-promises 1.0 broke its promise for R: expected whole numbers, got Float64",
    "out-of-range": "'out-of-range' of breaks-promises 1.0 broke its promise for M: expected scores from 1 to 5",
    "wrong-length": "scheme 'wrong-length' of breaks-promises 1.0 failed for R: ShapeError",
    "unknown-column": 'breaks-promises 1.0 failed for R: ColumnNotFoundError: unable to find column "loyalty"',
    "raises": "scheme 'raises' of breaks-promises 1.0 failed for F: ZeroDivisionError",
    "exits": "scheme 'exits' of breaks-promises 1.0 failed for R: SystemExit",
    "number": "scheme 'number' of breaks-promises 1.0 failed for R: TypeError: expected a Polars expression, got 3",
    "gap": "tier policy 'gap' of breaks-promises 1.0 broke its promise: no tier for some customers",
    "overlap": "tier policy 'overlap' of breaks-promises 1.0 broke its promise: often and always at once",
    "not-boolean": "tier policy 'not-boolean' of breaks-promises 1.0: expected a Boolean expression for tier 'often'",
}


def breach(name: str) -> RfmError:
    host = PluginHost()
    kinds = {entry.name: entry.kind for entry in record_of("breaks-promises", host).provides}
    scheme: Scheme = host.scheme(name)() if kinds[name] == "scheme" else Quintile()
    policy: TierPolicy = host.tier_policy(name)() if kinds[name] == "tier policy" else Abcd()
    values = {"recency_days": [3, 40, 9, 9], "frequency": [1, 2, 3, 1], "monetary_fen": [10, 20, 30, 40]}
    customers = pl.DataFrame({"region": list("aaab"), "customer_id": ["c1", "c2", "c3", "c1"], **values})
    try:
        with attribute_plugin_errors(scheme, policy, WEIGHTS, customers, ["region"]):
            scored = score_metrics(customers.lazy(), scheme, WEIGHTS, ["region"])
            done = assign_tiers(scored, policy, date(2025, 1, 1), ["region"]).collect()
        verify_grades(done, scheme, policy, ["region"])
    except RfmError as error:
        return error
    pytest.fail("no promise was broken")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_names_plugin_metric_and_customer(name: str, install: Install) -> None:
    install("breaks-promises")
    error = breach(name)
    assert isinstance(error, PluginError)
    assert BROKEN[name] in str(error)
    customer = "; for example region a, customer_id c1, recency_days 3, frequency 1, monetary_fen 10"
    assert name == "not-boolean" or customer in str(error)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_stops_the_run_with_one_line(
    name: str, install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install("breaks-promises")
    option = "--tiers" if name in ("gap", "overlap", "not-boolean") else "--scheme"
    result = command(
        "run", "--orders", twenty_orders(tmp_path), "--as-of", "2025-02-01", option, name, "--output", tmp_path / "o"
    )
    assert result == 1
    assert f"{name!r} of breaks-promises 1.0" in capsys.readouterr().err
    assert not list((tmp_path / "o").rglob("customers.csv"))


def test_an_error_that_no_plugin_causes_passes_through() -> None:
    with pytest.raises(ZeroDivisionError), attribute_plugin_errors(Quintile(), Abcd(), WEIGHTS):
        1 / 0  # noqa: B018 raises


def test_a_policy_that_reads_only_scores_is_known_as_such(install: Install) -> None:
    install("breaks-promises")
    host = PluginHost()
    assert not looks_beyond_scores(Abcd())
    assert looks_beyond_scores(host.tier_policy("overlap")())
    assert not looks_beyond_scores(host.tier_policy("not-boolean")())

"""The keys of a dataset become rules with the plugins that they name; all that is wrong is listed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rfm_engine.config.origins import Origins
from rfm_engine.config.resolution import resolve_plugin, resolve_rules
from rfm_engine.errors import DatasetError
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Quintile, Thresholds
from rfm_engine.plugins.host import PluginHost

ORIGINS = Origins(whole="dataset.toml")
KEYS: dict[str, Any] = {"name": "shop", "orders": ["o.csv"], "as_of": "2025-07-01"}


def test_without_a_scheme_and_a_policy_the_usual_ones_are_in_force() -> None:
    dataset, rules = resolve_rules(KEYS, PluginHost(), ORIGINS)

    assert (rules.scheme, rules.tiers) == (Thresholds(), Abcd())
    assert (dataset.name, rules.as_of, rules.weights.recency) == ("shop", date(2025, 7, 1), Decimal("0.3"))


def test_rules_are_those_that_the_keys_say() -> None:
    table = KEYS | {"scheme": {"name": "quintile", "bins": 7}, "weights": [1, 2, 3], "refunds": "net", "by": []}

    _, rules = resolve_rules(table, PluginHost(), ORIGINS)

    assert rules.scheme == Quintile(bins=7)
    assert [*map(int, rules.weights), rules.refunds, rules.by] == [1, 2, 3, "net", ()]


def test_everything_wrong_is_listed_whatever_it_is_of() -> None:
    table = KEYS | {"grain": "lot", "columns": {"zzz": "a"}, "scheme": {"name": "none"}, "tiers": {"bounds": [1]}}

    with pytest.raises(DatasetError) as refused:
        resolve_rules(table, PluginHost(), ORIGINS)

    assert [line.split(": ")[1] for line in str(refused.value).splitlines() if line.startswith("dataset.toml: ")] == [
        "grain",
        "columns.zzz",
        "scheme.name",
        "tiers.name",
    ]


def test_a_column_that_splits_the_lists_may_be_mapped() -> None:
    dataset, _ = resolve_rules(KEYS | {"by": ["channel"], "columns": {"channel": "Kanal"}}, PluginHost(), ORIGINS)

    assert dataset.columns == {"channel": "Kanal"}


def test_a_plugin_without_a_name_or_with_wrong_options_is_none_and_its_fault_is_added() -> None:
    host, faults = PluginHost(), ["an earlier one"]

    assert resolve_plugin(host.scheme, "quintile", "scheme", ORIGINS, faults) is None
    assert faults == ["an earlier one"]
    assert resolve_plugin(host.scheme, {}, "scheme", ORIGINS, faults) is None
    assert resolve_plugin(host.scheme, {"name": "quintile", "bins": "x"}, "scheme", ORIGINS, faults) is None
    assert faults[1:] == [
        "dataset.toml: scheme.name: must be given (the name of a scheme)",
        "dataset.toml: scheme.bins: expected a whole number, got 'x'",
    ]

"""A plugin is loaded once, timed, and its faults become a record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

import pytest

from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Quintile
from rfm_engine.plugins.host import PluginHost
from rfm_engine.plugins.loading import PluginRecord, PluginSource, Registration, load
from tests.faulty import record_of
from tests.plugins.faults import FAULTS

if TYPE_CHECKING:
    from tests.faulty import Install


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_becomes_a_record_and_one_warning_line(fault: str, install: Install) -> None:
    install(fault)
    stage, error = FAULTS[fault]
    host = PluginHost()
    record = record_of(fault, host)
    assert (record.status, record.stage, record.version) == ("failed", stage, "1.0")
    assert error in str(record.error)
    assert host.warnings == [f"plugin {fault} of {fault} 1.0 failed at {stage}: {record.error}"]
    assert "\n" not in host.warnings[0]


@pytest.mark.parametrize(
    ("fault", "name"), [("not-a-class", "beside-not-a-class"), ("builtin-name", "beside-builtin-name")]
)
def test_what_a_failed_plugin_provides_beside_its_fault_works(fault: str, name: str, install: Install) -> None:
    install(fault)
    host = PluginHost()
    assert host.scheme(name).name == name
    assert host.scheme("quintile") is host.scheme("rfm-engine/quintile") is Quintile


def test_a_generator_that_raises_late_provides_nothing(install: Install) -> None:
    install("generator-raises-late")
    assert record_of("generator-raises-late", PluginHost()).provides == ()


def test_a_slow_import_is_timed(install: Install) -> None:
    install("slow-import")
    assert record_of("slow-import", PluginHost()).seconds >= 0.3


def test_ctrl_c_at_import_is_no_fault_of_the_plugin() -> None:
    def interrupt() -> NoReturn:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(PluginSource("bank", "1.0", "bank", interrupt, "bank"))


def test_a_record_states_what_a_plugin_provides_by_kind_as_plain_values() -> None:
    provides = (
        Registration("scheme", "ranks", "shop", "1", Quintile),
        Registration("tier policy", "abcd", "shop", "1", Abcd),
    )
    record = PluginRecord("shop", "1", "shop_plugin", seconds=0.12345, provides=provides)

    table = record.as_table()

    assert json.loads(json.dumps(table)) == table
    assert {key: table[key] for key in ("distribution", "status", "seconds")} == {
        "distribution": "shop",
        "status": "ok",
        "seconds": 0.123,
    }
    kinds = ("schemes", "tier_policies", "order_sources", "gatherers", "connectors")
    assert [table[key] for key in kinds] == [["ranks"], ["abcd"], [], [], []]
    assert "provides" not in table
    assert ([one.name for one in record.schemes], record.connectors) == (["ranks"], ())


def test_faults_add_up_and_the_first_stage_stays() -> None:
    record = PluginRecord("shop", "1", "shop_plugin")

    twice = record.with_faults("collect", ["a", "b"]).with_faults("name", ["c"])

    assert record.with_faults("name", []) is record
    assert (twice.status, twice.stage, twice.error) == ("failed", "collect", "a; b; c")
    assert str(twice) == "plugin shop_plugin of shop 1 failed at collect: a; b; c"

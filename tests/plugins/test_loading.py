"""A plugin is loaded once, timed, and its faults become a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

from rfm_engine.grading.schemes import Quintile
from rfm_engine.plugins.host import PluginHost
from rfm_engine.plugins.loading import PluginSource, load
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

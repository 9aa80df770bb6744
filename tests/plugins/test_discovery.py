"""Plugins are found by their entry points, built-in ones in the same way."""

from __future__ import annotations

from importlib import metadata
from importlib.metadata import version
from typing import TYPE_CHECKING, NoReturn

import pytest

from rfm_engine.errors import PluginError, UsageError
from rfm_engine.grading.schemes import Quintile
from rfm_engine.plugins import discovery as plugin_sources
from rfm_engine.plugins.discovery import distribution_of
from rfm_engine.plugins.host import PluginHost
from tests.faulty import record_of

if TYPE_CHECKING:
    from rfm_engine.plugins.loading import PluginRecord
    from tests.faulty import Install


def third_party(host: PluginHost) -> list[PluginRecord]:
    return [record for record in host.records() if record.distribution != "rfm-engine"]


def test_built_ins_come_through_the_same_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin_sources, "BUILT_IN", ("rfm_engine.grading.schemes", "rfm_engine.nowhere"))
    with pytest.raises(PluginError, match=r"plugin rfm_engine\.nowhere of rfm-engine .* failed at import"):
        PluginHost()


def test_unreadable_metadata_of_anybody_is_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(**_: str) -> NoReturn:
        message = "line 3: no section"
        raise ValueError(message)

    monkeypatch.setattr(metadata, "entry_points", unreadable)
    host = PluginHost()
    assert host.scheme("quintile") is Quintile
    assert [record.stage for record in third_party(host)] == ["find"]


def test_a_disabled_plugin_is_not_imported_and_is_listed(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("exits-at-import", "slow-import")
    monkeypatch.setenv("RFM_DISABLE_PLUGINS", "Exits_At_Import")
    host = PluginHost()
    assert record_of("exits-at-import", host).status == "disabled"
    assert host.warnings == []
    with pytest.raises(UsageError, match="RFM_DISABLE_PLUGINS keeps out exits-at-import"):
        host.scheme("unknown")


def test_a_class_is_of_its_distribution_or_of_its_module() -> None:
    assert distribution_of(Quintile) == f"rfm-engine {version('rfm-engine')}"
    assert distribution_of(PluginHost) == distribution_of(Quintile)
    assert distribution_of(type("Local", (), {"__module__": "somewhere.inside"})) == "module somewhere.inside"

"""Where plugins come from: the engine's own modules, and the entry points of other distributions."""

from __future__ import annotations

from functools import cache, partial
from importlib import import_module, metadata
from typing import Final

from rfm_engine.plugin_api import PROJECT
from rfm_engine.plugins.error_text import describe_error
from rfm_engine.plugins.loading import PluginRecord, PluginSource, normalize_name

ENGINE: Final = "rfm-engine"
BUILT_IN: Final = ("rfm_engine.grading.schemes", "rfm_engine.grading.policies", "rfm_engine.order_sources")


def built_in_sources() -> list[PluginSource]:
    """Return the modules that the engine itself provides."""
    return [PluginSource(ENGINE, version(), module, partial(import_module, module), PROJECT) for module in BUILT_IN]


@cache
def version() -> str:
    """Return the engine's version; `unknown` where it is not installed. To look it up takes 1 ms."""
    try:
        return metadata.version(ENGINE)
    except metadata.PackageNotFoundError:
        return "unknown"


def third_party_sources() -> tuple[list[PluginSource], list[PluginRecord]]:
    """Return the entry points of the group `rfm_engine`, by distribution, and a record for what could not be read.

    Nothing is imported: only the metadata of installed distributions is read.
    """
    try:
        points = metadata.entry_points(group=PROJECT)
        return sorted((_source(point) for point in points), key=lambda source: source[:3]), []
    except Exception as error:  # noqa: BLE001 any installed distribution may have broken metadata
        return [], [PluginRecord("?", "", "?").with_faults("find", [describe_error(error)])]


def _source(point: metadata.EntryPoint) -> PluginSource:
    distribution = point.dist
    name, number = (distribution.name, distribution.version) if distribution else ("?", "")
    return PluginSource(normalize_name(name), number, point.name, point.load, point.module.partition(".")[0])


@cache
def distribution_of(cls: type) -> str:
    """Return who provides a class, such as `rfm-engine-decay 1.0.0`; its module where no distribution does.

    For a third party's it reads the metadata of every installed distribution.
    """
    package = cls.__module__.partition(".")[0]
    if package == PROJECT:
        return f"{ENGINE} {version()}"
    sources, _ = third_party_sources()
    return next((f"{s.distribution} {s.version}" for s in sources if s.package == package), f"module {cls.__module__}")

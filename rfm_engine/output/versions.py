"""The versions that decide what a run gives: of the engine, its libraries and its plugins."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from rfm_engine.plugins.discovery import distribution_of

if TYPE_CHECKING:
    from rfm_engine.rules import Rules

VERSIONED: Final = ("rfm-engine", "polars", "pydantic", "pluggy", "typer")


def find_versions(rules: Rules | None = None) -> dict[str, str]:
    """Return the versions that decide a run: of the engine, its libraries, and the providers of scheme and policy."""
    plugins = {distribution_of(type(plugin)) for plugin in (rules.scheme, rules.tiers)} if rules else set()
    provided = (plugin.rpartition(" ") for plugin in sorted(plugins))
    return _engine_versions() | {name: number for name, _, number in provided if name != "module"}


@cache
def _engine_versions() -> dict[str, str]:
    """Return the versions of the engine and its libraries; looked up once, for it takes 5 ms."""
    return {name: version(name) for name in VERSIONED} | {"python": platform.python_version()}

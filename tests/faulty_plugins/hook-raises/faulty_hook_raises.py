"""Its hook raises."""

from __future__ import annotations

from rfm_engine.plugin_api import Scheme, hookimpl


@hookimpl
def rfm_register_schemes() -> list[type[Scheme]]:
    message = "no configuration found"
    raise RuntimeError(message)

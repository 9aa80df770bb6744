"""Its hook forgets to return."""

from __future__ import annotations

from rfm_engine.plugin_api import hookimpl


@hookimpl
def rfm_register_schemes() -> None:
    pass

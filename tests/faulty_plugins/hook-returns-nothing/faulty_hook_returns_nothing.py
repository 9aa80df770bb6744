"""Its hook forgets to return."""

from __future__ import annotations

from rfm_engine.hookspecs import hookimpl


@hookimpl
def rfm_register_schemes() -> None:
    pass

"""The hooks of the entry-point group `rfm_engine`: how schemes, tier policies, order sources and what reads come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

from rfm_engine.plugin_api import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rfm_engine.plugin_api import Connector, Gatherer, OrderSource, Scheme, TierPolicy

hookspec = pluggy.HookspecMarker(PROJECT)


@hookspec
def rfm_register_schemes() -> Iterable[type[Scheme]]:  # type: ignore[empty-body]
    """Return (or yield) the scheme classes that this plugin provides."""


@hookspec
def rfm_register_tier_policies() -> Iterable[type[TierPolicy]]:  # type: ignore[empty-body]
    """Return (or yield) the tier policy classes that this plugin provides."""


@hookspec
def rfm_register_order_sources() -> Iterable[OrderSource]:  # type: ignore[empty-body]
    """Return (or yield) the order sources that this plugin provides."""


@hookspec
def rfm_register_gatherers() -> Iterable[type[Gatherer]]:  # type: ignore[empty-body]
    """Return (or yield) the gatherer classes that this plugin provides."""


@hookspec
def rfm_register_connectors() -> Iterable[type[Connector]]:  # type: ignore[empty-body]
    """Return (or yield) the connector classes that this plugin provides."""

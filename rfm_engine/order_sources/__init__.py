"""The order sources that the engine knows; they enter by the hook that plugins use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine.order_sources import china, payments, shops
from rfm_engine.plugin_api import hookimpl

if TYPE_CHECKING:
    from rfm_engine.plugin_api import OrderSource


@hookimpl
def rfm_register_order_sources() -> list[OrderSource]:
    """Return the order sources that the engine provides."""
    return [*china.SOURCES, *shops.SOURCES, *payments.SOURCES]

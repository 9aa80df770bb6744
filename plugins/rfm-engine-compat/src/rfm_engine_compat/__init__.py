"""Schemes that score as SQL `NTILE`, pandas `qcut` and R's rfm package do, for those who come from there."""

from __future__ import annotations

from rfm_engine.plugin_api import Scheme, hookimpl
from rfm_engine_compat.ntile import Ntile
from rfm_engine_compat.qcut import Qcut
from rfm_engine_compat.r_rfm import RRfm

__all__ = ["Ntile", "Qcut", "RRfm", "rfm_register_schemes"]


@hookimpl
def rfm_register_schemes() -> list[type[Scheme]]:
    """Provide the three schemes."""
    return [Ntile, Qcut, RRfm]

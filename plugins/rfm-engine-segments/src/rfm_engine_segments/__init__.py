"""Tier policies of named segments: Champions to Lost, and the eight types from 重要价值客户 to 一般挽留客户."""

from __future__ import annotations

from rfm_engine.plugin_api import TierPolicy, hookimpl
from rfm_engine_segments.champions import ChampionsToLost
from rfm_engine_segments.eight import EightTypes

__all__ = ["ChampionsToLost", "EightTypes", "rfm_register_tier_policies"]


@hookimpl
def rfm_register_tier_policies() -> list[type[TierPolicy]]:
    """Provide the two policies."""
    return [ChampionsToLost, EightTypes]

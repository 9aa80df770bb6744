"""All that the author of a scheme, a tier policy, an order source, a gatherer or a connector imports."""

from __future__ import annotations

from typing import Final

import pluggy

from rfm_engine.columns import RFM_SCORE, SCORES, Metric
from rfm_engine.order_source import OrderSource
from rfm_engine.plugin_api.cadence import Cadence, CadenceWords
from rfm_engine.plugin_api.connector import Answer, Connector
from rfm_engine.plugin_api.description import Language, describe_options
from rfm_engine.plugin_api.gatherer import Gathered, Gatherer, PartitionWork
from rfm_engine.plugin_api.plugin_base import PluginBase
from rfm_engine.plugin_api.scheme import FixedScores, Scheme, WorstValues
from rfm_engine.plugin_api.scores import ScoreRange, decimal_literal
from rfm_engine.plugin_api.tiers import Interval, Segment, Tier, TierPolicy

PROJECT: Final = "rfm_engine"
hookimpl = pluggy.HookimplMarker(PROJECT)

__all__ = [
    "RFM_SCORE",
    "SCORES",
    "Answer",
    "Cadence",
    "CadenceWords",
    "Connector",
    "FixedScores",
    "Gathered",
    "Gatherer",
    "Interval",
    "Language",
    "Metric",
    "OrderSource",
    "PartitionWork",
    "PluginBase",
    "Scheme",
    "ScoreRange",
    "Segment",
    "Tier",
    "TierPolicy",
    "WorstValues",
    "decimal_literal",
    "describe_options",
    "hookimpl",
]

"""rfm-engine: grades customers by recency, frequency and monetary value, exactly.

The names below are loaded on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rfm_engine.api import grade, score
    from rfm_engine.columns import Metric
    from rfm_engine.errors import RfmError, UsageError
    from rfm_engine.plugin_api import Scheme, ScoreRange, Tier, TierPolicy, hookimpl
    from rfm_engine.plugins.host import find_scheme, find_tier_policy
    from rfm_engine.runs.finished import FinishedRun, open_run
    from rfm_engine.runs.in_memory import Run, run

_HOMES = {
    **dict.fromkeys(("grade", "score"), "rfm_engine.api"),
    **dict.fromkeys(("find_scheme", "find_tier_policy"), "rfm_engine.plugins.host"),
    **dict.fromkeys(("FinishedRun", "open_run"), "rfm_engine.runs.finished"),
    **dict.fromkeys(("Run", "run"), "rfm_engine.runs.in_memory"),
    **dict.fromkeys(("RfmError", "UsageError"), "rfm_engine.errors"),
    **dict.fromkeys(("Metric", "Scheme", "ScoreRange", "Tier", "TierPolicy", "hookimpl"), "rfm_engine.plugin_api"),
}

__all__ = [
    "FinishedRun",
    "Metric",
    "RfmError",
    "Run",
    "Scheme",
    "ScoreRange",
    "Tier",
    "TierPolicy",
    "UsageError",
    "find_scheme",
    "find_tier_policy",
    "grade",
    "hookimpl",
    "open_run",
    "run",
    "score",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 whatever the name stands for
    if name not in _HOMES:
        message = f"module 'rfm_engine' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)

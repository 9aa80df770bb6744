"""Schemes that raise where none may."""

from __future__ import annotations

from typing import ClassVar, NoReturn

import polars as pl

from rfm_engine.plugin_api import Metric, Scheme


class MutedError(Exception):
    """An exception whose words raise."""

    def __str__(self) -> str:
        raise self


class Sound(Scheme):
    """Everybody 3."""

    name: ClassVar[str] = "sound"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return pl.lit(3)


class RaisesInItsRange(Sound):
    """Its range raises."""

    name: ClassVar[str] = "raises-in-its-range"

    def score_range(self, metric: Metric) -> NoReturn:
        raise MutedError(metric)

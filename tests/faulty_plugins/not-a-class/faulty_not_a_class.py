"""Provides an object, a policy's name and one sound scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.plugin_api import Scheme, hookimpl

if TYPE_CHECKING:
    from rfm_engine.columns import Metric


class Three(Scheme):
    """Scores everybody 3."""

    name = "beside-not-a-class"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return pl.lit(3)


@hookimpl
def rfm_register_schemes() -> list[object]:
    return [Three(), "three", dict, Three]

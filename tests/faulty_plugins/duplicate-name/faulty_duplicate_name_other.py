"""Provides a scheme of the name that another distribution's has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.plugin_api import Scheme, hookimpl

if TYPE_CHECKING:
    from rfm_engine.columns import Metric


class Three(Scheme):
    """Scores everybody 4."""

    name = "duplicate-name"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return pl.lit(4)


@hookimpl
def rfm_register_schemes() -> list[type[Scheme]]:
    return [Three]

"""Provides a scheme of a built-in's name, and one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.plugin_api import Scheme, hookimpl

if TYPE_CHECKING:
    from rfm_engine.columns import Metric


class Quintile(Scheme):
    """Scores everybody 3."""

    name = "quintile"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return pl.lit(3)


class Three(Scheme):
    """Scores everybody 3."""

    name = "beside-builtin-name"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return pl.lit(3)


@hookimpl
def rfm_register_schemes() -> list[type[Scheme]]:
    return [Quintile, Three]

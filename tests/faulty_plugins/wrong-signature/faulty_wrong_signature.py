"""Its hook asks for an argument that there is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.plugin_api import Scheme, hookimpl

if TYPE_CHECKING:
    from rfm_engine.columns import Metric


class Three(Scheme):
    """Scores everybody 3."""

    name = "wrong-signature"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return pl.lit(3)


@hookimpl
def rfm_register_schemes(engine: object) -> list[type[Scheme]]:
    del engine
    return [Three]

"""Its hook yields a scheme and raises afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.plugin_api import Scheme, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.columns import Metric


class Three(Scheme):
    """Scores everybody 3."""

    name = "generator-raises-late"

    def score(self, metric: Metric) -> pl.Expr:
        del metric
        return pl.lit(3)


@hookimpl
def rfm_register_schemes() -> Iterator[type[Scheme]]:
    yield Three
    message = "the second scheme is missing"
    raise LookupError(message)

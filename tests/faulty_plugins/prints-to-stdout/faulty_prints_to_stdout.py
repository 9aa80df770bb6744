"""Prints while it is imported, while its hook runs, and while it scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.plugin_api import Scheme, hookimpl

if TYPE_CHECKING:
    from rfm_engine.columns import Metric

print("a word at import")  # noqa: T201 that is its fault


class Three(Scheme):
    """Scores everybody 3."""

    name = "prints-to-stdout"

    def score(self, metric: Metric) -> pl.Expr:
        print(f"a word about {metric.letter}")  # noqa: T201 that is its fault
        return pl.lit(3)


@hookimpl
def rfm_register_schemes() -> list[type[Scheme]]:
    print("a word in the hook")  # noqa: T201 that is its fault
    return [Three]

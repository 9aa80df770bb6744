from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rfm_engine_compat import Ntile, Qcut, RRfm

from rfm_engine.plugin_api import Metric, Scheme

if TYPE_CHECKING:
    from collections.abc import Sequence

settings.register_profile("compat", deadline=None)
settings.load_profile("compat")

HAIR = 1e-6
TIED = st.lists(st.sampled_from([0, 1, 1, 1, 2, 3, 4, 5, 7, 30, 101, 250, 4000]), min_size=1, max_size=40)
SPREAD = st.lists(st.integers(0, 10**9), min_size=1, max_size=40)
VALUES = TIED | SPREAD
BINS = st.integers(2, 12)
METRICS = st.sampled_from(Metric)


def scores(scheme: Scheme, metric: Metric, values: Sequence[int]) -> list[int]:
    customers = [f"c{place:03}" for place in range(len(values))]
    population = pl.DataFrame({"customer_id": customers, metric.column: values})
    return population.select(scheme.score(metric).alias("score"))["score"].to_list()


def better_last(metric: Metric, bins: int, codes: Sequence[int]) -> list[int]:
    return [bins - code if metric is Metric.RECENCY else 1 + code for code in codes]


@given(VALUES, BINS, METRICS, st.sampled_from([0, 1]), st.sampled_from(["highest", "lowest"]))
def test_ntile_gives_the_tiles_of_duckdb(values: list[int], tiles: int, metric: Metric, first: int, best: str) -> None:
    options: dict[str, Any] = {"tiles": tiles, "first": first, "best": best}
    descending = "DESC" if (metric is Metric.RECENCY) == (best == "highest") else "ASC"
    expected = duckdb.execute(
        f"SELECT NTILE({tiles}) OVER (ORDER BY value {descending}, customer) - 1 + {first} "  # noqa: S608 numbers only
        f"FROM (SELECT unnest({values}) AS value, unnest(range({len(values)})) AS customer) ORDER BY customer"
    ).fetchall()

    result = scores(Ntile(**options), metric, values)

    assert result == [tile for (tile,) in expected]


@given(VALUES, BINS, METRICS)
def test_qcut_with_drop_gives_the_bins_of_pandas(values: list[int], bins: int, metric: Metric) -> None:
    codes, edges = pd.qcut(pd.Series(values), bins, labels=False, duplicates="drop", retbins=True)
    expected = [0] * len(values) if len(set(values)) == 1 else codes.tolist()

    result = scores(Qcut(bins=bins, duplicates="drop"), metric, values)

    assert noisy(edges, values) or result == better_last(metric, bins, expected)


@given(VALUES, BINS, METRICS)
def test_qcut_gives_the_bins_of_pandas_wherever_pandas_gives_any(values: list[int], bins: int, metric: Metric) -> None:
    try:
        codes, edges = pd.qcut(pd.Series(values), bins, labels=False, retbins=True)
    except ValueError:
        return

    result = scores(Qcut(bins=bins), metric, values)

    assert noisy(edges, values) or result == better_last(metric, bins, codes.tolist())


def noisy(edges: Sequence[float], values: Sequence[int]) -> bool:
    """Does floating point put an edge a hair beside a customer's value instead of on it?"""
    return any(0 < abs(edge - value) < HAIR for edge in edges for value in values)


@given(VALUES, BINS, METRICS)
def test_qcut_that_keeps_empty_bins_uses_quantiles_as_pandas_cut_would(
    values: list[int], bins: int, metric: Metric
) -> None:
    expected = [sum(edge < value for edge in quantiles(values, bins)) for value in values]

    result = scores(Qcut(bins=bins), metric, values)

    assert result == better_last(metric, bins, expected)


def quantiles(values: Sequence[int], bins: int) -> list[Fraction]:
    """Return the inner quantiles of numpy's method `linear`, R's type 7, in exact fractions."""
    exact = np.array([Fraction(value) for value in values], dtype=object)
    inner = [Fraction(step, bins) for step in range(1, bins)]
    return list(np.quantile(exact, inner, method="linear"))  # type: ignore[call-overload]


@given(VALUES, BINS, METRICS, st.sampled_from(["fen", "yuan", "ten_thousand_yuan"]))
def test_r_rfm_gives_the_bins_of_type_7_quantiles_plus_one(
    values: list[int], bins: int, metric: Metric, money_unit: str
) -> None:
    fen = {"fen": 1, "yuan": 100, "ten_thousand_yuan": 1_000_000}[money_unit] if metric is Metric.MONETARY else 1
    amounts = [Fraction(value, fen) for value in values]
    starts = [Fraction(edge, fen) + 1 for edge in quantiles(values, bins)]
    uppers, lowers = [*starts, max(amounts) + 1], [min(amounts), *starts]
    expected = [
        [lower <= amount < upper for lower, upper in zip(lowers, uppers, strict=True)].index(True) for amount in amounts
    ]
    options: dict[str, Any] = {"bins": bins, "money_unit": money_unit}

    result = scores(RRfm(**options), metric, values)

    assert result == better_last(metric, bins, expected)


def test_amounts_in_ten_thousands_of_yuan_all_score_1_as_in_r() -> None:
    amounts_fen = [1_000_000 * amount // 10 for amount in range(1, 11)]

    result = scores(RRfm(money_unit="ten_thousand_yuan"), Metric.MONETARY, amounts_fen)

    assert result == [1] * 10


@pytest.mark.parametrize(
    ("bins", "duplicates", "values", "pandas", "exact"),
    [
        (5, "drop", [1, 3, 5, 5, 100, 1000], [1, 1, 2, 2, 4, 5], [1, 1, 2, 2, 3, 4]),
        (6, "keep", [*range(13, 19), *range(13)], [5, 5, 6, 6, 6, 6], [5, 5, 5, 6, 6, 6]),
    ],
)
def test_where_floating_point_moves_an_edge_of_pandas_the_exact_bins_stay(
    bins: int, duplicates: Literal["keep", "drop"], values: list[int], pandas: list[int], exact: list[int]
) -> None:
    codes = pd.qcut(pd.Series(values), bins, labels=False, duplicates="drop")

    result = scores(Qcut(bins=bins, duplicates=duplicates), Metric.FREQUENCY, values)

    assert (1 + codes).tolist()[:6] == pandas
    assert result[:6] == exact


def test_where_floating_point_moves_an_edge_of_r_the_exact_bins_stay() -> None:
    values = [1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 9]
    third_edge_of_r = np.quantile(values, 3 * (1 / 5)) + 1

    result = scores(RRfm(), Metric.FREQUENCY, values)

    assert third_edge_of_r > 6
    assert result[values.index(6)] == 4

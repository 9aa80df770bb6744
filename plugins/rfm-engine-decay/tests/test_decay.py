from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rfm_engine_decay import Decay

from rfm_engine import conformance
from rfm_engine.plugin_api import Metric

settings.register_profile("decay", deadline=None)
settings.load_profile("decay")

SCHEMES = [Decay(), Decay(half_life_days=30, frequency=(1, 5), monetary=(10, 20, 30))]
DAYS, ORDERS, FEN = st.integers(0, 3000), st.integers(1, 300), st.integers(1, 10**9)


@pytest.mark.parametrize("check", [check for scheme in SCHEMES for check in conformance.checks(scheme)], ids=str)
def test_the_scheme_passes_every_named_check(check: conformance.Check) -> None:
    check.run()


def score(scheme: Decay, metric: Metric, days: int, value: int = 0) -> int:
    customer = pl.DataFrame({"recency_days": [days]} | ({} if metric is Metric.RECENCY else {metric.column: [value]}))
    return int(customer.select(scheme.score(metric)).item())


@pytest.mark.parametrize(
    ("days", "expected"), [(0, 5), (89, 5), (90, 4), (180, 3), (270, 2), (359, 2), (360, 1), (9999, 1)]
)
def test_recency_loses_a_point_with_each_half_life(days: int, expected: int) -> None:
    result = score(Decay(), Metric.RECENCY, days)

    assert result == expected


@given(st.integers(0, 40), ORDERS | FEN, st.sampled_from([Metric.FREQUENCY, Metric.MONETARY]), st.integers(1, 400))
def test_after_whole_half_lives_the_score_is_that_of_the_exact_fraction(
    half_lives: int, value: int, metric: Metric, half_life_days: int
) -> None:
    scheme = Decay(half_life_days=half_life_days)
    expected = 1 + sum(Fraction(value, 2**half_lives) > cut for cut in scheme.cuts(metric))

    result = score(scheme, metric, half_lives * half_life_days, value)

    assert result == expected


@given(DAYS, DAYS, ORDERS)
def test_of_two_customers_with_the_same_orders_the_later_one_never_scores_lower(
    one: int, other: int, orders: int
) -> None:
    earlier, later = (score(Decay(), Metric.FREQUENCY, days, orders) for days in (max(one, other), min(one, other)))

    assert later >= earlier


@given(DAYS, FEN, FEN)
def test_of_two_customers_of_the_same_day_the_one_who_spent_more_never_scores_lower(
    days: int, one: int, other: int
) -> None:
    less, more = (score(Decay(), Metric.MONETARY, days, fen) for fen in sorted((one, other)))

    assert more >= less


def test_an_old_customer_with_more_orders_may_score_below_a_new_one() -> None:
    old, new = score(Decay(), Metric.FREQUENCY, 180, 7), score(Decay(), Metric.FREQUENCY, 0, 5)

    assert (old, new) == (2, 4)

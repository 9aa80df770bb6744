"""The seeded generator: its draws, its counts, its distribution."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine.columns import STATUS, fold_header, known_headers
from rfm_engine.synthetic import generator
from rfm_engine.synthetic.draws import draw, quarter, scatter, upper_half
from rfm_engine.synthetic.faults import KINDS
from rfm_engine.synthetic.generator import orders
from rfm_engine.synthetic.profiles import PROFILES, market
from rfm_engine.synthetic.writing import write_orders

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.synthetic.markets import Market


def made(wanted: Market) -> pl.DataFrame:
    """Return the orders with canonical headers."""
    return orders(wanted).rename({header: name for name, header in wanted.headers.items()}, strict=False).collect()


def days(frame: pl.DataFrame) -> pl.Series:
    return frame["order_time"].cast(pl.Date)


def per_customer(profile: str) -> pl.DataFrame:
    """Return days, orders and yuan of each customer, by the window's last day."""
    wanted = market(profile)
    return (
        made(wanted)
        .group_by("customer_id")
        .agg(
            (pl.lit(wanted.until) - pl.col("order_time").cast(pl.Date).max()).dt.total_days().alias("recency"),
            pl.len().alias("frequency"),
            pl.col("order_amount").sum().alias("monetary"),
        )
    )


def splitmix64(counter: int, seed: int, purpose: str) -> int:
    state = (
        counter * 0x9E3779B97F4A7C15 + int.from_bytes(sha256(f"{seed} {purpose}".encode()).digest()[:8], "little")
    ) % 2**64
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    state = (state ^ state >> 27) * 0x94D049BB133111EB % 2**64
    return state ^ state >> 31


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1), st.integers(0, 2**32), st.sampled_from(["who", "what"]))
def test_the_draws_are_those_of_splitmix64_in_plain_integers(counters: list[int], seed: int, purpose: str) -> None:
    frame = pl.DataFrame({"row": pl.Series(counters, dtype=pl.UInt64)})
    result = frame.select(draw(pl.col("row"), seed, purpose)).to_series().to_list()
    assert result == [splitmix64(counter, seed, purpose) for counter in counters]


@given(st.integers(0, 2**64 - 1), st.integers(0, 3), st.integers(1, 2**16), st.integers(1, 2_000_000_000))
def test_quarters_and_halves_are_scaled_down_in_whole_numbers(bits: int, place: int, few: int, many: int) -> None:
    word = pl.lit(bits, dtype=pl.UInt64)
    result = pl.select(quarter(word, place, few).alias("quarter"), upper_half(word, many).alias("half")).row(0)
    assert result == ((bits >> 16 * place) % 2**16 * few >> 16, (bits >> 32) * many >> 32)


@given(st.integers(1, 5_000))
def test_scattered_numbers_are_a_permutation(size: int) -> None:
    result = pl.select(scatter(pl.int_range(size, dtype=pl.UInt64), size)).to_series()
    assert result.sort().to_list() == list(range(size))


@pytest.mark.parametrize("size", [1_999_999_999, 2_000_000_000])
def test_scattered_numbers_of_the_largest_size_do_not_overflow(size: int) -> None:
    numbers = pl.DataFrame({"row": pl.Series([1, size // 2, size - 1], dtype=pl.UInt64)})
    step, *result = numbers.select(scatter(pl.col("row"), size)).to_series().to_list()
    assert result == [number * step % size for number in (size // 2, size - 1)]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3_000), st.integers(1, 3_000), st.integers(0, 2**40), st.sampled_from(["second", "day"]))
def test_counts_are_exact_and_the_window_holds_whatever_the_sizes(one: int, other: int, seed: int, times: str) -> None:
    wanted = market(orders=max(one, other), customers=min(one, other), seed=seed, times=times, cancelled_percent=50)
    result = made(wanted)
    assert result.height == wanted.orders
    assert result["order_id"].n_unique() == wanted.orders
    assert result.filter(pl.col(STATUS) == generator.DONE)["customer_id"].n_unique() == wanted.customers
    assert days(result).is_between(wanted.since, wanted.until).all()
    assert result.null_count().transpose().to_series().sum() == 0
    assert (result["order_amount"] > 0).all()


def test_a_seed_means_the_same_bytes_and_another_seed_means_others(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("first.csv", "again.csv", "other.csv")]
    for path, seed in zip(paths, (7, 7, 8), strict=True):
        write_orders(market(orders=2_000, seed=seed), path)
    first, again, other = (path.read_bytes() for path in paths)
    assert first == again
    assert first != other


def test_the_size_of_the_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = market("national-outdoor-north")
    expected = made(wanted)
    monkeypatch.setattr(generator, "BLOCK", 64)
    assert made(wanted).equals(expected)


def test_the_number_of_threads_changes_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from rfm_engine.synthetic import *; "
        "write_orders(market(orders=200_000), pathlib.Path(sys.argv[1]))"
    )
    digests = set()
    for threads in ("1", "4"):
        path = tmp_path / f"{threads}.csv"
        subprocess.run([sys.executable, "-c", code, path], check=True, env=os.environ | {"POLARS_MAX_THREADS": threads})
        digests.add(sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_most_customers_buy_once_or_twice_and_a_few_very_often() -> None:
    frequency = sorted(per_customer("sichuan-hiking")["frequency"].to_list(), reverse=True)
    assert 0.35 < frequency.count(1) / len(frequency) < 0.6
    assert 0.6 < (frequency.count(1) + frequency.count(2)) / len(frequency) < 0.8
    assert sum(frequency[: len(frequency) // 10]) > 0.4 * sum(frequency)


@pytest.mark.parametrize(
    ("metric", "cuts"),
    [("recency", (10, 30, 60, 120)), ("frequency", (1, 3, 5, 7)), ("monetary", (100, 350, 800, 1500))],
)
def test_every_published_class_of_sichuan_occurs(metric: str, cuts: tuple[int, ...]) -> None:
    values = per_customer("sichuan-hiking")[metric].to_list()
    above = [len(values), *(sum(value > cut for value in values) for cut in cuts), 0]
    assert min(more - fewer for more, fewer in pairwise(above)) >= 10


def test_most_customers_have_lapsed() -> None:
    recency = per_customer("sichuan-hiking")["recency"]
    assert (recency > 120).mean() > 0.5  # type: ignore[operator]


def test_months_sell_by_their_weight_and_years_grow() -> None:
    weights = tuple(range(1, 13))
    flat = market(orders=100_000, months=weights, growth_percent=0, since=date(2021, 1, 1), until=date(2022, 12, 31))
    counts = Counter(days(made(flat)).dt.month().to_list())
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    total = sum(weight * length for weight, length in zip(weights, lengths, strict=True))
    shares = [counts[month + 1] / 100_000 for month in range(12)]
    expected = [weight * length / total for weight, length in zip(weights, lengths, strict=True)]
    assert shares == pytest.approx(expected, abs=0.002)
    years = Counter(days(made(flat.model_copy(update={"growth_percent": 100}))).dt.year().to_list())
    assert years[2022] / years[2021] > 1.6


def test_orders_of_a_day_fall_in_the_opening_hours() -> None:
    hours = made(market(orders=20_000))["order_time"].dt.hour()
    assert set(hours) == set(range(8, 22))
    assert hours.value_counts().sort("count")["order_time"][-1] in {14, 15}


def test_regions_and_stores_follow_the_inhabitants() -> None:
    frame = made(market(orders=60_000, customers=20_000, regions=("广东省", "重庆市")))
    customers = dict(frame.group_by("region").agg(pl.col("customer_id").n_unique()).rows())
    assert customers["广东省"] / customers["重庆市"] == pytest.approx(127 / 32, rel=0.1)
    stores = {
        letters: set(codes)
        for letters, codes in frame.group_by(pl.col("store_code").str.head(2).alias("letters"))
        .agg(pl.col("store_code").alias("codes"))
        .rows()
    }
    assert {letters: len(codes) for letters, codes in stores.items()} == {"GD": 13, "CQ": 4}


def test_some_customers_buy_in_two_regions() -> None:
    regions = made(market(orders=20_000, customers=5_000)).group_by("customer_id").agg(pl.col("region").n_unique())
    assert 0.01 < (regions["region"] > 1).mean() < 0.3  # type: ignore[operator]


@pytest.mark.parametrize(("unit", "fen"), [("fen", 1), ("yuan", 100), ("ten_thousand_yuan", 1_000_000)])
def test_the_units_mean_the_same_amounts(unit: str, fen: int) -> None:
    wanted = market(orders=500, seed=3)
    exact = [int(amount * 100) for amount in made(wanted)["order_amount"].to_list()]
    result = [amount * fen for amount in made(market(orders=500, seed=3, unit=unit))["order_amount"].to_list()]
    assert result == ([amount // 100 * 100 for amount in exact] if unit == "ten_thousand_yuan" else exact)


def test_faults_are_planted_last_and_as_many_of_each_kind_as_requested() -> None:
    wanted = market("national-outdoor-south")
    frame = made(wanted)
    assert frame.height == wanted.orders + wanted.faults * len(KINDS)
    rows = frame.tail(wanted.faults * len(KINDS))
    repeated, before, after, no_customer, no_amount = rows.iter_slices(wanted.faults)
    assert frame.head(wanted.orders).join(repeated, on=frame.columns, how="semi").height == wanted.faults
    assert (days(before) < wanted.since).all()
    assert (days(after) > wanted.until).all()
    assert no_customer["customer_id"].null_count() == wanted.faults
    assert no_amount["order_amount"].to_list() == [Decimal(0)] * wanted.faults


@pytest.mark.parametrize("profile", PROFILES)
def test_headers_of_every_profile_need_no_map_unless_they_state_a_unit(profile: str) -> None:
    wanted = market(profile)
    unknown = [header for header in orders(wanted).collect_schema() if fold_header(header) not in known_headers()]
    assert unknown == (["订单金额(万元)"] if wanted.unit == "ten_thousand_yuan" else [])

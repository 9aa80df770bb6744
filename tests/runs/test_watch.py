"""Who is worth a look after a run: what is promised of them is tried on the engine."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from rfm_engine import open_run, score
from rfm_engine.runs.compare import compare_runs
from rfm_engine.runs.scale import scale_of
from rfm_engine.runs.watch import WatchOptions, watch_customers

ORDERS = Path(__file__).parents[2] / "datasets" / "sichuan-hiking" / "orders.csv"
AS_OF, SINCE = date(2025, 7, 1), date(2020, 1, 1)
FEN = Decimal("0.01")


@pytest.fixture(scope="module")
def watch_list(monthly_runs: Path) -> pl.DataFrame:
    """The customers of the Sichuan list, with what makes them worth a look."""
    old, new = (open_run(monthly_runs / day / "sichuan-hiking") for day in ("2025-06-01", "2025-07-01"))
    return watch_customers(compare_runs(old, new), scale_of(new), WatchOptions()).customers


@pytest.fixture(scope="module")
def orders() -> pl.DataFrame:
    return pl.read_csv(ORDERS, infer_schema=False)


def tiers_on(orders: pl.DataFrame, day: date) -> dict[str, str]:
    graded = score(orders, as_of=day, since=SINCE, scheme="thresholds").collect()
    return dict(graded.select("customer_id", pl.col("tier").cast(pl.String)).rows())


def test_silence_costs_the_tier_on_the_day_named_and_not_a_day_before(
    watch_list: pl.DataFrame, orders: pl.DataFrame
) -> None:
    drops = watch_list.filter(pl.col("drops_on").is_not_null())
    dropping = drops.select("customer_id", "tier", "drops_on").rows()
    assert dropping
    for day in sorted({row[2] for row in dropping}):
        before, then = tiers_on(orders, day - timedelta(days=1)), tiers_on(orders, day)
        for customer, tier, _ in (row for row in dropping if row[2] == day):
            assert before[customer] == tier
            assert then[customer] > tier  # B comes after A


def test_whoever_is_not_named_keeps_the_tier_through_the_horizon(
    watch_list: pl.DataFrame, orders: pl.DataFrame
) -> None:
    steady = watch_list.filter(pl.col("drops_on").is_null(), pl.col("tier").is_not_null())
    then = tiers_on(orders, AS_OF + timedelta(days=WatchOptions().horizon_days))
    assert all(then[customer] == tier for customer, tier in steady.select("customer_id", "tier").rows())


def tier_after(orders: pl.DataFrame, customer: str, count: int, amount: Decimal) -> str:
    """Return the tier after so many orders of today that are worth the amount together, by the engine."""
    theirs = orders.filter(pl.col("客户编号") == customer)
    amounts = [amount - (count - 1) * FEN, *["0.01"] * (count - 1)]
    rows = (
        theirs.head(1)
        .select(pl.all().repeat_by(count).explode())
        .with_columns(
            pl.Series("订单号", [f"new {number}" for number in range(count)]),
            pl.Series("订单金额(元)", list(map(str, amounts))),
            pl.lit(str(AS_OF)).alias("下单时间"),
        )
    )
    return tiers_on(pl.concat([theirs, rows]), AS_OF)[customer]


def test_the_least_orders_of_today_lift_to_a_better_tier_and_a_fen_less_does_not(
    watch_list: pl.DataFrame, orders: pl.DataFrame
) -> None:
    lifted = watch_list.filter(pl.col("needs_orders").is_not_null()).sort("needs_amount", descending=True)
    rows = (
        pl.concat([lifted.head(12), lifted.tail(4)])
        .select("customer_id", "tier", "needs_orders", "needs_amount")
        .rows()
    )
    for customer, tier, count, amount in rows:
        assert tier_after(orders, customer, count, amount) < tier
        if amount > count * FEN:
            assert tier_after(orders, customer, count, amount - FEN) >= tier


def test_the_best_tier_needs_nothing(watch_list: pl.DataFrame) -> None:
    assert watch_list.filter(pl.col("tier") == "A")["needs_orders"].is_null().all()


def test_words_follow_the_options(monthly_runs: Path) -> None:
    old, new = (open_run(monthly_runs / day / "sichuan-hiking") for day in ("2025-06-01", "2025-07-01"))
    movement, scale = compare_runs(old, new), scale_of(new)
    options = WatchOptions(asleep_days=60, growing_orders=1, growing_percent=10)
    result = watch_customers(movement, scale, options).customers
    asleep = result.filter(pl.col("watch").str.contains("asleep"))
    assert (asleep["recency_days"] >= 60).all()
    assert (asleep["old_recency_days"] < 60).all()
    growing = result.filter(pl.col("watch").str.contains("fast_growing"))
    assert (growing["orders_gained"] >= 1).all()
    assert (growing["spend_gained"] * 10 >= growing["old_monetary"]).all()
    woken = result.filter(pl.col("watch").str.contains("woken"))
    assert (woken["old_recency_days"] + 30 >= 60).all()
    assert (woken["recency_days"] < 60).all()

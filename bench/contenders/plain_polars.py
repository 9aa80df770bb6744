"""The Polars script that one would write first: two text keys, n_unique, sort_by().last(), rank().over()."""

# ruff: noqa: PLC0415, PLR2004 no contender pays for another's imports; the bounds are those of the tiers

from __future__ import annotations

from datetime import date, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bench.contenders.answer import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from bench.contenders.rules import Rules

name = "plain_polars"
columns = COLUMNS


def available() -> bool:
    """Return whether Polars is installed."""
    return find_spec("polars") is not None


def run(orders: Path, output: Path, rules: Rules) -> None:
    """Scan, group, rank, sort, sink."""
    import polars as pl

    last = {"id": "order_id", "time": "order_time", "amount": "order_amount"}
    names = {f"last_order_{short}": column for short, column in last.items()}
    names |= {"last_product_name": "product_name", "last_store_code": "store_code"}
    as_of = date.fromisoformat(rules.as_of)
    frequency = pl.len() if rules.unique else pl.col("order_id").n_unique()
    customers = (
        _scan(orders)
        .filter(
            pl.col("order_time") >= date.fromisoformat(rules.since),
            pl.col("order_time") < as_of + timedelta(days=1),
            pl.col("order_amount") > 0,
        )
        .group_by("region", "customer_id")
        .agg(
            frequency.cast(pl.Int64).alias("frequency"),
            pl.col("order_amount").sum().alias("monetary"),
            *(pl.col(column).sort_by("order_time", "order_id").last().alias(new) for new, column in names.items()),
        )
        .with_columns((as_of - pl.col("last_order_time").dt.date()).dt.total_days().alias("recency_days"))
    )
    grade(customers, as_of).select(COLUMNS).sort("region", "customer_id").sink_parquet(output)


def grade(customers: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Add scores, total, tier and contacts."""
    import polars as pl

    from rfm_engine.benchmark.duckdb_sql import tiers

    def score(worth: pl.Expr) -> pl.Expr:
        return 1 + 5 * (worth.rank("min").over("region").cast(pl.Int64) - 1) // pl.len().over("region").cast(pl.Int64)

    r, f, m = (pl.col(f"{letter}_score") for letter in "rfm")
    tenths = 3 * r + 3 * f + 4 * m
    table = pl.LazyFrame(tiers(as_of), schema=["tier", "least", *COLUMNS[10:15]], orient="row")
    return (
        customers.with_columns(
            score(-pl.col("recency_days")).alias("r_score"),
            score(pl.col("frequency")).alias("f_score"),
            score(pl.col("monetary")).alias("m_score"),
        )
        .with_columns(
            (tenths / 10).alias("rfm_score"),
            pl.when(tenths >= 40)
            .then(pl.lit("A"))
            .when(tenths >= 30)
            .then(pl.lit("B"))
            .when(tenths >= 20)
            .then(pl.lit("C"))
            .otherwise(pl.lit("D"))
            .alias("tier"),
        )
        .join(table.drop("least"), on="tier")
    )


def _scan(orders: Path) -> pl.LazyFrame:
    import polars as pl

    if orders.suffix == ".parquet":
        return pl.scan_parquet(orders)
    money, time = pl.col("order_amount").cast(pl.Decimal(18, 2)), pl.col("order_time")
    texts = pl.scan_csv(orders, infer_schema=False)
    return texts.with_columns(money, time.str.to_datetime("%Y-%m-%d %H:%M:%S"))

"""pandas 3 with Arrow-backed text and whole fen, as a careful analyst would write it."""

# ruff: noqa: PLC0415 no contender pays for another's imports

from __future__ import annotations

from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from bench.contenders.answer import COLUMNS, CONTACTS, KEY

if TYPE_CHECKING:
    from pathlib import Path

    from bench.contenders.rules import Rules

name = "pandas"
columns = COLUMNS
Frame = Any
IDENTITY = ["order_id", "order_time", "fen", "product_name", "store_code"]


def available() -> bool:
    """Return whether pandas and pyarrow are installed."""
    return find_spec("pandas") is not None and find_spec("pyarrow") is not None


def run(orders: Path, output: Path, rules: Rules) -> None:
    """Read, filter, drop repeats, group, rank, sort, write."""
    pd: Any = import_module("pandas")
    frame, key = _read(orders), list(KEY)
    until = pd.Timestamp(rules.as_of) + pd.Timedelta(days=1)
    inside = (frame["order_time"] >= pd.Timestamp(rules.since)) & (frame["order_time"] < until) & (frame["fen"] > 0)
    frame = frame[inside].dropna(subset=[*key, "order_id"])
    if not rules.unique:
        frame = frame.drop_duplicates([*key, *IDENTITY])
        frame = frame[~frame.duplicated([*key, "order_id"], keep=False)]
    frame = frame.sort_values(["order_time", "order_id"])
    groups = frame.groupby(key, sort=True)
    customers = groups.agg(
        frequency=("order_id", "size"),
        fen=("fen", "sum"),
        last_order_id=("order_id", "last"),
        last_order_time=("order_time", "last"),
        last_fen=("fen", "last"),
        last_product_name=("product_name", "last"),
        last_store_code=("store_code", "last"),
    ).reset_index()
    _grade(customers, rules)[list(COLUMNS)].to_parquet(output, index=False)


def _read(orders: Path) -> Frame:
    """Return the orders with their amount in whole fen: Decimal objects would cost ten times as much."""
    pa: Any = import_module("pyarrow")
    compute, csv, parquet = (import_module(f"pyarrow.{name}") for name in ("compute", "csv", "parquet"))
    if orders.suffix == ".parquet":
        table = parquet.read_table(orders)
    else:
        types = {"order_amount": pa.decimal128(18, 2), "order_time": pa.timestamp("us")}
        table = csv.read_csv(orders, convert_options=csv.ConvertOptions(column_types=types))
    fen = compute.multiply(table["order_amount"], pa.scalar(100)).cast(pa.int64())
    return table.drop_columns(["order_amount"]).append_column("fen", fen).to_pandas()


def _grade(customers: Frame, rules: Rules) -> Frame:
    from rfm_engine.benchmark.duckdb_sql import tiers

    pd: Any = import_module("pandas")
    as_of = pd.Timestamp(rules.as_of)
    customers["recency_days"] = (as_of - customers["last_order_time"].dt.normalize()).dt.days
    number = customers.groupby("region")["region"].transform("size")
    worths = {"r": -customers["recency_days"], "f": customers["frequency"], "m": customers["fen"]}
    for letter, worth in worths.items():
        rank = worth.groupby(customers["region"]).rank("min").astype("int64")
        customers[f"{letter}_score"] = 1 + 5 * (rank - 1) // number
    tenths = 3 * customers["r_score"] + 3 * customers["f_score"] + 4 * customers["m_score"]
    customers["rfm_score"] = tenths / 10
    customers["tier"] = pd.cut(tenths, [0, 20, 30, 40, 99], right=False, labels=list("DCBA")).astype("str")
    customers["monetary"], customers["last_order_amount"] = customers["fen"] / 100, customers["last_fen"] / 100
    table = pd.DataFrame(tiers(date.fromisoformat(rules.as_of)), columns=["tier", "least", *CONTACTS])
    return customers.merge(table.drop(columns="least"), on="tier", how="left").sort_values(list(KEY))

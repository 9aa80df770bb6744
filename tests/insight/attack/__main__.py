"""`python -m tests.insight.attack --orders 1000000`: what tables of generated orders show, and what an attack finds."""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from rfm_engine.insight.periods import MONTHS, Period
from tests.insight.attack.cases import find_computable, margins
from tests.terminal import done

FEW = 5


def attack(orders: Path, folder: Path) -> tuple[int, int, int, int]:
    """Return the cells, those of few customers, those that are withheld, and how many of the few can be computed."""
    shown = {*pl.read_parquet(folder / "demand.parquet").select("product", "region", "period").iter_rows()}
    length: Any = "month" if any("-" in period for *_, period in shown) else "year"
    length = next((one for one, sign in (("quarter", "-Q"), ("half-year", "-H")) if sign in min(shown)[2]), length)
    rows = pl.read_parquet(orders, columns=["product_name", "region", "order_time", "customer_id"])
    days = rows["order_time"].dt.date().unique()
    names = pl.DataFrame({"day": days, "period": [str(Period.of(day, length)) for day in days]})
    each = rows.with_columns(pl.col("order_time").dt.date().alias("day")).join(names, on="day")
    cells: dict[str, dict[Any, int]] = defaultdict(dict)
    for product, region in ((0, 0), (0, 1), (1, 0), (1, 1)):
        keys = [pl.lit("") if product else pl.col("product_name"), pl.lit("") if region else pl.col("region")]
        named = each.select(keys[0].alias("product"), keys[1].alias("region"), "period", "customer_id")
        for *place, customers in (
            named.group_by("product", "region", "period").agg(pl.col("customer_id").n_unique()).iter_rows()
        ):
            cells[place[2]][tuple(place)] = customers
    found = [0, 0, 0, 0]
    for places in cells.values():
        hidden = [place for place in places if place not in shown]
        few = [place for place in hidden if places[place] < FEW]
        known = [row for row in margins(places, hidden) if any(row)] if few else []
        counts = (len(places), len(few), len(hidden), len(find_computable(known, hidden, few)))
        found = [one + other for one, other in zip(found, counts, strict=True)]
    return found[0], found[1], found[2], found[3]


def main() -> None:
    """Print one line for each length of periods."""
    parser = argparse.ArgumentParser(prog="python -m tests.insight.attack")
    parser.add_argument("--orders", type=int, default=1_000_000)
    count = parser.parse_args().orders
    with TemporaryDirectory() as folder:
        orders = Path(folder) / "orders.parquet"
        done("generate", orders, "--orders", count)
        for length in MONTHS:
            rules = ("--as-of", "2025-07-01", "--since", "2020-01-01", "--period", length)
            answer = done("insight", "--orders", orders, *rules, "--for", "suppliers", "--output", folder)
            cells, few, hidden, computed = attack(orders, Path(folder) / "orders.insight")
            words = f"{length}: {cells:,} cells, {few:,} of fewer than {FEW} customers, {hidden:,} withheld"
            print(f"{words}, {computed:,} of the few computed; {answer.out.splitlines()[1]}")  # noqa: T201 its purpose


if __name__ == "__main__":
    main()

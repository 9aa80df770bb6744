"""The purchases come to the orders that count, of lines and with refunds too."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.insight.purchases import MOST_PRODUCTS, OTHERS, UNNAMED, join_small_products, name_lists
from tests.insight.attack.cases import MONTHS, purchases_of
from tests.insight.attack.releases import read_table
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", range(6))
def test_orders_of_lines_or_with_refunds_are_audited_too(seed: int, tmp_path: Path) -> None:
    draw = Random(seed)
    rows = ["customer_id,order_id,region,product_name,order_amount,order_time"]
    for order in range(400):
        customer, day = draw.randrange(90), f"2024-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
        for product in draw.sample("abcde", draw.randrange(1, 4)):
            number = f"o{order}" if seed % 2 else f"o{order}{product}"
            amount = "-5" if draw.random() < 0.1 else draw.choice(["10", "20.5", "30"])
            rows.append(f"c{customer},{number},{'NS'[customer % 2]},{product},{amount},{day}")
    (tmp_path / "orders.csv").write_text("\n".join(rows), "utf-8")
    rules = ("--grain", "line") if seed % 2 else ("--refunds", "net")

    done("insight", "--orders", tmp_path / "orders.csv", "--as-of", "2024-12-31", *rules, "--output", tmp_path)

    demand = {(r["product"], r["region"], r["period"]): r for r in read_table(tmp_path, "orders", "demand")}
    whole = [row for (product, region, _), row in demand.items() if not product and not region]
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for cells in (row.split(",") for row in rows[1:]):
        amounts[cells[1]] += Decimal(cells[4])
    counted = [amount for amount in amounts.values() if amount > 0 or not seed % 2]
    assert sum(row["spend"] for row in whole) == sum(counted)
    for (product, region, period), row in demand.items():
        parts = [demand.get((name, region, period)) for name in "abcde"] if not product else []
        if parts and all(parts):
            assert sum(part["spend"] for part in parts if part) == row["spend"]


def test_all_but_the_largest_products_are_one() -> None:
    products = [f"p{number:03}" for number in range(MOST_PRODUCTS + 20)]
    rows = [(name, "N", MONTHS[0], f"c{number % 3}", 1_000 - number) for number, name in enumerate(products)]
    purchases = purchases_of(rows).of_products

    joined = join_small_products(purchases)

    spends = dict(joined.group_by("product").agg(pl.col("spend").sum()).rows())
    large = MOST_PRODUCTS - 1
    assert spends == {name: 100 * (1_000 - number) for number, name in enumerate(products[:large])} | {
        OTHERS: sum(100 * (1_000 - number) for number in range(large, len(products)))
    }
    assert joined["orders"].sum() == purchases["orders"].sum()
    assert joined.filter(product=OTHERS).height == 3
    assert join_small_products(joined).equals(joined)


def test_a_list_is_named_by_the_values_of_its_columns() -> None:
    frame = pl.DataFrame({"region": ["N"], "store_code": ["1"], "spend": [5]})

    assert name_lists(frame, ("region", "store_code")).to_dicts() == [{"spend": 5, "region": "N / 1"}]
    assert name_lists(frame.drop("region", "store_code"), ())["region"].to_list() == [UNNAMED]

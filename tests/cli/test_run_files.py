"""The customers file: its columns, lists, formats and languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.output.published import PUBLISHED
from tests.terminal import AS_OF, ORDERS, done, read_rows, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("by", "lead", "end"),
    [
        ("region", ["region"], []),
        ("none", [], ["last_region"]),
        ("region,store_code", ["region", "store_code"], []),
        ("store_code", ["store_code"], ["last_region"]),
        ("product_name", ["product_name"], ["last_region"]),
    ],
)
def test_the_lists_columns_stand_first_and_a_region_that_splits_nothing_last(
    by: str, lead: list[str], end: list[str], shop: Path, tmp_path: Path
) -> None:
    rows = read_rows(run(shop, tmp_path, "--by", by) / "customers.csv")

    assert list(rows[0]) == [*lead, *PUBLISHED[1:], *end]
    assert [tuple(row[name] for name in (*lead, "customer_id")) for row in rows] == sorted(
        {tuple(row[name] for name in (*lead, "customer_id")) for row in rows}
    )
    for row in rows:
        last = next(line for line in ORDERS.splitlines() if f",{row['last_order_id']}," in line).split(",")
        assert [row["last_store_code"], row["last_product_name"]] == [last[2], last[4]]
        assert row.get("last_region", row.get("region")) == last[3]


def test_a_column_that_the_source_lacks_is_there_and_empty(tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text("customer_id,order_amount,order_time\nc1,10,2025-01-01\n", "utf-8")

    done("run", "--orders", orders, *AS_OF, "--output", tmp_path / "output")

    (row,) = read_rows(tmp_path / "output" / "orders" / "customers.csv")
    assert list(row) == PUBLISHED
    assert {name for name, value in row.items() if not value} == {
        "region",
        "last_order_id",
        "last_product_name",
        "last_store_code",
    }


@pytest.mark.parametrize(
    ("as_of", "period", "expected"),
    [
        ("2025-07-01", "1 per quarter", "2025-10-01"),
        ("2025-08-31", "1 per half-year", "2026-02-28"),
        ("2025-12-31", "2 per 2 months", "2026-02-28"),
        ("2027-08-31", "1 per half-year", "2028-02-29"),
    ],
)
def test_the_next_contact_is_due_the_tier_s_period_after_the_statistics_date(
    as_of: str, period: str, expected: str, shop: Path, tmp_path: Path
) -> None:
    table = f"table=[{{name='all', contacts='{period}'}}]"

    done(
        *(
            "run",
            "--orders",
            shop,
            "--as-of",
            as_of,
            "--tiers",
            "weighted",
            "--set",
            table,
            "--output",
            tmp_path,
            "--quiet",
        )
    )

    assert {row["next_contact_by"] for row in read_rows(tmp_path / "shop" / "customers.csv")} == {expected}

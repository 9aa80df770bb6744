"""Dormant customers, with orders before the window alone, are listed on request and change nothing of the others."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest import mock

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rfm_engine
from rfm_engine import open_run
from rfm_engine.customers import batches
from rfm_engine.plugin_api import Tier, TierPolicy
from tests.engine import run_files, table_of, write_orders
from tests.examples import examples
from tests.oracle.scorer import Rules, grade
from tests.terminal import done, read_rows, record_of, rfm, run

if TYPE_CHECKING:
    from tests.engine import Row

SINCE, AS_OF = date(2025, 1, 1), date(2025, 7, 1)
COLUMNS = ("customer_id", "order_id", "region", "product_name", "order_amount", "order_time")
NO_MONEY = {"frequency": 0, "monetary": 0}
LOWEST = {"r_score": 1, "f_score": 1, "m_score": 1}
days = st.dates(date(2024, 11, 1), date(2025, 2, 28)).map(str)
orders = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("ST"), st.sampled_from(["tent", "lamp"]), days),
    min_size=1,
    max_size=25,
)
SHOP = """\
customer_id,order_id,order_amount,order_time,region
lena,1,10.00,2023-06-05,north
lena,2,12.00,2023-06-05,north
omar,3,30.00,2025-06-28,north
omar,4,99.00,2022-06-28,north
zoe,5,30.00,2022-05-28,south
"""
WINDOW = ("--since", "2024-07-01")


def expected_rows(rows: list[Row], rules: Rules) -> list[dict[str, Any]]:
    """Return the oracle's customers, and those of the time before the window who are none of them."""
    before = grade(rows, Rules(**{**vars(rules), "since": None, "as_of": SINCE - timedelta(days=1)}))
    awake = grade(rows, rules).customers
    keys = {(one["region"], one["customer_id"]) for one in awake}
    dormant = [one for one in before.customers if (one["region"], one["customer_id"]) not in keys]
    cadence = {"tier": "D", "contacts_min": 1, "contacts_max": 1, "contact_every_months": 12}
    for one in dormant:
        last = one["last_order_time"]
        assert isinstance(last, datetime)
        one |= {"recency_days": (AS_OF - last.date()).days, **NO_MONEY, **LOWEST, "rfm_score": 1, **cadence}
        one |= {"next_contact_by": date(2026, 7, 1), "focus": rules.tiers[-1].focus}
    return sorted((*awake, *dormant), key=lambda one: (str(one["region"]), str(one["customer_id"])))


def rows_of(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return list(frame.drop("last_store_code").with_columns(pl.col("tier").cast(pl.String)).iter_rows(named=True))


@settings(max_examples=examples(25), deadline=None)
@given(orders, st.sampled_from(["thresholds", "quintile"]), st.sampled_from(["order", "line"]), st.booleans())
def test_dormant_customers_equal_the_oracle_and_the_others_are_as_without_them(
    drawn: list[tuple[str, str, str, str]],
    scheme: str,
    grain: str,
    batched: bool,  # noqa: FBT001 drawn
) -> None:
    rows: list[Row] = [
        dict(zip(COLUMNS, (who, f"o{n}", region, what, f"{n + 1}.00", day), strict=True))
        for n, (who, region, what, day) in enumerate(drawn)
    ]
    rules = Rules(as_of=AS_OF, since=SINCE, scheme=scheme, grain=grain)
    if not any(day >= str(SINCE) for *_, day in drawn):
        return
    table = table_of(rules) | {"dormant": True}

    with TemporaryDirectory() as folder, mock.patch.object(batches, "BATCH_ROWS", 1 if batched else 100):
        path = write_orders(Path(folder) / "orders.csv", rows, COLUMNS)
        ran = run_files(Path(folder), [path], table)
        scored = rfm_engine.score(pl.scan_csv(path, infer_schema=False), **table).collect()

    expected = expected_rows(rows, rules)
    for row in expected:
        row.pop("last_store_code"), row.pop("last_region", None)
    assert rows_of(ran.customers.collect()) == expected
    assert rows_of(scored) == expected
    assert ran.ledger.customers_before_window == sum(row["frequency"] == 0 for row in expected)
    assert ran.tiers["customers"].sum() == len(expected)
    assert sum(span["customers"].sum() for span in ran.spans.values()) == 3 * sum(
        row["frequency"] > 0 for row in expected
    )


class TopHalf(TierPolicy):
    """A policy that looks at the whole list: the better half by spend is A."""

    name = "top-half"

    def tier_table(self) -> tuple[Tier, ...]:
        return (Tier(name="A", contacts="1 per month"), Tier(name="B", contacts="1 per year"))

    def belongs(self, position: int) -> pl.Expr:
        is_high = pl.col("monetary_fen").rank("ordinal", descending=True) * 2 <= pl.len()
        return is_high if position == 0 else ~is_high


def test_a_policy_that_looks_at_the_whole_list_gives_the_others_the_same_tiers() -> None:
    frame = pl.DataFrame(
        {
            "customer_id": ["a", "b", *"xyz"],
            "order_amount": ["1.00", "2.00", "9.00", "9.00", "9.00"],
            "order_time": ["2025-05-01", "2025-05-02", *["2024-05-02"] * 3],
        }
    )

    tiers = rfm_engine.score(frame, as_of=AS_OF, since=SINCE, dormant=True, tiers=TopHalf()).collect()

    assert dict(tiers.select("customer_id", "tier").iter_rows())["a"] == "B"
    assert dict(tiers.select("customer_id", "tier").iter_rows()) == {"a": "B", "b": "A", "x": "B", "y": "B", "z": "B"}


def test_a_run_lists_explains_and_verifies_them_and_the_ledger_says_so(tmp_path: Path) -> None:
    orders = tmp_path / "shop.csv"
    orders.write_text(SHOP, "utf-8")

    without = done("run", "--orders", orders, "--as-of", AS_OF, *WINDOW, "--output", tmp_path / "none").out
    folder = run(orders, tmp_path / "out", *WINDOW, "--dormant")
    listed = {row["customer_id"]: row for row in read_rows(folder / "customers.csv")}
    (found,) = open_run(folder).explain("lena")

    assert (
        "2 customers without an order in the window, with orders before it; not listed; --dormant lists them" in without
    )
    assert {who: (row["frequency"], row["rfm_score"], row["last_order_id"]) for who, row in listed.items()} == {
        "lena": ("0", "1.0", "2"),
        "omar": ("1", "2.2", "3"),
        "zoe": ("0", "1.0", "5"),
    }
    assert found.agrees
    assert "dormant: no order from 2024-07-01 on" in found.notes[0]
    assert all(row["from"] > 0 for row in record_of(folder)["cut_points"]["f_score"])
    assert done("explain", "omar", "--run", folder).out.count("dormant") == 0
    assert done("explain", "lena", "--run", folder).out.count("none: dormant") == 3
    assert done("verify", folder).code == 0


def test_without_a_first_day_no_one_can_be_dormant(tmp_path: Path) -> None:
    orders = tmp_path / "shop.csv"
    orders.write_text(SHOP, "utf-8")

    answer = rfm("run", "--orders", orders, "--as-of", AS_OF, "--dormant", "--output", tmp_path / "out")

    assert answer.code == 2
    assert "say where it begins, --since DAY" in answer.err


@pytest.mark.parametrize("form", ["parquet", "xlsx", "ndjson"])
def test_every_format_is_read_back_with_them(tmp_path: Path, form: str) -> None:
    orders = tmp_path / "shop.csv"
    orders.write_text(SHOP, "utf-8")

    folder = run(orders, tmp_path / "out", *WINDOW, "--dormant", "--format", form)

    assert open_run(folder).customers().collect()["frequency"].to_list() == [0, 1, 0]

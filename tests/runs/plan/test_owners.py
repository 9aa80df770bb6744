"""The most specific owner calls a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.errors import UsageError
from rfm_engine.runs.plan.owners import OwnerRow, assign_owners, owners_by_column, read_owners
from tests.terminal import done, read_rows

if TYPE_CHECKING:
    from pathlib import Path


def test_the_most_specific_owner_calls_and_the_rest_is_unassigned(monthly_runs: Path, tmp_path: Path) -> None:
    owners = tmp_path / "owners.csv"
    rows = ("Wang,,,四川省,5,2025-07-02 2025-07-03", "Li,,SC003,,,", "Zhao,SC00000001,,,1,")
    header = "owner,customer_id,store_code,region,capacity,days_off"
    owners.write_text("\n".join((header, *rows)), "utf-8")
    run = monthly_runs / "2025-07-01" / "sichuan-hiking"
    done("plan", run, "--month", "2025-09", "--owners", owners)
    calls = read_rows(run.with_name("sichuan-hiking.plan") / "2025-09" / "plan.csv")
    assert {row["owner"] for row in calls} == {"Wang", "Li", "Zhao"}
    assert {row["owner"] for row in calls if row["customer_id"] == "SC00000001"} == {"Zhao"}


def test_the_customer_s_own_owner_comes_before_that_of_the_store_and_of_the_region() -> None:
    customers = pl.LazyFrame(
        {"customer_id": ["a", "b", "c", "d"], "last_store_code": ["1", "1", "2", None], "region": ["N", "N", "N", "S"]}
    )
    rows = [
        OwnerRow(owner="Wang", region="N"),
        OwnerRow(owner="Li", store_code="1"),
        OwnerRow(owner="Zhao", customer_id="a"),
    ]

    assert assign_owners(customers, rows).collect()["owner"].to_list() == ["Zhao", "Li", "Wang", "unassigned"]
    assert assign_owners(customers.drop("last_store_code"), rows).collect()["owner"].to_list()[1] == "Wang"
    assert owners_by_column(customers, "last_store_code").collect()["owner"].to_list() == ["1", "1", "2", "unassigned"]
    with pytest.raises(
        UsageError, match="--owner-by shoe_size: no such column; there are customer_id, last_store_code"
    ):
        owners_by_column(customers, "shoe_size")


def test_all_that_is_wrong_with_a_file_of_owners_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "owners.csv"
    path.write_text("owner,region,store_code,capacity,days_off\nLi,N,,-1,\nWang,N,1,2,\nWu,N,,2,2025-07-02\n", "utf-8")

    with pytest.raises(UsageError, match=r"(?s)row 2: capacity: .*row 3: name one of customer_id, store_code, region$"):
        read_owners(path)
    path.write_text("owner,region,store_code,capacity,days_off\nWu,N,,2,2025-07-02 2025-07-03\n", "utf-8")
    assert [(row.owner, row.region, row.capacity, len(row.days_off)) for row in read_owners(path)] == [
        ("Wu", "N", 2, 2)
    ]

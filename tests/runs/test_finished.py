"""A finished run read back: the same customers whatever the format, the language and the folders of its files."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import rfm_engine
from tests.terminal import done, run

if TYPE_CHECKING:
    from pathlib import Path

NASTY = """\
customer_id,order_id,store_code,region,product_name,order_amount,order_time
007,=1+1,-5,north,,99999999.99,2025-06-21 08:00:00.125
+1,0003,S1,'=x,"a, ""b"" c",0.01,2025-03-03 00:00:00
7,0004,S1,a.b,ロープ,80.00,2024-01-01 12:00:00
"""


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("nasty") / "nasty.csv"
    path.write_text(NASTY, "utf-8")
    return path


@pytest.mark.parametrize("options", [(), ("--drop", "store_code"), ("--generalize", "order_time")], ids=" ".join)
@pytest.mark.parametrize("layout", [(), ("--split",), ("--language", "zh")], ids=" ".join)
@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx", "parquet"])
def test_customers_are_those_of_the_parquet_file(
    form: str, layout: tuple[str, ...], options: tuple[str, ...], nasty: Path, tmp_path: Path
) -> None:
    expected = pl.read_parquet(run(nasty, tmp_path, *options, "--format", "parquet") / "customers.parquet")

    folder = run(nasty, tmp_path, *options, *layout, "--format", form)

    assert_frame_equal(rfm_engine.open_run(folder).customers().collect(), expected)


def test_money_is_exact_and_tiers_stand_in_the_order_of_the_policy(shop_run: Path) -> None:
    finished = rfm_engine.open_run(shop_run)

    customers = finished.customers().collect()

    assert customers["monetary"].to_list() == [Decimal("1500.10"), Decimal("350.01"), Decimal("85.00")]
    assert customers.schema["tier"] == pl.Enum([tier.name for tier in finished.record.tier_table])


def test_the_record_the_check_and_the_reasons_are_at_hand(shop_run: Path) -> None:
    finished = rfm_engine.open_run(str(shop_run))

    assert finished.record.ledger["read"] == 5
    assert finished.record.schema_version == 1
    assert finished.verify().differences == []
    assert finished.explain("0012")[0].row["tier"] == "C"


def test_a_record_without_a_schema_version_is_read_and_one_of_a_later_version_refused(
    shop: Path, tmp_path: Path
) -> None:
    folder = run(shop, tmp_path)
    record = json.loads((folder / "run.json").read_text("utf-8"))
    del record["schema_version"]
    (folder / "run.json").write_text(json.dumps(record), "utf-8")

    assert done("verify", folder).out == "1 input and 2 outputs are what run.json says\n"
    assert done("explain", "007", "--run", folder).out.startswith("customer 007")

    (folder / "run.json").write_text(json.dumps(record | {"schema_version": 2}), "utf-8")
    with pytest.raises(rfm_engine.RfmError, match=r"written by a later rfm-engine \(schema_version 2\); update it"):
        rfm_engine.open_run(folder)


@pytest.mark.parametrize("file", ["/etc/passwd", "../other/customers.csv"])
def test_a_record_never_points_outside_its_folder(file: str, shop: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path)
    record = json.loads((folder / "run.json").read_text("utf-8"))
    record["outputs"][0]["file"] = file
    (folder / "run.json").write_text(json.dumps(record), "utf-8")

    with pytest.raises(rfm_engine.RfmError, match="not the record of a run"):
        rfm_engine.open_run(folder)

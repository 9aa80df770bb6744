"""The files of a plan are all there, the same every time, and no phone stands outside the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine import open_run
from rfm_engine.errors import UsageError
from rfm_engine.runs.plan.files import find_carried_contacts, find_previous_plan, read_contacts, read_plan
from rfm_engine.runs.plan.month import Month
from tests.customers.small_orders import CARRY, SHOP
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path


def test_every_file_is_there_and_verified(july_plan: Path) -> None:
    names = {path.name for path in july_plan.iterdir()}
    assert names == {"plan.parquet", "plan.csv", "plan.xlsx", "carried-over.csv", "done-rejects.csv"} | {
        "unassigned.ics",
        "run.json",
    }
    assert "are what run.json says" in done("verify", july_plan).out


def test_the_same_run_gives_the_same_bytes(july_plan: Path, monthly_runs: Path) -> None:
    before = {path.name: path.read_bytes() for path in july_plan.iterdir()}
    done("plan", monthly_runs / "2025-07-01" / "sichuan-hiking", "--calendar", "CN", "--language", "zh")
    assert {path.name: path.read_bytes() for path in july_plan.iterdir()} == before


def test_names_and_phones_stand_in_the_workbook_alone(monthly_runs: Path, tmp_path: Path) -> None:
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("customer_id,name,phone\nSC00000001,王芳,13800000000\n", "utf-8")
    run = monthly_runs / "2025-07-01" / "sichuan-hiking"
    done("plan", run, "--month", "2025-11", "--contacts", contacts)
    folder = run.with_name("sichuan-hiking.plan") / "2025-11"
    sheet = pl.read_excel(folder / "plan.xlsx", sheet_name="unassigned", infer_schema_length=0)
    assert sheet.filter(pl.col("customer id") == "SC00000001")["phone"].to_list()[:1] == ["13800000000"]
    for name in ("plan.csv", "unassigned.ics", "carried-over.csv"):
        assert "13800000000" not in (folder / name).read_text("utf-8")


def test_the_previous_plan_is_the_latest_before_the_month(tmp_path: Path) -> None:
    for month in ("2025-05", "2025-06", "2025-08"):
        (tmp_path / "shop.plan" / month).mkdir(parents=True)
    for month in ("2025-05", "2025-08"):
        (tmp_path / "shop.plan" / month / "plan.parquet").touch()

    found = {
        month: find_previous_plan(tmp_path / "shop", Month.parse(month)) for month in ("2025-05", "2025-07", "2025-09")
    }

    folder = tmp_path / "shop.plan"
    assert found == {"2025-05": None, "2025-07": folder / "2025-05", "2025-09": folder / "2025-08"}
    with pytest.raises(UsageError, match="no plan there; name the folder of a month"):
        read_plan(folder / "2025-05")


def test_contacts_need_ids_that_stand_there_once(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("customer_id,name,phone\n007,Ann,12\n", "utf-8")

    assert read_contacts(path).rows(named=True) == [{"customer_id": "007", "customer_name": "Ann", "phone": "12"}]
    path.write_text("id,name\n007,Ann\n", "utf-8")
    with pytest.raises(UsageError, match="no column customer_id; headers there: id, name"):
        read_contacts(path)
    path.write_text("customer_id,name\n007,Ann\n007,Bob\n8,Kim\n", "utf-8")
    with pytest.raises(UsageError, match=r"customers that stand there twice: 007$"):
        read_contacts(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_contacts(tmp_path / "gone.csv")
    with pytest.raises(UsageError, match="is a folder; name a CSV file in it"):
        read_contacts(tmp_path)


def test_names_and_phones_that_a_run_carries_are_those_of_the_newest_order(key_file: Path, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(SHOP, "utf-8")
    words = ("--orders", tmp_path / "o.csv", "--as-of", "2025-07-01", "--grain", "line", "--quiet")
    tokens = (
        "--pseudonymize",
        "customer_id",
        "--pseudonymize",
        "customer_name",
        "--pseudonymize",
        "phone",
        "--pseudonymize",
        "Note",
    )
    done("run", *words, *CARRY, "--output", tmp_path / "plain")
    done("run", *words, *CARRY, *tokens, "--pseudonym-key-file", key_file, "--output", tmp_path / "tokens")
    done("run", *words, "--output", tmp_path / "bare")

    found = find_carried_contacts(open_run(tmp_path / "plain" / "o"))

    assert found is not None
    names = dict(found.select("customer_id", "customer_name").rows())
    assert names == {"lena": "Lena B", "omar": "Omar"}
    assert find_carried_contacts(open_run(tmp_path / "tokens" / "o")) is None
    assert find_carried_contacts(open_run(tmp_path / "bare" / "o")) is None

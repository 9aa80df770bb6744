"""The files of a plan are all there, the same every time, and no phone stands outside the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

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

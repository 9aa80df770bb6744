"""A folder that is made of finished runs stands whole or not at all, with a record that verifies it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import OutputError
from rfm_engine.output.derived import write_derived
from tests.terminal import done, everything_below, rfm, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def month(shop: Path, tmp_path: Path) -> Path:
    """A finished run that a plan is made of."""
    return run(shop, tmp_path)


def write_plan(folder: Path, source: Path, text: str = "call them") -> Path:
    """Write a plan of one file."""
    return write_derived(folder, "plan", {"month": "2025-07"}, [source], lambda partial: fill(partial, text))


def fill(partial: Path, text: str) -> None:
    (partial / "zh").mkdir()
    (partial / "zh" / "plan.csv").write_text(text, "utf-8")


def test_its_record_names_the_command_the_options_and_every_file(month: Path, tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "shop.plan" / "2025-07", month)

    record = json.loads((plan / "run.json").read_text("utf-8"))
    assert (record["command"], record["options"]) == ("plan", {"month": "2025-07"})
    assert [one["file"] for one in record["outputs"]] == ["zh/plan.csv"]
    assert {one["file"] for one in record["inputs"]} == {path.as_posix() for path in month.iterdir()}
    assert done("verify", plan).out == "3 inputs and 1 output are what run.json says\n"


def test_the_same_sources_give_the_same_bytes(month: Path, tmp_path: Path) -> None:
    first = everything_below(write_plan(tmp_path / "plan", month))

    assert everything_below(write_plan(tmp_path / "plan", month)) == first


def test_a_change_of_a_source_or_of_the_folder_is_reported(month: Path, tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan", month)
    (plan / "zh" / "plan.csv").write_text("call nobody", "utf-8")
    (month / "customers.csv").unlink()

    answer = rfm("verify", plan)

    assert answer.code == 1
    assert f"input {(month / 'customers.csv').as_posix()}: missing" in answer.out
    assert "output zh/plan.csv: changed, 11 bytes instead of 9" in answer.out


@pytest.mark.parametrize("name", ["notes.txt", "zh/plan.csv"])
def test_what_somebody_wrote_into_it_is_kept(name: str, month: Path, tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan", month)
    (plan / name).write_text("my notes", "utf-8")
    before = everything_below(plan)

    with pytest.raises(OutputError, match=r"holds what no run wrote|was changed since"):
        write_plan(plan, month)

    assert everything_below(plan) == before


def test_a_source_that_another_run_replaces_meanwhile_is_refused(shop: Path, month: Path, tmp_path: Path) -> None:
    def replace(partial: Path) -> None:
        run(shop, month.parent)
        fill(partial, "of the old run")

    with pytest.raises(OutputError, match="changed meanwhile; run plan again"):
        write_derived(tmp_path / "plan", "plan", {}, [month], replace)

    assert not (tmp_path / "plan").exists()


def test_a_failure_leaves_the_old_folder_and_nothing_else(month: Path, tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plans" / "2025-07", month)
    before = everything_below(tmp_path / "plans")

    with pytest.raises(ZeroDivisionError):
        write_derived(plan, "plan", {}, [month], lambda _: 1 / 0)

    assert everything_below(tmp_path / "plans") == before

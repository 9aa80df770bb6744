"""Whatever run.json holds, a command that reads it ends with one line."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.terminal import AS_OF, record_of, rfm, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEEP = "[" * 100_000
DEEP_KEYS = '{"a": ' * 10_000
WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "cut_points null": lambda record: record.update(cut_points=None),
    "a score without cut points": lambda record: record["cut_points"].pop("f_score"),
    "a span without its end": lambda record: record["cut_points"]["f_score"][0].pop("to"),
    "a score that is text": lambda record: record["cut_points"]["f_score"][0].update(score="1"),
    "dataset null": lambda record: record.update(dataset=None),
    "weights that are none": lambda record: record["dataset"].update(weights=["a", "b", "c"]),
    "drop null": lambda record: record["dataset"].update(drop=None),
    "lists by a column that is not there": lambda record: record["lists_by"].insert(0, "zzz"),
    "lists by numbers": lambda record: record.update(lists_by=[1]),
    "tiers twice": lambda record: record["tier_table"].append(record["tier_table"][0]),
    "no tiers": lambda record: record.update(tier_table=[]),
    "tier_counts of text": lambda record: record.update(tier_counts="many"),
    "a deep value": lambda record: record.update(ledger={"a": [[[[]]]] * 3}, seconds=None),
}


def explain_and_run(folder: Path, shop: Path) -> list[str]:
    """Return what explain, verify and a run into the same place say to standard error."""
    run_again = ("run", "--orders", shop, *AS_OF, "--output", folder.parent, "--quiet")
    return [rfm(*words).err for words in (("explain", "007", "--run", folder), ("verify", folder), run_again)]


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_wrong_values_are_refused_in_one_line(
    change: Callable[[dict[str, Any]], object], shop: Path, tmp_path: Path
) -> None:
    folder = run(shop, tmp_path)
    record = record_of(folder)
    change(record)
    (folder / "run.json").write_text(json.dumps(record), "utf-8")

    explained, verified, again = explain_and_run(folder, shop)

    assert explained == f"error: {folder / 'run.json'}: not the record of a run; run the dataset again\n"
    assert (verified, again) == ("", "")


@pytest.mark.parametrize(
    "text", [DEEP, "\0", "9" * 100_000, '{"a": ' * 10_000], ids=["deep", "nul", "long", "deep keys"]
)
def test_text_that_is_no_record_is_refused_in_one_line(text: str, shop: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path)
    (folder / "run.json").write_text(text, "utf-8")

    explained, verified, again = explain_and_run(folder, shop)

    assert explained == verified == f"error: {folder / 'run.json'}: not the record of a run; run the dataset again\n"
    assert again.startswith(f"error: shop: {folder}: holds what no run wrote (customers.csv, rejects.csv, run.json); ")
    assert again.count("\n") == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_no_record_and_no_command_waits_for_it(shop: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path)
    (folder / "run.json").unlink()
    os.mkfifo(folder / "run.json")

    explained, verified, again = explain_and_run(folder, shop)

    assert explained == verified
    assert explained.startswith(f"error: {folder}: no run.json there; ")
    assert "holds what no run wrote" in again

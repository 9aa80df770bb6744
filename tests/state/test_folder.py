"""The folder of a state is whole, closed to others, and the last one's, whatever happened to it."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from rfm_engine import pipeline
from rfm_engine.errors import UsageError
from rfm_engine.state import folder as state_folder
from tests.state.months import FEBRUARY, job_of, reason_of, write_month

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["manifest.json", *(f"{table}.parquet" for table in state_folder.TABLES)])
@pytest.mark.parametrize("damage", ["cut", "edited", "gone"])
def test_a_damaged_state_answers_nothing(months: Path, name: str, damage: str) -> None:
    path = months / "state" / name
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-3] if damage == "cut" else content.replace(b"1", b"2", 1))

    reason = reason_of(months)
    assert reason == ("nothing is kept yet" if (name, damage) == ("manifest.json", "gone") else "it is damaged")
    assert reason_of(months) is None


def test_an_edited_date_in_the_manifest_is_noticed(months: Path) -> None:
    path = months / "state" / "manifest.json"
    manifest = json.loads(path.read_bytes())
    path.write_text(json.dumps(manifest | {"as_of": "2025-01-20"}))

    assert reason_of(months) == "it is damaged"


def test_the_folder_is_closed_to_others_and_holds_nothing_else(months: Path) -> None:
    assert stat.S_IMODE((months / "state").stat().st_mode) == 0o700
    (months / "state" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds what is no state; name another folder with --state"):
        pipeline.run(job_of(months, state="state"))


def test_a_state_among_the_orders_is_refused(months: Path) -> None:
    with pytest.raises(UsageError, match="lies among the order files; name a folder elsewhere with --state"):
        pipeline.run(job_of(months, state="state", orders=["m1.parquet", "state/base.parquet"]))


@pytest.mark.parametrize("step", ["_to_manifest", "_read", "fingerprint"])
def test_a_run_that_ends_while_it_writes_leaves_the_old_state(
    months: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write_month(months, "m2", FEBRUARY)
    run, kept = pipeline.run(job_of(months, state="state")), _contents(months / "state")
    assert run.state is not None
    with monkeypatch.context() as patch:
        patch.setattr(state_folder, step, _end)
        with pytest.raises(KeyboardInterrupt):
            run.state.keep(job_of(months, state="state"))

    assert _contents(months / "state") == kept
    assert [path.name for path in months.glob(".state*")] == []
    assert reason_of(months) is None


def test_of_two_runs_at_once_the_state_of_the_later_one_stays_whole(months: Path) -> None:
    first = pipeline.run(job_of(months, state="state"))
    write_month(months, "m2", FEBRUARY)
    second = pipeline.run(job_of(months, state="state"))
    for run in (second, first):
        assert run.state is not None
        run.state.keep(job_of(months, state="state"))

    assert reason_of(months) is None


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

"""The folder of a state is whole, closed to others, and the last one's, whatever happened to it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import polars as pl
import pytest

from rfm_engine import pipeline
from rfm_engine.errors import UsageError
from rfm_engine.state import folder as state_folder
from rfm_engine.state import unchanged
from tests.laws.months import FEBRUARY, day, job_of, reason_of, row, write_month


@pytest.mark.parametrize("name", ["manifest.json", *(name for name in state_folder.FILES if name != "manifest.json")])
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


@pytest.mark.parametrize("step", ["_to_manifest", "take_sha256", "fingerprint"])
def test_a_run_that_ends_while_it_writes_leaves_the_old_state(
    months: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write_month(months, "m2", FEBRUARY)
    run, kept = pipeline.run(job_of(months, state="state")), _contents(months / "state")
    assert run.state is not None
    with monkeypatch.context() as patch:
        patch.setattr(state_folder, step, _end)
        with pytest.raises(KeyboardInterrupt):
            run.state.keep(job_of(months, state="state"), run.state.pack())

    assert _contents(months / "state") == kept
    assert [path.name for path in months.glob(".state*")] == []
    assert reason_of(months) is None


def test_what_the_folder_has_already_is_not_written_again(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "YOUNG_NS", 10**18)  # what becomes old enough meanwhile would be written too

    def list_files() -> dict[str, int]:
        return {path.name: path.stat().st_ino for path in [months / "state", *(months / "state").iterdir()]}

    kept = list_files()
    assert reason_of(months) is None
    assert list_files() == kept
    assert reason_of(months, as_of=day(41)) is None
    assert kept.items() & list_files().items() == {("base.parquet", kept["base.parquet"])}


def test_a_file_is_known_from_whatever_folder_it_is_named(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(months)
    for folder, name in ((Path(), "m2"), (months, "m3")):
        write_month(months, name, [*FEBRUARY, row("o6", 34, order_amount="0.00"), row(f"o{name}", 34)])
        assert reason_of(folder) is None
    assert reason_of(Path()) is None
    assert pl.read_parquet("state/rejects.parquet").height == 2
    Path("m1.parquet").rename("m4.parquet")
    assert str(reason_of(Path())).endswith("m1.parquet is gone")  # by the name that the last run gave it


def test_a_file_that_has_its_region_from_its_folder_is_read_again_without_the_folder(tmp_path: Path) -> None:
    for name in ("x", "y"):
        write_month(tmp_path / "m" / "region=north", name, [row(name, 1)], ["region", "currency"])
    assert reason_of(tmp_path, orders=["m"]) == "nothing is kept yet"
    assert reason_of(tmp_path, orders=["m"]) is None
    reason = reason_of(tmp_path, orders=["m/region=north/x.parquet", "m/region=north/y.parquet"])
    assert reason == "m/region=north/x.parquet has other columns by its folders"


def test_files_that_change_places_are_told_apart_by_what_they_hold(months: Path) -> None:
    write_month(months, "m2", [row("o4", 31)])
    assert reason_of(months) is None
    (months / "m1.parquet").rename(months / "m")
    (months / "m2.parquet").rename(months / "m1.parquet")
    (months / "m").rename(months / "m2.parquet")
    assert "changed" in str(reason_of(months))


def test_of_two_runs_at_once_the_state_of_the_later_one_stays_whole(months: Path) -> None:
    first = pipeline.run(job_of(months, state="state"))
    write_month(months, "m2", FEBRUARY)
    second = pipeline.run(job_of(months, state="state"))
    for run in (second, first):
        assert run.state is not None
        run.state.keep(job_of(months, state="state"), run.state.pack())

    assert reason_of(months) is None


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

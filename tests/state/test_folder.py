"""The folder of a state is whole, closed to others, and the last one's, whatever happened to it."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine import pipeline
from rfm_engine.errors import OutputError, UsageError
from rfm_engine.state import folder as state_folder
from rfm_engine.state.folder import (
    MANIFEST,
    TABLES,
    fingerprint,
    list_generations,
    read_kept,
    refuse_foreign_state,
    refuse_inner_state,
)
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.system.locked_dir import LOCK, MARK
from tests.laws.months import FEBRUARY, JANUARY, day, job_of, reason_of, write_month
from tests.state.memos import make_memo, write

if TYPE_CHECKING:
    from datetime import date


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
        with pytest.raises(KeyboardInterrupt), run.state.keep(job_of(months, state="state")):
            pass

    assert _contents(months / "state") == kept
    assert [path.name for path in months.glob(".state*")] == []
    assert reason_of(months) is None


def test_of_two_runs_at_once_the_state_of_the_later_one_stays_whole(months: Path) -> None:
    first = pipeline.run(job_of(months, state="state"))
    write_month(months, "m2", FEBRUARY)
    second = pipeline.run(job_of(months, state="state"))
    for run in (second, first):
        assert run.state is not None
        with run.state.keep(job_of(months, state="state")):
            pass
    assert reason_of(months) is None


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return a folder with the orders of two months and a state made by hand."""
    names = [f"{tmp_path}/m1.parquet", f"{tmp_path}/m2.parquet"]
    write_month(tmp_path, "m1", JANUARY)
    write_month(tmp_path, "m2", FEBRUARY)
    write(make_memo(names), tmp_path / "state", job_of(tmp_path))
    return tmp_path


@pytest.mark.parametrize("since", [None, day(3)])
def test_what_was_written_is_read_under_the_names_that_the_files_have_now(
    kept: Path, monkeypatch: pytest.MonkeyPatch, since: date | None
) -> None:
    monkeypatch.chdir(kept)
    folder, old = kept / "other", [f"{kept}/m1.parquet", f"{kept}/m2.parquet"]

    write(make_memo(old, since), folder, job_of(kept))
    same = read_kept(folder, job_of(kept))
    moved = read_kept(folder, job_of(Path(), orders=["m1.parquet"])).read_memo().days

    assert moved["file"].to_list() == ["m1.parquet", old[1]]
    for found, names in ((same, old), (read_kept(folder, job_of(Path())), ["m1.parquet", "m2.parquet"])):
        expected, memo = make_memo(names, since, old), found.read_memo()
        assert (found.since, found.as_of, found.files) == (expected.since, expected.as_of, expected.files)
        assert memo.base.table.equals(expected.base.table)
        assert all(getattr(memo, name).equals(getattr(expected, name)) for name in TABLES)
        bare = dict.fromkeys(TABLES, expected.delta)
        assert replace(memo, base=expected.base, **bare) == replace(expected, **bare)  # type: ignore[arg-type]


def test_a_state_is_kept_under_the_keys_that_decide_how_orders_are_judged(kept: Path) -> None:
    mark, names = fingerprint(job_of(kept)), {"exclude_customer": ["b"]}
    free = {"title": "t", "as_of": day(50), "since": day(2), "weights": [1, 2, 3], "drop": ["order_id"]}
    decisive = ({"refunds": "net"}, {"keep_status": ["paid", "done"]}, {"grain": "line"}, {"region": ["north"]}, names)

    assert fingerprint(job_of(kept, **free)) == mark
    assert len({mark, *(fingerprint(job_of(kept, **keys)) for keys in decisive)}) == 6


def test_a_state_is_kept_under_versions_and_sources_and_customers_in_any_order(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(kept)
    one, other = (job_of(kept, exclude_customer=names) for names in (["a", "b"], ["b", "a"]))
    marks = [fingerprint(job), fingerprint(job._replace(sources=("shop",)))]  # type: ignore[arg-type]
    assert fingerprint(one) == fingerprint(other)
    for name in ("rfm-engine", "polars"):
        monkeypatch.setattr(state_folder, "version", lambda asked, name=name: "0" if asked == name else version(asked))
        marks.append(fingerprint(job))
    monkeypatch.setattr(state_folder, "FORMAT", 0)
    assert len({*marks, fingerprint(job)}) == 5


@pytest.mark.parametrize("place", ["x", "before-4/manifest.json", "before-2/x", "before-1"])
def test_a_folder_that_holds_more_than_states_is_refused(kept: Path, place: str) -> None:
    path = kept / "state" / place
    (kept / "state" / "before-2").mkdir()
    (kept / "state" / "before-2" / MANIFEST).touch()
    refuse_foreign_state(kept / "state")
    path.parent.mkdir(exist_ok=True)
    path.touch()

    for folder in (kept / "state", kept / "m1.parquet"):
        with pytest.raises(UsageError, match="holds what is no state"):
            refuse_foreign_state(folder)
    refuse_foreign_state(kept / "none")


def test_order_files_that_lie_in_the_folder_are_found_by_whatever_name(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(kept)
    state, link, here = kept / "state", kept / "link", Path("state")
    link.symlink_to(state)
    refuse_inner_state(state, [kept / "m1.parquet"])

    for folder, place in ((state, here), (here, state), (state, link), (link, state)):
        with pytest.raises(UsageError, match="lies among the order files"):
            refuse_inner_state(folder, [kept / "m1.parquet", place / "base.parquet"])


def test_a_state_that_was_moved_out_of_the_way_by_a_run_that_was_killed_comes_back(kept: Path) -> None:
    claim = kept / ".state.01234567.partial"
    claim.mkdir()
    (claim / LOCK).write_bytes(MARK)
    (kept / "state").rename(claim / "old")

    refuse_foreign_state(kept / "state")

    assert (kept / "state" / MANIFEST).exists()


@pytest.mark.parametrize("has_links", [True, False])
def test_what_was_kept_before_is_kept_beside_and_closed_as_the_folder_is(
    kept: Path, monkeypatch: pytest.MonkeyPatch, *, has_links: bool
) -> None:
    state, link, modes = kept / "state", Path.hardlink_to, []
    content = {path.name: path.read_bytes() for path in state.iterdir() if path.name != "gone.parquet"}
    (state / "gone.parquet").unlink()
    state.chmod(0o755)

    def link_if_any(new: Path, old: Path) -> None:
        modes.append(stat.S_IMODE(new.parent.parent.stat().st_mode))
        if not has_links:
            raise OSError
        link(new, old)

    monkeypatch.setattr(Path, "hardlink_to", link_if_any)
    write(make_memo(["a", "b"]), state, job_of(kept), state, state)

    assert {*modes} == {0o700}
    assert list_generations(state) == [state, state / "before-1", state / "before-2"]
    for folder in list_generations(state):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: path.read_bytes() for path in (state / "before-2").iterdir()} == content
    assert (state / "before-1" / MANIFEST).samefile(state / "before-2" / MANIFEST) == has_links
    (state / "before-1" / MANIFEST).unlink()
    assert list_generations(state) == [state, state / "before-2"]


@pytest.mark.parametrize("error", [OSError, UsageError, pl.exceptions.ComputeError, pl.exceptions.PanicException])
def test_a_state_that_can_not_be_written_is_reported_and_the_old_one_stays(
    kept: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def fail(*_: object) -> None:
        raise error("full")  # noqa: EM101 as each takes a message

    content = _contents(kept / "state")
    monkeypatch.setattr(state_folder, "_to_manifest", fail)

    with pytest.raises(OutputError, match=r"state: the state could not be written \(full\); the lists are"):
        write(make_memo(["a", "b"]), kept / "state", job_of(kept))
    assert _contents(kept / "state") == content


def test_a_link_is_no_part_of_a_state(kept: Path) -> None:
    path = kept / "state" / MANIFEST
    assert read_kept(kept / "state", job_of(kept)).as_of == day(40)
    path.rename(kept / "elsewhere")
    path.symlink_to(kept / "elsewhere")

    with pytest.raises(UnusableStateError, match="it is damaged"):
        read_kept(kept / "state", job_of(kept))


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

"""When the state answers, and why it does not."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from rfm_engine import pipeline
from rfm_engine.output.writer import OutputOptions, write
from rfm_engine.state import base, keeping, unchanged
from rfm_engine.state.folder import TABLES, list_generations, read_kept
from rfm_engine.state.keeping import MOST_TRIED, StateUse, begin_use, recall
from rfm_engine.state.limits import OTHER_COLUMNS
from rfm_engine.state.memo import OtherFilesError, UnusableStateError
from rfm_engine.state.unchanged import list_states
from tests.laws.months import FEBRUARY, JANUARY, day, job_of, reason_of, row, write_month
from tests.laws.months import refresh as run_twice
from tests.state.memos import make_memo

ALWAYS, NEVER = 10**9, 0
"""Whether a base takes in what changed since."""


@pytest.mark.parametrize("has_room", [True, False])
def test_a_base_that_is_written_anew_is_set_aside_or_not_and_kept(
    months: Path, monkeypatch: pytest.MonkeyPatch, *, has_room: bool
) -> None:
    monkeypatch.setattr(keeping, "LONGEST", ALWAYS)
    if not has_room:
        monkeypatch.setattr(base, "set_aside", lambda _: None)

    for name, rows in (("m2", FEBRUARY), ("m3", [row("o6", 35), row("o3", 30)])):
        write_month(months, name, rows)
        run = run_twice(months)
        assert run is not None
        assert run.state is not None
        assert run.state.read_anew == (f"{months}/{name}.parquet",)
        assert reason_of(months) is None


@pytest.mark.parametrize(
    "keys",
    [
        {"grain": "line"},
        {"grain": "line", "refunds": "net"},
        {"keep_status": None},
        {"keep_currency": "cny"},
        {"by": ["currency"]},
    ],
)
def test_the_usual_orders_have_a_state(tmp_path: Path, keys: dict[str, Any]) -> None:
    write_month(
        tmp_path, "m1", [*JANUARY, row("o8", 8, currency="CNY"), row("o8", 8, order_amount="-2.00", currency="CNY")], []
    )
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    other = "EUR" if {*keys} & {"keep_currency", "by"} else "CNY"
    write_month(tmp_path, "m2", [*FEBRUARY, row("o9", 34, order_status="void", currency=other)], [])
    assert reason_of(tmp_path, **keys) is None
    assert reason_of(tmp_path, as_of=day(41), **keys) is None


def test_amounts_of_a_second_currency_are_refused_as_in_any_run(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", [row("o1", 1, currency="CNY")], [])
    assert reason_of(tmp_path) == "nothing is kept yet"
    write_month(tmp_path, "m2", [row("o2", 2, currency="EUR")], [])
    assert run_twice(tmp_path) is None


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"as_of": day(39)}, "the window moved back"),
        ({"since": day(0)}, "the window moved back"),
        ({"refunds": "net"}, "the rules or the versions are others than those it was kept under"),
        ({"exclude_customer": ["c1"]}, "the rules or the versions are others than those it was kept under"),
        ({"as_of": day(60)}, None),
        ({"scheme": {"name": "quintile"}, "weights": [1, 1, 1], "drop": ["order_id"], "title": "t"}, None),
    ],
)
def test_what_the_state_does_not_know_is_read_again(months: Path, keys: dict[str, Any], reason: str | None) -> None:
    assert reason_of(months, **keys) == reason


def test_a_file_that_changed_or_is_gone_or_has_other_columns_is_noticed(months: Path) -> None:
    write_month(months, "m2", [row("o7", 31)])
    assert reason_of(months) is None
    write_month(months, "m1", [row("o8", 31)])
    assert reason_of(months) == "m1.parquet changed"
    (months / "m2.parquet").unlink()
    assert reason_of(months) == "m2.parquet is gone"
    (months / "m2.parquet").write_bytes((months / "m1.parquet").read_bytes())
    assert reason_of(months) == "two files have the same content"


def test_the_state_is_written_after_the_lists_and_the_record_says_what_it_did(months: Path) -> None:
    write_month(months, "m2", [row("o4", 31)])
    job = job_of(months, state="state")
    kept = (months / "state" / "manifest.json").read_bytes()
    run = pipeline.run(job)
    assert (months / "state" / "manifest.json").read_bytes() == kept
    folder = write(run, job, OutputOptions(months / "out"))

    assert (months / "state" / "manifest.json").read_bytes() != kept
    record = json.loads((folder / "run.json").read_bytes())
    assert record["state"] == {"used": True, "read_anew": [str(months / "m2.parquet")], "why_not": None}
    assert "state" not in record["dataset"]
    plain = write(pipeline.run(job_of(months)), job_of(months), OutputOptions(months / "plain"))
    assert "state" not in json.loads((plain / "run.json").read_bytes())


def test_what_the_folder_has_already_is_not_written_again(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "YOUNG_NS", 10**18)  # what becomes old enough meanwhile would be written too

    def list_files() -> dict[str, int]:
        return {path.name: path.stat().st_ino for path in [months / "state", *(months / "state").iterdir()]}

    kept = list_files()
    assert reason_of(months) is None
    assert list_files() == kept
    assert reason_of(months, as_of=day(41)) is None
    assert kept.items() & list_files().items() == {("base.parquet", kept["base.parquet"])}


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({}, "state: used; read anew: no file"),
        ({"read_anew": ("a", "b")}, "state: used; read anew: a, b"),
        ({"why_not": "it is damaged", "read_anew": ("a",)}, "state: it is damaged; read all orders"),
        (
            {"why_not": "it is damaged", "not_kept": "no column holds order ids"},
            "state: it is damaged; read all orders; nothing is kept: no column holds order ids",
        ),
    ],
)
def test_what_became_of_a_state_is_said_in_one_line_and_in_the_record(facts: dict[str, Any], line: str) -> None:
    use = StateUse(folder=Path("state"), **facts)

    assert str(use) == line
    assert use.as_table() == {
        "used": "why_not" not in facts,
        "read_anew": [*facts.get("read_anew", ())],
        "why_not": facts.get("why_not"),
    }


def test_what_is_kept_next_is_packed_first_and_then_written_beside_what_was_before(months: Path) -> None:
    write_month(months, "m2", FEBRUARY)
    folder, job, memo = months / "next", job_of(months), make_memo([f"{months}/m1.parquet", f"{months}/m2.parquet"])

    for use in (StateUse(folder=folder), StateUse(folder=folder, memo=memo, before=(months / "state",))):
        with use.keep(job):
            assert not folder.exists()
        tables = use.pack()
    assert StateUse(folder=folder).pack() == {}
    assert list_generations(folder) == [folder, folder / "before-1"]
    kept = read_kept(folder, job).read_memo()
    for name in TABLES:
        assert getattr(kept, name).equals(getattr(memo, name))
        assert pl.read_parquet(tables[name]).equals(getattr(memo, name))


def test_after_an_answer_of_new_files_what_is_kept_is_packed_while_customers_are_graded(months: Path) -> None:
    job = job_of(months)
    for new in (False, True):
        if new:
            write_month(months, "m2", FEBRUARY)
        _, use = recall(job_of(months), begin_use(job, months / "state"))

        assert (use.packed is not None, use.memo is not None) == (new, new)
        tables = {name: pl.read_parquet(content) for name, content in use.pack().items()}
        assert [*tables] == ([*TABLES] if new else [])
        assert all(table.equals(getattr(use.memo, name)) for name, table in tables.items())


def test_of_a_run_that_begins_the_folder_is_known_and_the_files_as_they_are(
    months: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "YOUNG_NS", -(10**18))
    job = job_of(months)

    assert begin_use(job, months / "state") == StateUse(folder=months / "state", states=list_states(job.files))


KINDS = ("other sizes", "other bytes", "a fault", "damage", "answers", "answers with new files")


def test_of_what_was_kept_the_latest_that_fits_answers_and_two_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    job: Any = SimpleNamespace(files=[])
    for kinds in (kinds for length in range(1, 5) for kinds in product(KINDS, repeat=length)):
        _keep_generations(monkeypatch, kinds)
        fitting = [number for number, kind in enumerate(kinds) if kind != "other sizes"][:MOST_TRIED]
        number = next((number for number in fitting if kinds[number] != "other bytes"), 0)
        places = [Path(str(each)) for each in range(len(kinds))]
        try:
            found: Any = recall(job, StateUse(folder=Path("state")))
        except UnusableStateError as error:
            found = str(error)

        if kinds[number].startswith("answers"):
            has_new = kinds[number] == "answers with new files"
            answered, use = found
            assert answered == number
            assert use.before == (*places[number if has_new else number + 1 :],)
        else:
            assert found == ("it does not answer" if kinds[number] == "a fault" else f"{kinds[number]} of {number}")


def _keep_generations(monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...]) -> None:
    """Let there be what was kept one after the other, the latest first, and each come to something."""

    def read(place: Path, _: object) -> Path:
        if kinds[int(place.name)] == "damage":
            message = f"damage of {place}"
            raise UnusableStateError(message)
        return place

    def refuse(place: Path, _: object) -> dict[Path, int]:
        if kinds[int(place.name)] == "other sizes":
            message = f"other sizes of {place}"
            raise OtherFilesError(message)
        return {place: 1}

    def answer(place: Path, _: object, use: StateUse, sizes: dict[Path, int]) -> tuple[int, StateUse]:
        kind, number = kinds[int(place.name)], int(place.name)
        assert sizes == {place: 1}
        if kind == "other bytes":
            message = f"other bytes of {place}"
            raise OtherFilesError(message)
        if kind == "a fault":
            raise OSError
        return number, replace(use, read_anew=("new",) if kind == "answers with new files" else ())

    monkeypatch.setattr(keeping, "list_generations", lambda _: [Path(str(number)) for number in range(len(kinds))])
    for name, double in (("read_kept", read), ("_refuse_other_files", refuse), ("_recall", answer)):
        monkeypatch.setattr(keeping, name, double)


def test_a_table_that_gives_its_files_other_columns_is_read_again(months: Path) -> None:
    file: Any = replace(job_of(months).files[0], columns=())

    with pytest.raises(UnusableStateError, match=OTHER_COLUMNS):
        recall(job_of(months)._replace(files=[file]), StateUse(folder=months / "state"))

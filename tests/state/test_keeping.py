"""When the state answers, and why it does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine import pipeline
from rfm_engine.output.writer import OutputOptions, write
from rfm_engine.state import base, keeping, unchanged
from tests.laws.months import FEBRUARY, JANUARY, day, job_of, reason_of, row, write_month
from tests.laws.months import refresh as run_twice

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.mark.parametrize("keys", [{"keep_status": ["paid", "gone"]}, {"region": ["north", "west"]}])
def test_what_no_row_has_is_told_with_the_values_of_all_files(tmp_path: Path, keys: dict[str, Any]) -> None:
    write_month(tmp_path, "m1", [*JANUARY, row("o8", 8, order_status="void", region="south")])
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    write_month(
        tmp_path,
        "m2",
        [row("o9", 34, order_status="lost", region="east"), row("o10", 34), row("o11", 34, order_status=" void ")],
    )
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


def test_a_window_beyond_the_last_one_is_read_again(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", [*JANUARY, row("o9", 70)])
    assert reason_of(tmp_path, since=day(0)) == "nothing is kept yet"
    assert reason_of(tmp_path, since=day(2), as_of=day(50)) is None
    assert reason_of(tmp_path, since=day(60), as_of=day(90)) == "the window has no day in common with the last one"


@pytest.mark.parametrize(
    ("since", "as_of", "reason"),
    [
        (5, 40, None),
        (40, 40, None),
        (6, 41, None),
        (5, 39, "the window moved back"),
        (4, 40, "the window moved back"),
        (4, 41, "the window moved back"),
        (None, 41, "the window moved back"),
        (41, 42, "the window has no day in common with the last one"),
    ],
)
def test_a_window_that_moves_on_is_answered_while_it_meets_the_last_one(
    tmp_path: Path, since: int | None, as_of: int, reason: str | None
) -> None:
    write_month(tmp_path, "m1", [row(f"o{number}", number) for number in (3, 4, 5, 6, 39, 40, 41, 42)])
    assert reason_of(tmp_path, since=day(5)) == "nothing is kept yet"
    assert reason_of(tmp_path, since=None if since is None else day(since), as_of=day(as_of)) == reason


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

"""`rfm-engine verify`: what differs between a run's files, its orders and its record."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.terminal import Answer, everything_below, rfm


def test_an_untouched_run_is_what_its_record_says(finished_run: Path) -> None:
    assert rfm("verify", finished_run) == Answer(0, "2 inputs and 5 outputs are what run.json says\n", "")


def test_verifying_changes_nothing(finished_run: Path) -> None:
    before = everything_below(Path())

    rfm("verify", finished_run)

    assert everything_below(Path()) == before


def test_any_byte_that_changes_is_noticed(finished_run: Path) -> None:
    for path in (*finished_run.rglob("*.csv"), *finished_run.rglob("*.xlsx"), Path("orders/0.csv")):
        content = path.read_bytes()
        for place in {0, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            assert rfm("verify", finished_run).code == 1, (path, place)
        path.write_bytes(content)

    assert rfm("verify", finished_run).code == 0


@pytest.mark.parametrize("moved", ["archive/orders", "archive"])
def test_orders_that_were_moved_are_found_where_they_are_said_to_be(moved: str, finished_run: Path) -> None:
    Path(moved).parent.mkdir(exist_ok=True)
    shutil.move("orders", moved)
    assert rfm("verify", finished_run).code == 1

    assert rfm("verify", finished_run, "--orders-in", "archive").code == 0

    next(Path("archive").rglob("0.csv")).write_text("")
    changed = rfm("verify", finished_run, "--orders-in", "archive")
    assert (changed.code, "input orders/0.csv (now archive/" in changed.out) == (1, True)


def test_a_relative_input_is_looked_for_where_the_command_runs(
    finished_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, run = Path.cwd(), finished_run.resolve()
    (home / "elsewhere").mkdir()
    monkeypatch.chdir(home / "elsewhere")

    answer = rfm("verify", run)

    assert answer.code == 1
    assert answer.out == (
        "input orders/0.csv: missing\ninput orders/1.csv: missing\n"
        f"(inputs were looked for in {home / 'elsewhere'}; say where they are with --orders-in)\n"
    )
    assert rfm("verify", run, "--orders-in", "..").code == 0


def test_links_and_empty_folders_are_extra_and_a_link_in_place_of_a_file_is_a_difference(finished_run: Path) -> None:
    (finished_run / "notes").mkdir()
    (finished_run / "elsewhere").symlink_to(finished_run / "north")
    (finished_run / "south" / "customers.csv").rename(finished_run.with_name("away.csv"))
    (finished_run / "south" / "customers.csv").symlink_to(finished_run.with_name("away.csv").resolve())

    answer = rfm("verify", finished_run)

    assert answer.out.splitlines() == [
        "output south/customers.csv: a link, not the file",
        "output elsewhere@: extra, no run wrote it",
        "output notes/: extra, no run wrote it",
        "output south/customers.csv@: extra, no run wrote it",
    ]

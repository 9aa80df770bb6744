"""A long run shows its progress on a terminal, and nowhere else."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from rfm_engine.cli.display import progress
from rfm_engine.cli.display.progress import ProgressTimer, bytes_read, format_progress
from rfm_engine.system.signals import CLEAR
from tests.processes import COMMAND, began, ended, orders_file
from tests.terminal import AS_OF

if TYPE_CHECKING:
    from pathlib import Path

pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")

AT_ONCE = "from rfm_engine.cli.display import progress; progress.PATIENCE_SECONDS = 0; progress.EVERY_SECONDS = 0.01"
ENDLESS = f"""
{AT_ONCE}
from rfm_engine import pipeline
from time import sleep
def run(job, cache, clock):
    clock.lap("read")
    print("running", file=sys.__stdout__, flush=True)
    sleep(1_000)
pipeline.run = run
"""


class Seen(NamedTuple):
    """What a command on a terminal left behind: exit code, standard output, and what the terminal was sent."""

    code: int
    out: str
    terminal: str


def on_terminal(*words: object, before: str = AT_ONCE, stop: str = "", **variables: str) -> Seen:
    """Run `rfm-engine` with standard error on a terminal; interrupt it when it has printed `stop`."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", f"{before}\n{COMMAND}", *map(str, words)],
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100", "PYTHONUTF8": "1"} | variables,
        stdout=subprocess.PIPE,
        stderr=its,
        text=True,
        encoding="utf-8",
    ) as process:
        os.close(its)
        assert process.stdout
        out = process.stdout.readline() if stop else ""
        if stop:
            assert out.strip() == stop
            process.send_signal(signal.SIGINT)
        sent = b""
        while block := _read(ours):
            sent += block
        os.close(ours)
        out += process.stdout.read()
    return Seen(process.returncode, out, sent.decode())


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # so Linux reports the end
        return b""


def test_each_stage_and_dataset_is_shown_and_the_line_is_gone_in_the_end(tmp_path: Path) -> None:
    for name in ("a", "b"):
        orders_file(tmp_path / f"{name}.csv", 20_000)
        (tmp_path / f"{name}.toml").write_text(f'name = "{name}"\norders = ["{name}.csv"]\nas_of = 2025-07-01\n')

    seen = on_terminal("run", tmp_path / "a.toml", tmp_path / "b.toml", "--output", tmp_path / "output")

    lines = seen.terminal.split(CLEAR)
    assert (seen.code, lines[0], lines[-1]) == (0, "", ""), seen
    shown = [line for line in lines if line]
    assert all(
        re.fullmatch(r"[12] of 2, [ab]: [a-z ]+, (.* read, .*MB/s, )?\d+ s(, about .* left)?", line) for line in shown
    )
    assert {line.partition(":")[0] for line in shown} == {"1 of 2, a", "2 of 2, b"}
    assert "\x1b" not in seen.out


def test_a_short_run_shows_nothing(shop: Path, tmp_path: Path) -> None:
    patient = "from rfm_engine.cli.display import progress; progress.PATIENCE_SECONDS = 1_000"

    seen = on_terminal("run", "--orders", shop, *AS_OF, "--output", tmp_path / "output", before=patient)

    assert (seen.code, seen.terminal) == (0, "")


@pytest.mark.parametrize(("more", "kind"), [(["--quiet"], "xterm"), ([], "dumb")])
def test_a_run_that_shall_be_quiet_or_a_terminal_that_cannot_take_a_line_away_shows_nothing(
    more: list[str], kind: str, shop: Path, tmp_path: Path
) -> None:
    seen = on_terminal("run", "--orders", shop, *AS_OF, "--output", tmp_path / "output", *more, TERM=kind)

    assert (seen.code, seen.terminal) == (0, "")


def test_a_piped_run_shows_nothing(shop: Path, tmp_path: Path) -> None:
    code, _, err = ended(began("run", "--orders", shop, *AS_OF, "--output", tmp_path / "output", before=AT_ONCE))

    assert (code, err) == (0, "")


def test_ctrl_c_takes_the_line_away_first(shop: Path, tmp_path: Path) -> None:
    words = ("run", "--orders", shop, *AS_OF, "--output", tmp_path / "output")

    seen = on_terminal(*words, before=ENDLESS, stop="running")

    assert seen.code == 130
    assert seen.terminal.endswith(f"{CLEAR}stopped; nothing was left half-written\r\n")
    assert not list((tmp_path / "output").glob("*"))


def test_a_name_that_is_longer_than_the_terminal_is_cut(tmp_path: Path) -> None:
    orders = orders_file(tmp_path / f"{'泰安智能窗帘' * 6}.csv", 20_000)

    seen = on_terminal("run", "--orders", orders, *AS_OF, "--output", tmp_path / "output", COLUMNS="40")

    shown = [line for line in seen.terminal.split(CLEAR) if line]
    assert shown
    assert {line for line in shown if len(line) > 20} == set(), "20 signs of double width fill 40 columns"


@pytest.mark.parametrize(
    ("seconds", "read", "total", "expected"),
    [
        (0.2, 0, None, "a: clean, 0 s"),
        (10, 50_000_000, 1_000_000_000, "a: clean, 50 of 1,000 MB read, 5 MB/s, 10 s, about 3 min 10 s left"),
        (100, 10**9, 7_300_000_000, "a: clean, 1,000 of 7,300 MB read, 10 MB/s, 1 min 40 s, about 10 min 30 s left"),
        (10, 10**8, 10**8, "a: clean, 100 of 100 MB read, 10 MB/s, 10 s"),
        (10, 10**8, None, "a: clean, 100 MB read, 10 MB/s, 10 s"),
    ],
)
def test_the_line_shows_what_is_known(seconds: float, read: int, total: int | None, expected: str) -> None:
    assert format_progress("a: clean", seconds, read, total, left_known=True) == expected


@pytest.mark.parametrize(
    ("stage", "gigabytes", "expected"),
    [
        ("aggregate", 0.04, False),
        ("aggregate", 0.06, True),
        ("read", 0.9, False),
        ("read", 1.9, False),
        ("read", 2.1, True),
    ],
)
def test_the_time_left_is_reported_once_the_bytes_allow_it(
    stage: str,
    gigabytes: float,
    expected: bool,  # noqa: FBT001 a case
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, read = itertools.count(0, 10), [0, int(gigabytes * 10**9)]
    monkeypatch.setattr(progress, "monotonic", lambda: next(now))
    monkeypatch.setattr(progress, "bytes_read", lambda: read[0])
    clock = ProgressTimer("a", (stage, (1 if stage == "aggregate" else 3) * 10**9))
    if stage == "aggregate":
        clock.lap("clean")
    read.pop(0)

    assert (" left" in clock.line()) is expected


def test_of_all_is_reported_in_the_one_stage_that_reads_all_and_only_while_it_holds(tmp_path: Path) -> None:
    if bytes_read() is None:
        pytest.skip("this system does not count what a process reads")
    (tmp_path / "file").write_bytes(bytes(3_000_000))
    clock = ProgressTimer("a", ("clean", 5_000_000))

    (tmp_path / "file").read_bytes()
    before = clock.line()
    clock.lap("read")
    (tmp_path / "file").read_bytes()
    during = clock.line()
    (tmp_path / "file").read_bytes()
    beyond = clock.line()
    clock.lap("clean")
    after = clock.line()

    assert before.startswith("a: read, 3 MB read, ")
    assert during.startswith("a: clean, 3 of 5 MB read, ")
    assert beyond.startswith("a: clean, 6 MB read, ")
    assert after == "a: aggregate, 0 s"

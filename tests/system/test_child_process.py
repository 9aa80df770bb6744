"""A run's process may end suddenly: it is told as an error, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.processes import alive

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the work is done in the process itself there")
WORK = """
import os, signal, sys
from rfm_engine.system.child_process import run_in_child_process
run_in_child_process(lambda: {})
"""


def supervise(work: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Do some work, a Python expression, under supervision."""
    command = [sys.executable, "-c", WORK.format(work)]
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("code", [0, 1, 2, 130])
def test_the_exit_code_and_what_python_writes_are_those_of_the_work(code: int) -> None:
    done = supervise(f"(print('out'), print('err', file=sys.stderr), sys.exit({code}))")

    assert (done.returncode, done.stdout, done.stderr) == (code, "out\n", "err\n")


def test_the_work_ends_at_once_after_its_last_words() -> None:
    bye = "__import__('atexit').register(print, 'bye')"
    done = supervise(f"({bye}, setattr(sys, 'kept', type('Kept', (), {{'__del__': lambda _: print('freed')}})()))")
    told = supervise(f"({bye}, sys.exit('why'))")

    assert (done.returncode, done.stdout, done.stderr) == (0, "bye\n", "")
    assert (told.returncode, told.stdout, told.stderr) == (1, "bye\n", "why\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no disk that is always full")
@pytest.mark.parametrize("words", [["schemes"], ["schemes", "--json"], ["run", "--help"]], ids=" ".join)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_words_that_cannot_be_written_are_a_failure_in_one_line(words: list[str], unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "rfm_engine", *words]
        env = os.environ | {"PYTHONUNBUFFERED": unbuffered}
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=env, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == "error: what the command prints could not be written: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix closes the output")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_command_whose_output_its_caller_closed_does_its_work(unbuffered: str) -> None:
    command = ["sh", "-c", f"'{sys.executable}' -m rfm_engine schemes >&-"]
    done = subprocess.run(
        command, capture_output=True, env=os.environ | {"PYTHONUNBUFFERED": unbuffered}, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_exception_is_shown_and_fails() -> None:
    done = supervise("1 / 0")

    assert done.returncode == 1
    assert done.stderr.count("ZeroDivisionError") == 1


def test_what_native_code_writes_is_kept_for_the_message_of_a_sudden_end() -> None:
    done = supervise("(os.write(2, b'\\nallocation of 9 bytes failed\\nstack'), os.abort())")

    assert done.returncode == 1
    assert done.stderr.startswith("error: the reader of order files broke down (allocation of 9 bytes failed; SIGABRT)")
    assert done.stderr.count("\n") == 1


def test_what_native_code_writes_of_a_run_that_succeeds_is_not_shown_unless_requested() -> None:
    quiet, verbose = (
        supervise("os.write(2, b'note')"),
        supervise("os.write(2, b'note')", POLARS_VERBOSE="1"),
    )

    assert (quiet.returncode, quiet.stderr) == (0, "")
    assert (verbose.returncode, verbose.stderr) == (0, "note")


def test_without_a_place_for_temporary_files_a_sudden_end_is_reported_all_the_same() -> None:
    nowhere = "import tempfile; tempfile.tempdir = '/nowhere'; "
    command = [sys.executable, "-c", nowhere + WORK.format("(os.write(2, b'note'), os.abort())")]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("error: the reader of order files broke down (SIGABRT)")


def test_a_run_that_the_system_kills_for_want_of_memory_says_so() -> None:
    done = supervise("os.kill(os.getpid(), signal.SIGKILL)")

    assert done.returncode == 1
    assert done.stderr.startswith("error: the system killed the run")
    assert "--memory-budget" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_killed_command_leaves_no_process_behind() -> None:
    process = waiting()
    worker = worker_of(process)

    process.kill()
    process.communicate()

    assert within(10, lambda: not alive(worker))


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_to_the_command_ends_its_work_without_a_word(name: str) -> None:
    process = waiting()
    worker = worker_of(process)

    process.send_signal(getattr(signal, name))
    _, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (128 + getattr(signal, name), "")
    assert not alive(worker)


def waiting() -> subprocess.Popen[str]:
    """Start work that tells its process and waits."""
    command = [sys.executable, "-c", WORK.format("(print(os.getpid(), flush=True), signal.pause())")]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, preexec_fn=listening)  # noqa: PLW1509 one thread


def listening() -> None:
    """Heed every signal, whatever the tests' own process ignores."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def worker_of(process: subprocess.Popen[str]) -> int:
    """Return the process that does the work."""
    assert process.stdout
    return int(process.stdout.readline())


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Wait until something holds, and return whether it does."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()

"""Run a command as a fresh process and report what it took; also a script, so that a small process starts it.

Linux counts what the starting process held towards the child's peak memory, so the child is started by this file alone
(`python -I -S processes.py`, 9 MB), never by a process that has loaded data.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from compileall import compile_dir
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
TAIL = 2000


class Usage(NamedTuple):
    """What one process took; `code` is its exit code, `said` the end of what it wrote to stderr."""

    wall_seconds: float
    user_seconds: float
    sys_seconds: float
    peak_bytes: int
    code: int
    said: str


def compile_modules() -> None:
    """Compile our modules, as pip does where it installs them: else each start of a checkout may compile them again.

    That took 0.07 of 0.43 s where the environment forbids to keep bytecode.
    """
    for folder in ("rfm_engine", "bench"):
        compile_dir(ROOT / folder, quiet=1)


def measure_process(words: Sequence[str], timeout_seconds: float = 3600) -> Usage:
    """Run the words as a process from the project's root and wait for it; one that takes longer is killed.

    What was written before is on the disk first: a run that puts its own files there would wait for those too.
    """
    os.sync()
    launcher = [sys.executable, "-I", "-S", __file__, str(timeout_seconds), *words]
    with subprocess.Popen(launcher, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 our own words
        try:
            printed, said = process.communicate()
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise RuntimeError(said)
    return Usage(**json.loads(printed.splitlines()[-1]), said=said[-TAIL:])


def launch(timeout_seconds: float, words: list[str]) -> dict[str, float]:
    """Start the words, wait, and return the resources as the kernel counted them."""
    since = time.perf_counter()
    child = os.posix_spawnp(
        words[0],
        words,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)],
        setpgroup=0,
    )

    def stop(_number: int, _frame: object) -> None:
        os.killpg(child, signal.SIGKILL)

    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    signal.setitimer(signal.ITIMER_REAL, timeout_seconds)
    _, status, taken = os.wait4(child, 0)
    wall = time.perf_counter() - since
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "wall_seconds": wall,
        "user_seconds": taken.ru_utime,
        "sys_seconds": taken.ru_stime,
        "peak_bytes": taken.ru_maxrss * unit,
        "code": os.waitstatus_to_exitcode(status),
    }


if __name__ == "__main__":
    print(json.dumps(launch(float(sys.argv[1]), sys.argv[2:])))  # noqa: T201 read by `measure_process`

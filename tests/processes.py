"""Runs as processes of their own, which a test may kill, starve or disturb."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.engine import write_orders
from tests.terminal import everything_below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine import Row

COLUMNS = ("customer_id", "order_id", "store_code", "region", "product_name", "order_amount", "order_time")
STAGED_ON_DISK = """
from rfm_engine.orders import staging
staging.FEW_BYTES, staging.IN_MEMORY_BYTES, staging.IN_MEMORY_SHARE = 0, 0, 10**18
"""
COMMAND = "import sys; from rfm_engine.__main__ import main; main()"
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def dirty_orders(rows: int, seed: int = 11) -> list[Row]:
    """Return orders of which some repeat, conflict, or cannot be used."""
    draw = random.Random(seed)
    start = datetime(2024, 1, 1)
    return [
        {
            "customer_id": f"c{int(draw.paretovariate(0.8)) % (rows // 4)}" if number % 61 else "",
            "order_id": f"o{number - number % 97 // 96}",
            "store_code": f"s{draw.randrange(9)}",
            "region": draw.choice(["四川省", "山东省", "海南省"]),
            "product_name": draw.choice(["帐篷", "lamp", ""]),
            "order_amount": f"{draw.randrange(-200, 99_999) / 100:.2f}",
            "order_time": str(start + timedelta(seconds=draw.randrange(48_000_000))) if number % 53 else "30.02.2025",
        }
        for number in range(rows)
    ]


def orders_file(path: Path, rows: int, encoding: str = "utf-8") -> Path:
    """Write dirty orders as CSV."""
    write_orders(path, dirty_orders(rows), COLUMNS)
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    return path


def began(
    *words: object, before: str = "", variables: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.Popen[str]:
    """Start `rfm-engine` as a process that minds signals; `before` are statements that come first."""
    return subprocess.Popen(
        [sys.executable, "-c", f"{before}\n{COMMAND}", *map(str, words)],
        env=os.environ | (variables or {}),
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 one thread
    )


def ended(process: subprocess.Popen[str], seconds: float = 120) -> tuple[int, str, str]:
    """Wait for a process; return its exit code (less than 0: the signal that killed it) and what it printed."""
    out, err = process.communicate(timeout=seconds)
    return process.returncode, out, err


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a command, and wait until the process that does its work is gone too: it holds the claim on what it left."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    workers = [int(worker) for worker in listed.read_text().split()] if listed.exists() else []
    process.kill()
    process.wait()
    while any(map(alive, workers)):
        time.sleep(0.001)


def alive(process: int) -> bool:
    """Return whether a thread of a process is there and no mere entry of the system's table.

    The first thread may have ended before others, which hold the locks of all until then.
    """
    return any(map(_is_running, Path("/proc").glob(f"{process}/task/*/stat")))


def _is_running(stat: Path) -> bool:
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def succeeded(*words: object, **how: Any) -> str:  # noqa: ANN401 as `began`
    """Run `rfm-engine` as a process and expect it to succeed; return what it printed."""
    code, out, err = ended(began(*words, **how))
    assert code == 0, err
    assert "Traceback" not in err, err
    return out


def without_record(folder: Path) -> dict[str, bytes]:
    """Return a run's files but for run.json, which tells the seconds."""
    return {name: content for name, content in everything_below(folder).items() if name != "run.json"}


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Give a file system of its own; skips the test where none can be mounted."""
    if not ROOT:
        pytest.skip("only root may mount a small disk")
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607


def fill(folder: Path, free_kilobytes: int) -> None:
    """Leave so much room on the disk and no more."""
    stated = os.statvfs(folder)
    taken = stated.f_bavail * stated.f_frsize - free_kilobytes * 1024
    (folder / "ballast").write_bytes(bytes(max(taken, 0)))


class Place(NamedTuple):
    """Orders, a folder for results with a run in it, and one for temporary files."""

    orders: Path
    output: Path
    temporary: Path

    @property
    def folder(self) -> Path:
        return self.output / "orders"

    def words(self, as_of: str = "2025-07-01", *more: object) -> list[object]:
        rest = ["--as-of", as_of, "--encoding", "gb18030", *more]
        return ["run", "--orders", self.orders, *rest, "--output", self.output, "--quiet"]

    def left_overs(self) -> list[str]:
        """Return what lies about besides the run."""
        found = [path.name for path in (*self.output.iterdir(), *self.temporary.iterdir())]
        return sorted({*found} - {"orders"})

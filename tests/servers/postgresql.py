"""A PostgreSQL server of the tests' own, on a socket, that goes away with them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS: Final = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
needs_postgresql = pytest.mark.skipif(
    PROGRAMS is None and not os.environ.get("CI"), reason="needs PostgreSQL: apt-get install postgresql"
)


@contextmanager
def serve() -> Iterator[Path]:
    """Give the folder of the socket of a new server, of a locale that does not sort by bytes where there is one."""
    assert PROGRAMS is not None, "CI needs PostgreSQL"
    place = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(place, "postgres")
    made = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "-N")
    try:
        _as_server(PROGRAMS / "initdb", "-D", place / "data", *made)
        start(place)
        yield place
        _as_server(PROGRAMS / "pg_ctl", "-D", place / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place)


def start(place: Path) -> None:
    """Start the server of a folder, once more after `kill`."""
    options = f"-k {place} -c listen_addresses='' -c fsync=off"
    _as_server(f"{PROGRAMS}/pg_ctl", "-D", place / "data", "-w", "-o", options, "-l", place / "log", "start")


def kill(place: Path) -> None:
    """End all processes of a server at once, as a failing machine does."""
    first = int((place / "data" / "postmaster.pid").read_text("utf-8").split()[0])
    family = [*map(int, Path(f"/proc/{first}/task/{first}/children").read_text("utf-8").split()), first]
    os.kill(first, signal.SIGSTOP)  # it starts no further ones meanwhile
    for process in family:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    while any(map(_is_alive, family)):
        time.sleep(0.01)
    for lock in (place / "data" / "postmaster.pid", *place.glob(".s.PGSQL.*.lock")):
        lock.unlink()  # a killed process that no one has waited for still counts as one


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _as_server(*words: object) -> None:
    """Run a program as the user of the server, which refuses to work as root."""
    command = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*command, *map(str, words)], check=True, stdout=subprocess.DEVNULL, cwd="/")


def ask(place: Path, *words: str, rows: str | None = None) -> bytes:
    """Return what psql prints, as CSV."""
    connection = ("-h", str(place), "-U", "postgres", "-v", "ON_ERROR_STOP=1", "--csv", "-q")
    given = None if rows is None else rows.encode()
    done = subprocess.run([f"{PROGRAMS}/psql", *connection, *words], check=True, capture_output=True, input=given)
    return bytes(done.stdout)


def address(place: Path, user: str = "postgres") -> str:
    """Return the URI of the server's database, without a password."""
    return f"postgresql://{user}@/postgres?host={place}"

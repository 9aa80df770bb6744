"""A MariaDB server of the tests' own, on a socket, that goes away with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER: Final = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_mariadb = pytest.mark.skipif(
    SERVER is None and not os.environ.get("CI"), reason="needs MariaDB: apt-get install mariadb-server"
)
BEGIN_SECONDS: Final = 30


@contextmanager
def serve() -> Iterator[Path]:
    """Give the socket of a new server with a database `shop`, whose user `root` has no password."""
    assert SERVER is not None, "CI needs MariaDB"
    place = Path(tempfile.mkdtemp(prefix="my-", dir="/tmp"))
    account = ["--user=mysql"] if os.geteuid() == 0 else []
    if account:
        shutil.chown(place, "mysql")
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={place / 'data'}", *account]
    subprocess.run(
        [*install, "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"],
        check=True,
        capture_output=True,
    )
    words = [f"--datadir={place / 'data'}", f"--socket={place / 'socket'}", "--skip-networking", *account]
    with (place / "log").open("w") as log:
        server = subprocess.Popen([SERVER, "--no-defaults", *words], stderr=log, stdout=log)
    try:
        end = time.monotonic() + BEGIN_SECONDS
        while not (place / "socket").exists() and server.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        ask(place / "socket", "create database shop character set utf8mb4", database="mysql")
        yield place / "socket"
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(place)


def ask(socket: Path, statements: str, database: str = "shop") -> str:
    """Return what the server's own client prints."""
    command = ["mariadb", "--no-defaults", "-S", str(socket), "-u", "root", "--batch", "--skip-column-names"]
    done = subprocess.run(
        [*command, "--local-infile=1", "--default-character-set=utf8mb4", database],
        check=True,
        capture_output=True,
        input=statements.encode(),
    )
    return done.stdout.decode()


def address(socket: Path, user: str = "root") -> str:
    """Return the URI of the server's database, without a password."""
    return f"mysql://{user}@localhost/shop?unix_socket={socket}"

"""Folders that belong to one living process: marked and locked by a file inside, removed when their owner is gone."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

RANDOM: Final = "[a-z0-9_]{8}"
"""What `locked_dir` puts between prefix and suffix."""

LOCK: Final = ".rfm-engine.lock"
MARK: Final = b"An unfinished folder of rfm-engine. It is removed when the process that holds this lock has ended.\n"
"""Only a folder whose lock file says so is ever removed; a name alone may be anybody's."""

replace_lock: Final = Lock()
"""Held while a locked folder is put in its place; `remove_own_dirs` waits for it and keeps it from then on."""

PATIENCE_SECONDS: Final = 0.3
TRIES: Final = 3
"""A thread that goes on writing into a folder may add a file while the others are removed."""

_own_dirs: set[Path] = set()


@contextmanager
def locked_dir(parent: Path, prefix: str, suffix: str = "") -> Iterator[Path]:
    """Give a new folder, closed to other users, that no other process removes; it goes away with the block.

    Raises:
        OSError: It cannot be made there.
    """
    path, lock = _make_locked(parent, prefix, suffix)
    _own_dirs.add(path)
    try:
        yield path
    finally:
        if sys.platform == "win32":  # it removes no open file
            os.close(lock)
        remove_dir(path)
        _own_dirs.discard(path)
        if sys.platform != "win32":
            os.close(lock)


@contextmanager
def lock_if_abandoned(path: Path) -> Iterator[bool]:
    """Give whether the folder carries our mark and its owner has ended; then it is ours alone while the block runs."""
    lock = _lock(path)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            os.close(lock)


def find_dirs(parent: Path, name: re.Pattern[str]) -> list[Path]:
    """Return the folders whose whole name matches, sorted; no links; none where the parent cannot be listed."""
    try:
        with os.scandir(parent) as entries:
            found = [entry for entry in entries if name.fullmatch(entry.name)]
            return sorted(parent / entry.name for entry in found if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def remove_abandoned(parent: Path, name: re.Pattern[str]) -> None:
    """Remove the matching folders that carry our mark and whose owners have ended."""
    for path in find_dirs(parent, name):
        with lock_if_abandoned(path) as is_abandoned:
            if is_abandoned:
                remove_dir(path)


def remove_own_dirs() -> None:
    """Remove every locked folder of this process; for a process that ends right afterwards."""
    if replace_lock.acquire(timeout=PATIENCE_SECONDS):
        for path in [*_own_dirs] * TRIES:
            remove_dir(path)


def remove_dir(path: Path) -> None:
    """Remove a locked folder, its mark last, so that what a killed process leaves of it is still known as ours."""
    with suppress(OSError):
        for entry in [entry for entry in os.scandir(path) if entry.name != LOCK]:
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry, ignore_errors=True)
            else:
                os.unlink(entry)  # noqa: PTH108 as scandir gives it
        (path / LOCK).unlink()
        path.rmdir()


def _make_locked(parent: Path, prefix: str, suffix: str) -> tuple[Path, int]:
    while True:
        path = Path(mkdtemp(suffix, prefix, parent))
        with suppress(FileNotFoundError, BlockingIOError):  # another process took it for a dead one's: once more
            lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with suppress(NotImplementedError):
                    _take(lock)
                os.write(lock, MARK)
                (path / LOCK).stat()  # it may have been removed before it was locked
            except BaseException:
                os.close(lock)
                remove_dir(path)
                raise
            return path, lock


def _lock(path: Path) -> int | None:
    """Return a descriptor that holds the lock of a folder with our mark; None where it is another's or a stranger's."""
    try:
        lock = os.open(path / LOCK, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    content = os.read(lock, len(MARK) + 1)
    try:
        if content == MARK or (not content and os.listdir(path) == [LOCK]):  # noqa: PTH208 names alone
            _take(lock)
            return lock
    except (OSError, NotImplementedError):
        pass
    os.close(lock)
    return None


def _take(lock: int) -> None:
    """Lock an open file; the lock dies with its process, however that ends, which no process id in a file does.

    Raises:
        BlockingIOError: Another process holds it.
        NotImplementedError: There are no locks (Windows, some network shares); then no folder counts as abandoned.
    """
    if sys.platform == "win32":
        raise NotImplementedError
    import fcntl  # noqa: PLC0415 Windows has none

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError as error:
        raise NotImplementedError from error

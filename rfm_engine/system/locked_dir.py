"""Folders that belong to one living process; those of dead ones are told by their free lock, and taken away."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

RANDOM: Final = "[a-z0-9_]{8}"
"""What `claimed` puts between prefix and suffix."""

replace_lock: Final = Lock()
"""Held while a claimed folder is put in its place; `remove_own_dirs` waits for it, and nobody gets it afterwards."""

PATIENCE_SECONDS: Final = 0.3
TRIES: Final = 3
"""A thread that goes on writing into a folder may add a file while the others are removed."""

_own_dirs: set[Path] = set()


@contextmanager
def locked_dir(parent: Path, prefix: str, suffix: str = "") -> Iterator[Path]:
    """Give a new folder that nobody else takes away while this process lives; it goes away with the block.

    Raises:
        OSError: It cannot be made there.
    """
    path, lock = _make_locked(parent, prefix, suffix)
    _own_dirs.add(path)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        _own_dirs.discard(path)
        if lock is not None:
            os.close(lock)


@contextmanager
def lock_if_abandoned(path: Path) -> Iterator[bool]:
    """Tell whether a folder's owner is dead; while the block runs, it is ours alone."""
    lock = _lock(path, wait=False)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            os.close(lock)


def find_dirs(parent: Path, name: re.Pattern[str]) -> list[Path]:
    """Return the folders whose whole name matches, sorted; none where the parent cannot be looked through."""
    try:
        with os.scandir(parent) as entries:
            return sorted(parent / entry.name for entry in entries if name.fullmatch(entry.name) and entry.is_dir())
    except OSError:
        return []


def remove_abandoned(parent: Path, name: re.Pattern[str]) -> None:
    """Remove the matching folders of dead processes."""
    for path in find_dirs(parent, name):
        with lock_if_abandoned(path) as dead:
            if dead:
                shutil.rmtree(path, ignore_errors=True)


def remove_own_dirs() -> None:
    """Remove every folder this process has claimed; for a process that ends right afterwards."""
    if replace_lock.acquire(timeout=PATIENCE_SECONDS):
        for path in [*_own_dirs] * TRIES:
            shutil.rmtree(path, ignore_errors=True)


def _make_locked(parent: Path, prefix: str, suffix: str) -> tuple[Path, int | None]:
    while True:
        path = Path(mkdtemp(suffix, prefix, parent))
        lock = _lock(path, wait=True)
        if path.is_dir():
            return path, lock
        if lock is not None:  # a sweep came between the two lines
            os.close(lock)


def _lock(path: Path, *, wait: bool) -> int | None:
    """Return a descriptor that holds the folder's lock; None where another process holds it, or nobody can.

    A lock dies with its process, however that ends, which no file with a process id in it does. Without locks (Windows,
    some network shares) no folder counts as abandoned.
    """
    if sys.platform == "win32":
        return None
    import fcntl  # noqa: PLC0415 Windows has none

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor

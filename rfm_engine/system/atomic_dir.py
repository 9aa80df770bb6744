"""A folder that is written elsewhere and put in its place in one step."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from errno import EINVAL, ENOSYS, ENOTSUP
from itertools import chain, islice
from stat import S_IMODE
from typing import TYPE_CHECKING, Final

from rfm_engine.system.locked_dir import RANDOM, find_dirs, lock_if_abandoned, locked_dir, remove_dir, replace_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NEW: Final = "new"
OLD: Final = "old"
FLUSHES: Final = 8
MANY: Final = 500
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


@contextmanager
def atomic_dir(folder: Path, may_replace: Callable[[Path], None]) -> Iterator[Path]:
    """Give a new folder beside the target; after the block it takes the target's place, unless the block failed.

    `may_replace` checks the target just before; what it raises leaves the target as it was. The new folder and its
    files get the permissions of what they replace. Two processes that write the same target each write their own
    folder, and the later one stays.

    Raises:
        OSError: The folder cannot be written or moved; the target is as it was.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    recover(folder)
    with locked_dir(folder.parent, f".{folder.name}.", ".partial") as claim:
        new = claim / NEW
        new.mkdir()
        yield new
        _flush_all(new)
        with replace_lock:
            may_replace(folder)
            _keep_permissions(folder, new)
            _replace(new, folder)
        _sync(folder.parent)


def write_file(path: Path, content: bytes, like: Path) -> None:
    """Write a file beside its target, then put it in its place: a reader finds the old content or the new one.

    No one may read it who may not read the folder `like`.

    Raises:
        OSError: It can't be written; what was there before is untouched.
    """
    recover(path)
    with locked_dir(path.parent, f".{path.name}.", ".partial") as claim:
        new = claim / NEW
        new.write_bytes(content)
        new.chmod(new.stat().st_mode & like.stat().st_mode)
        _sync(new)
        with replace_lock:
            new.replace(path)
        _sync(path.parent)


def recover(folder: Path) -> None:
    """Undo what killed processes left beside the target: their unfinished folders go.

    A target that was moved out of the way, but not replaced yet, comes back.
    """
    folder = folder.resolve()
    name = re.compile(rf"\.{re.escape(folder.name)}\.{RANDOM}\.partial")
    with suppress(OSError):
        for claim in find_dirs(folder.parent, name):
            with lock_if_abandoned(claim) as dead:
                if dead:
                    _restore(claim / OLD, folder)
                    remove_dir(claim)


def _keep_permissions(old: Path, new: Path) -> None:
    """Give the new folder and each file in it the mode and group of its namesake: what was closed stays closed."""
    if not old.exists():
        return
    for path in _list_below(new):
        _copy_mode(f"{old}{path.removeprefix(str(new))}", path)


def _list_below(folder: Path) -> Iterator[str]:
    """Yield a folder, and every folder and file below it."""
    return (os.path.join(place, name) for place, _, names in os.walk(folder) for name in ("", *names))  # noqa: PTH118


def _copy_mode(old: str, new: str) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        wanted, there = (os.stat(path) for path in (old, new))  # noqa: PTH116 as os.walk gives it
        if (wanted.st_gid, wanted.st_mode) == (there.st_gid, there.st_mode):
            return
        with suppress(PermissionError, AttributeError):  # a group of others; Windows
            os.chown(new, -1, wanted.st_gid)
        os.chmod(new, S_IMODE(wanted.st_mode))  # noqa: PTH101 as os.walk gives it


def _restore(old: Path, folder: Path) -> None:
    if old.exists() and not folder.exists():
        old.rename(folder)


def _replace(new: Path, folder: Path) -> None:
    """Move the new folder to its place; the old one, if any, ends up where it will be removed."""
    try:
        new.rename(folder)  # nothing is there, or an empty folder
    except OSError:
        if not folder.is_dir():
            raise
        if not _exchange(new, folder):
            _rename_twice(new, folder)


def _rename_twice(new: Path, folder: Path) -> None:
    """Put the old folder out of the way, then the new one in its place; for file systems that cannot exchange."""
    old = new.with_name(OLD)
    folder.rename(old)
    try:
        new.rename(folder)
    finally:
        _restore(old, folder)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step that no reader sees between; False where the system has no such step."""
    if sys.platform != "linux":
        return False
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if swap is None:
        return False
    if not swap(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE):
        return True
    code = ctypes.get_errno()
    if code in (EINVAL, ENOSYS, ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _flush_all(folder: Path) -> None:
    """Wait until every byte below the folder is on disk, so that no power cut leaves a new folder of empty files.

    Several waits at once share the disk's work: 2,000 small files take 1 s, one after the other 6 to 12 s. Of many
    files Linux flushes all of the file system in one call, which takes no processor time for each.
    """
    paths = _list_below(folder)
    first = list(islice(paths, MANY + 1))
    if len(first) > MANY and _sync_file_system(folder):
        return
    with ThreadPoolExecutor(FLUSHES) as pool:
        for _ in pool.map(_sync, chain(first, paths)):
            pass


def _sync_file_system(folder: Path) -> bool:
    """Flush the file system of a folder, what others wrote there too; False where the system has no such call.

    Raises:
        OSError: Something could not be written.
    """
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if sys.platform == "linux" else None
    if call is None:
        return False
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if call(descriptor):
            raise OSError(code := ctypes.get_errno(), os.strerror(code), str(folder))
    finally:
        os.close(descriptor)
    return True


def _sync(path: str | Path) -> None:
    if sys.platform == "win32":
        return  # it opens no folder, and flushes files on close
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

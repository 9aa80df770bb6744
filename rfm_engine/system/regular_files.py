"""Files opened so that what was checked is what is read: no pipe that waits, no link where none may be."""

from __future__ import annotations

import os
from errno import EINVAL
from stat import S_ISREG
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path


def open_regular(path: str | Path, *, follow_links: bool = True) -> BufferedReader:
    """Open a file to read its bytes; the check is made on what is open, so that no other file can take its place.

    Raises:
        OSError: It is not there, is a folder, a pipe or a device, or is a link and links are not followed.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags if follow_links else flags | getattr(os, "O_NOFOLLOW", 0))
    if not S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(EINVAL, "not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def find_state(path: Path) -> tuple[int, ...] | None:
    """Return what shows that a file is another one or has other bytes; its change time can't be put back."""
    try:
        return describe_state(path.stat())
    except OSError:
        return None


def describe_state(status: os.stat_result) -> tuple[int, ...]:
    """Return what `find_state` does, of a file that is open."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns

"""Files opened so that what was checked is what is read: no pipe that waits, no link where none may be."""

from __future__ import annotations

import os
from errno import EINVAL
from stat import S_ISREG
from typing import TYPE_CHECKING, NamedTuple

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


class FileState(NamedTuple):
    """What shows that a file is another one, or has other bytes.

    Its time of modification can be put back, as rsync and tar do; that of its last change of any kind can not.
    """

    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int


def find_state(path: Path) -> FileState | None:
    """Return the state of a file; None where it is not there."""
    try:
        return describe_state(path.stat())
    except OSError:
        return None


def describe_state(status: os.stat_result) -> FileState:
    """Return what `find_state` does, of a file that is open."""
    return FileState(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

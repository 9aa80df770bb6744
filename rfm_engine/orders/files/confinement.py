"""Order files that must not leave a folder: opened first, then looked at, then read from what was opened."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rfm_engine.errors import UsageError
from rfm_engine.system.open_files import allow_open_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfm_engine.orders.files.order_file import OrderFile


@contextmanager
def hold_confined(files: Sequence[OrderFile]) -> Iterator[list[OrderFile]]:
    """Give the files, each that has a home to be read from what was opened, whatever its path names later.

    So no link can be put in the place of a file between the check and the reading. Where a system has no path for an
    open file (Windows), the paths are checked once more.

    Raises:
        UsageError: A file that lies elsewhere by now.
    """
    with ExitStack() as stack:
        allow_open_files(sum(file.home is not None for file in files))
        yield [_hold(file, file.home, stack) if file.home is not None else file for file in files]


def _hold(file: OrderFile, home: Path, stack: ExitStack) -> OrderFile:
    if os.name == "nt":
        _refuse_elsewhere(file, file.path.resolve(), home)
        return file
    descriptor = os.open(file.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    stack.callback(os.close, descriptor)
    _refuse_elsewhere(file, _path_of(descriptor), home)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        message = f"{file.path}: no file any more; run again when nobody writes to the folder"
        raise UsageError(message)
    return file.read_from(Path(f"/dev/fd/{descriptor}"))


def _path_of(descriptor: int) -> Path:
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415 Windows has none

        return Path(fcntl.fcntl(descriptor, fcntl.F_GETPATH, b"\0" * 1024).rstrip(b"\0").decode())
    return Path(f"/proc/self/fd/{descriptor}").readlink()


def _refuse_elsewhere(file: OrderFile, real: Path, home: Path) -> None:
    if not real.is_relative_to(home):
        message = f"{file.path}: was replaced by a link to {real}, outside the dataset's folder"
        raise UsageError(message)

"""The folder for temporary files, one for each process. Needs no Polars: it is there before Polars is imported."""

from __future__ import annotations

import atexit
import re
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Final

from rfm_engine.system.locked_dir import RANDOM, locked_dir, remove_abandoned

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX: Final = ".rfm-engine-"


def remove_abandoned_temp_dirs(parent: Path | None = None) -> None:
    """Remove the temporary files of processes that were killed, in the system's folder or another."""
    remove_abandoned(parent or Path(gettempdir()), re.compile(re.escape(PREFIX) + RANDOM))


@cache
def process_temp_dir(parent: Path | None = None) -> Path:
    """Return the process's folder for temporary files in the system's, or another; it goes away when the process ends.

    Raises:
        OSError: The folder that it is to stand in cannot be written.
    """
    place = Path(gettempdir()) if parent is None else parent.absolute()
    remove_abandoned_temp_dirs(place)
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(locked_dir(place, PREFIX))


@contextmanager
def temp_dir() -> Iterator[Path]:
    """Give an empty folder in `scratch` that goes away with the block."""
    with TemporaryDirectory(dir=process_temp_dir(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)

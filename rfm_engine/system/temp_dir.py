"""The folder for temporary files, one for each process. Needs no Polars: it is there before Polars is imported."""

from __future__ import annotations

import atexit
import re
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Final

from rfm_engine.system.locked_dir import RANDOM, claimed, sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX: Final = "rfm-engine-"


def sweep_scratch(parent: Path | None = None) -> None:
    """Remove the temporary files of processes that were killed, in the system's folder or another."""
    sweep(parent or Path(gettempdir()), re.compile(PREFIX + RANDOM))


@cache
def scratch(parent: Path | None = None) -> Path:
    """Return the process's folder for temporary files in the system's, or another; it goes away when the process ends.

    Raises:
        OSError: The folder that it is to stand in cannot be written.
    """
    place = Path(gettempdir()) if parent is None else parent.absolute()
    sweep_scratch(place)
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(claimed(place, PREFIX))


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give an empty folder in `scratch` that goes away with the block."""
    with TemporaryDirectory(dir=scratch(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)

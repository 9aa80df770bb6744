"""The folder for temporary files, one for each process."""

from __future__ import annotations

import atexit
import re
from contextlib import ExitStack, contextmanager
from errno import ENOSPC
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.claiming import RANDOM, claimed, sweep
from rfm_engine.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX: Final = "rfm-engine-"


def sweep_scratch() -> None:
    """Remove the temporary files of processes that were killed."""
    sweep(Path(gettempdir()), re.compile(PREFIX + RANDOM))


@cache
def scratch() -> Path:
    """Return the process's folder for temporary files; it goes away when the process ends.

    Raises:
        OSError: The system's folder for temporary files cannot be written.
    """
    sweep_scratch()
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(claimed(Path(gettempdir()), PREFIX))


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give an empty folder in `scratch` that goes away with the block."""
    with TemporaryDirectory(dir=scratch(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def is_full_disk(error: BaseException) -> bool:
    """Tell whether a write failed for want of space; Polars tells it in words alone."""
    return getattr(error, "errno", None) == ENOSPC or f"(os error {ENOSPC})" in str(error)


@contextmanager
def roomy() -> Iterator[None]:
    """Tell a full disk apart from orders that cannot be read.

    Raises:
        OutputError: There is no space left for temporary files.
    """
    try:
        yield
    except (OSError, pl.exceptions.ComputeError) as error:
        if not is_full_disk(error):
            raise
        message = f"{gettempdir()}: no space left for temporary files; free some, or name another place in TMPDIR"
        raise OutputError(message) from error

"""A full disk, reported as such and not as orders that cannot be read or results that cannot be written."""

from __future__ import annotations

from contextlib import contextmanager
from errno import ENOSPC
from tempfile import gettempdir
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def is_full_disk(error: BaseException) -> bool:
    """Return whether a write failed because the disk is full; Polars says so in words alone."""
    return getattr(error, "errno", None) == ENOSPC or f"(os error {ENOSPC})" in str(error)


@contextmanager
def reports_full_disk(place: Path | None = None) -> Iterator[None]:
    """Report a full disk as such, not as orders that cannot be read; `place` is the folder, if it is another.

    Raises:
        OutputError: There is no space left for temporary files.
    """
    try:
        yield
    except (OSError, pl.exceptions.ComputeError) as error:
        if not is_full_disk(error):
            raise
        folder = gettempdir() if place is None else place
        message = f"{folder}: no space left for temporary files; free some, or name another place in TMPDIR"
        raise OutputError(message) from error

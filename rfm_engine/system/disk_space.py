"""A full disk, told apart from orders that cannot be read and results that cannot be written."""

from __future__ import annotations

from contextlib import contextmanager
from errno import ENOSPC
from tempfile import gettempdir
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


def is_full_disk(error: BaseException) -> bool:
    """Tell whether a write failed for want of space; Polars tells it in words alone."""
    return getattr(error, "errno", None) == ENOSPC or f"(os error {ENOSPC})" in str(error)


@contextmanager
def reports_full_disk() -> Iterator[None]:
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

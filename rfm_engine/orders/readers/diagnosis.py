"""What Polars finds wrong while it reads, as an error with file, place and fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine.errors import DataError
from rfm_engine.orders.readers.damage import SHOWN, first_line
from rfm_engine.orders.readers.formats import diagnose_file
from rfm_engine.orders.readers.sniffing import see_through_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.orders.files.order_file import OrderFile


def diagnose(error: BaseException, files: Sequence[OrderFile]) -> DataError:
    """Return the fault that Polars found while it read the files, as an error with file, place and fix.

    The files are looked through once more, one by one, until the one at fault is found.
    """
    for file in files:
        if found := _diagnose_file(file):
            return found
    listed = ", ".join(str(file.path) for file in files[:SHOWN])
    return DataError(f"{listed}{' and more' if len(files) > SHOWN else ''}: {first_line(error)}")


def _diagnose_file(file: OrderFile) -> DataError | None:
    try:
        ((seen, _),) = see_through_names([file])
        return diagnose_file(seen)
    except DataError as error:
        return error
    except OSError as error:
        return DataError(f"{file.path}: cannot be read any more: {first_line(error)}")

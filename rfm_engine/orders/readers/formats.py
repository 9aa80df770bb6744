"""The file formats of orders, each with its reader."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from rfm_engine.errors import DataError, UsageError
from rfm_engine.orders.read_options import SUFFIXES, OrderFormat
from rfm_engine.orders.readers.sniffing import see_through_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.readers.table import RawTable

HOMES: Final[dict[OrderFormat, tuple[str, str]]] = {
    "parquet": ("columnar", "columnar"),
    "csv": ("text.delimited", "text.csv_faults"),
    "excel": ("workbook.excel", "workbook.excel"),
    "arrow": ("columnar", "columnar"),
    "ndjson": ("text.json_lines", "text.json_lines"),
}
"""The modules of `read_FORMAT` and `diagnose_FORMAT`; each is imported when a file has the format."""


def read_tables(files: Sequence[OrderFile]) -> Iterator[RawTable]:
    """Yield the tables of files of any format: files of one layout together.

    Raises:
        DataError: A file that cannot be read.
        UsageError: Files of no known format; it lists all of them.
    """
    if unknown := [str(file.path) for file in files if file.format is None]:
        message = f"no known format: {', '.join(unknown)}; give --orders-format csv, or use one of {' '.join(SUFFIXES)}"
        raise UsageError(message)
    try:
        seen = see_through_names(files)
        findings = {file.path: more for file, more in seen}
        for form in HOMES:
            for table in _read_format(form, [file for file, _ in seen if file.format == form]):
                more = (finding for file in table.files for finding in findings[file.path])
                yield replace(table, findings=(*table.findings, *more))
    except OSError as error:
        raise DataError(str(error)) from error


def diagnose_file(file: OrderFile) -> DataError | None:
    """Return what is wrong with a file that Polars could not read, or None."""
    return cast("DataError | None", _find(1, file.format)(file)) if file.format else None


def _read_format(form: OrderFormat, files: Sequence[OrderFile]) -> Iterable[RawTable]:
    return cast("Iterable[RawTable]", _find(0, form)(files)) if files else ()


def _find(place: int, form: OrderFormat) -> Callable[..., object]:
    name = ("read", "diagnose")[place]
    found: Callable[..., object] = getattr(import_module(f"{__package__}.{HOMES[form][place]}"), f"{name}_{form}")
    return found

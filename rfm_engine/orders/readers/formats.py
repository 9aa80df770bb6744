"""The file formats of orders, each with its reader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from rfm_engine.errors import DataError, UsageError
from rfm_engine.orders.read_options import SUFFIXES, OrderFormat
from rfm_engine.orders.readers.columnar import diagnose_arrow, diagnose_parquet, read_arrow, read_parquet
from rfm_engine.orders.readers.sniffing import see_through_names
from rfm_engine.orders.readers.text.csv_faults import diagnose_csv
from rfm_engine.orders.readers.text.delimited import read_csv
from rfm_engine.orders.readers.text.json_lines import diagnose_ndjson, read_ndjson
from rfm_engine.orders.readers.workbook.excel import diagnose_excel, read_excel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.readers.table import RawTable


class FormatReader(NamedTuple):
    """How files of one format are read, and how the fault of one is found after Polars met it."""

    read: Callable[[Sequence[OrderFile]], Iterable[RawTable]]
    diagnose: Callable[[OrderFile], DataError | None]


FORMATS: Final[dict[OrderFormat, FormatReader]] = {
    "parquet": FormatReader(read_parquet, diagnose_parquet),
    "csv": FormatReader(read_csv, diagnose_csv),
    "excel": FormatReader(read_excel, diagnose_excel),
    "arrow": FormatReader(read_arrow, diagnose_arrow),
    "ndjson": FormatReader(read_ndjson, diagnose_ndjson),
}


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
        for form, reader in FORMATS.items():
            for table in reader.read([file for file, _ in seen if file.format == form]):
                more = (finding for file in table.files for finding in findings[file.path])
                yield replace(table, findings=(*table.findings, *more))
    except OSError as error:
        raise DataError(str(error)) from error

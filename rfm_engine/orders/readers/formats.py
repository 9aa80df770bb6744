"""The file formats of orders, each with its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rfm_engine.orders.readers.columnar import diagnose_arrow, diagnose_parquet, read_arrow, read_parquet
from rfm_engine.orders.readers.text.csv_faults import diagnose_csv
from rfm_engine.orders.readers.text.delimited import read_csv
from rfm_engine.orders.readers.text.json_lines import diagnose_ndjson, read_ndjson
from rfm_engine.orders.readers.workbook.excel import diagnose_excel, read_excel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rfm_engine.errors import DataError
    from rfm_engine.orders.order_file import OrderFile
    from rfm_engine.orders.read_options import OrderFormat
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

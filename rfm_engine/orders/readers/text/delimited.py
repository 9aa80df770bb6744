"""CSV files of any separator: every cell is text, as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.orders.readers.table import SCAN_FILE, SCAN_ROW, RawTable, Scan, count_rows, locate_rows, share_scans
from rfm_engine.orders.readers.text.csv_layout import Layout, read_layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfm_engine.orders.files.order_file import OrderFile

SPARE: Final = 2
"""Fields beyond the header's that a row may have and still be rejected by itself; more of them stop the run."""

FIELD_LIMIT: Final = 1 << 20


def read_csv(files: Sequence[OrderFile]) -> Iterator[RawTable]:
    """Scan CSV files, those of one layout together.

    Raises:
        DataError: As `read_layout`, and too many columns.
    """
    layouts = {file.path: read_layout(file) for file in files}
    for group in share_scans(files, lambda file: layouts[file.path].shape):
        yield _scan_csv(group, [layouts[file.path] for file in group])


def _scan_csv(files: Sequence[OrderFile], layouts: Sequence[Layout]) -> RawTable:
    first, places = layouts[0], [layout.text for layout in layouts]
    columns = [f":{position}" for position in range(len(first.headers))]
    spare = [f":spare {position}" for position in range(SPARE)]
    frame = pl.scan_csv(
        places,
        separator=first.separator,
        quote_char=first.quote,
        has_header=False,
        skip_lines=first.lines,
        schema=dict.fromkeys((*columns, *spare), pl.String()),
        missing_columns="insert",
        glob=False,
        row_index_name=SCAN_ROW,
        include_file_paths=SCAN_FILE,
    )
    scan = Scan(
        frame=frame,
        headers=first.headers,
        columns=columns,
        first_row=first.header_line + (1 if files[0].options.no_header else 2),
        heights=count_rows(frame, places),
        places=places,
    )
    extra = _has_extra_fields(columns if first.has_quotes else (), spare)
    findings = tuple(finding for layout in layouts for finding in layout.findings)
    readings = tuple(layout.readings for layout in layouts)
    more = {"later": first.later, "separator": first.separator, "findings": findings, "readings": readings}
    return locate_rows(files, scan, has_extra_fields=extra, is_text=True, **more)


def _has_extra_fields(columns: Sequence[str], spare: Sequence[str]) -> pl.Expr:
    """Return whether a row has more fields than the header, or a field that is more than a field.

    A file with quotes needs a look at every column: Polars passes over the fields of unread columns without noticing
    that a quote is left open, and with it over whole rows.
    """
    return pl.any_horizontal(
        *(pl.col(name).str.len_bytes() > 0 for name in spare),
        *(pl.col(name).str.len_bytes() > FIELD_LIMIT for name in columns),
    ).fill_null(value=False)

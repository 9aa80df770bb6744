"""Whether quotes in a CSV file guard text or are plain signs, such as inches: by counting, never by guessing."""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TYPE_CHECKING, NoReturn

import polars as pl

from rfm_engine.errors import DataError
from rfm_engine.findings import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.orders.files.order_file import OrderFile


def resolve_quote(
    file: OrderFile, text: Path, separator: str, width: int, above: int
) -> tuple[str | None, tuple[Finding, ...]]:
    """Return the quote in force below the header, None where quotes are plain signs, and what was inferred.

    Where each line has an even number of quotes, none is left open. Else quotes are plain if every line has all fields
    of the header so, and the file cannot be read otherwise.

    Raises:
        DataError: The file can be read in both ways, or a quote spans lines that are rows of their own; it says where.
    """
    every = pl.scan_lines(text, name="line", glob=False).slice(above)
    lines = every.filter(pl.col("line").str.strip_chars() != "")
    if file.options.quote is not None or not _has_odd_line(lines):
        return '"', ()
    every_line_is_a_row = _is_table_of_lines(lines, separator, width)
    try:
        row = _find_swallowed_rows(text, separator, width, above)
    except pl.exceptions.PolarsError:
        row = None  # a quote that is never closed, or text behind one
    else:
        if row is not None:
            _ask(file, text, separator, row, above)
    if not every_line_is_a_row or _ends_in_open_quote(lines, separator):
        return '"', ()
    words = f"{file.path}: quotes are read as plain signs, for only so has every line the {width} fields of the header"
    return None, (Finding("RFM103", words, (), "--quote none"),)


def _has_odd_line(lines: pl.LazyFrame) -> bool:
    odd = pl.col("line").str.count_matches('"', literal=True) % 2 == 1
    return bool(lines.select(odd.any()).collect(engine="streaming").item())


def _ends_in_open_quote(lines: pl.LazyFrame, separator: str) -> bool:
    """Return whether the last line opens a field with a quote and does not close it: the file may be cut off."""
    last = lines.select(pl.col("line").last()).collect(engine="streaming").item() or ""
    return re.search(rf'(?:^|{re.escape(separator)})"[^"]*$', last) is not None


def _is_table_of_lines(lines: pl.LazyFrame, separator: str, width: int) -> bool:
    fields = pl.col("line").str.count_matches(separator, literal=True) + 1
    return bool(lines.select((fields == width).all()).collect(engine="streaming").item())


def _find_swallowed_rows(text: Path, separator: str, width: int, above: int) -> int | None:
    """Return the first row with a field that holds the ends and beginnings of whole rows."""
    columns = [str(position) for position in range(width)]
    rows = pl.scan_csv(
        text,
        separator=separator,
        has_header=False,
        skip_lines=above,
        schema=dict.fromkeys(columns, pl.String()),
        missing_columns="insert",
        truncate_ragged_lines=True,
        glob=False,
    )
    whole = pl.any_horizontal(_hold_rows(separator, width)) if width > 1 else pl.lit(value=False)
    found = rows.select(whole.arg_true().first()).collect(engine="streaming").to_series()
    return None if found.is_empty() or found[0] is None else int(found[0])


def _hold_rows(separator: str, width: int) -> pl.Expr:
    """Return whether fields hold as many separators as whole rows have, or nothing but whole rows between two ends."""
    ends = pl.all().str.count_matches("\n", literal=True)
    separators = pl.all().str.count_matches(separator, literal=True)
    sign = re.escape(separator)
    row = rf"[^{sign}\n]*(?:{sign}[^{sign}\n]*){{{width - 1}}}\n"
    return (ends > 0) & ((separators == ends * (width - 1)) | pl.all().str.contains(rf"^[^\n]*\n(?:{row})+[^\n]*$"))


def _ask(file: OrderFile, text: Path, separator: str, row: int, above: int) -> NoReturn:
    """Refuse to choose, with the line where the quote opens and the line where it closes."""
    with text.open(encoding="utf-8-sig", newline="") as content:
        records = csv.reader(islice(content, above, None), delimiter=separator)
        for _ in islice(records, row):
            pass
        first = above + records.line_num + 1
        next(records, None)
        last = above + records.line_num
    message = (
        f"{file.path}: a quote opens in line {first} and closes only in line {last}, and the lines between look like "
        f"rows of their own: --quote none reads every quote as a plain sign, such as inches; "
        f"--quote '\"' reads text that goes over several lines"
    )
    raise DataError(message)

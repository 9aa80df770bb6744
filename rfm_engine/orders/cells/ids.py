"""What an id is, in every format: text without white space around it; a whole number by its digits; else missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.errors import DataError
from rfm_engine.orders.cells.blanks import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SAMPLES: Final = 3
EXACT_BITS: Final = {pl.Float16: 11, pl.Float32: 24, pl.Float64: 53}
"""Floats of so many bits hold every whole number below 2 to that power; beyond it they pass over some."""

EXCEL_DIGITS: Final = 15


def id_text(name: str, dtype: pl.DataType, *, trim: bool) -> pl.Expr:
    """Return a column of ids or other names as text (String): 17850 for the float 17850.0, null for NaN.

    Only with `trim` is white space taken off, and text that is white space alone null. No text is ever cut otherwise.
    """
    column = pl.col(name)
    if dtype.is_float():
        whole = pl.when((column == column.floor()) & (column.abs() < _exact_limit(dtype))).then(column.cast(pl.Int64))
        return pl.when(column.is_not_nan()).then(pl.coalesce(whole.cast(pl.String), column.cast(pl.String))).alias(name)
    if isinstance(dtype, pl.Decimal) and dtype.scale:
        return column.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    text = column.cast(pl.String)
    return text.str.strip_chars(BLANKS) if trim else text


def refuse_cut_ids(raw: pl.LazyFrame, columns: Mapping[str, str], where: str, *, is_excel: bool = False) -> None:
    """Refuse ids that their format may have cut: floats beyond the whole numbers that floats hold, digits of Excel.

    `columns` maps canonical names to columns of `raw`. The columns that can hold such ids are read once.

    Raises:
        DataError: There are some; it shows up to three of each column.
    """
    cut = dict(_cut_ids(raw, columns, is_excel=is_excel))
    if not cut:
        return
    listed = "; ".join(f"{name} has {', '.join(samples)}" for name, samples in cut.items())
    keeps = f"Excel keeps {EXCEL_DIGITS} digits of a number" if is_excel else "a float keeps 15 to 17 digits"
    message = f"{where}: ids that may have lost digits: {listed}. {keeps}, so that different ids become one; "
    message += "export these columns as text"
    raise DataError(message, *(sample for samples in cut.values() for sample in samples))


def _cut_ids(raw: pl.LazyFrame, columns: Mapping[str, str], *, is_excel: bool) -> Iterator[tuple[str, list[str]]]:
    schema = raw.collect_schema()
    for name, header in columns.items():
        column, dtype = pl.col(header), schema[header]
        if dtype.is_float():
            beyond = raw.filter(column.is_not_nan(), column.abs() >= _exact_limit(dtype)).select(column.cast(pl.String))
        elif is_excel and dtype == pl.String:
            beyond = raw.filter(column.str.contains(r"^[1-9][0-9]{15,37}$")).select(column)
        else:
            continue
        found = beyond.collect(engine="streaming").to_series()
        if len(found) and (not is_excel or _are_floats(found)):
            yield name, found.unique(maintain_order=True).head(SAMPLES).to_list()


def _are_floats(digits: pl.Series) -> bool:
    """Return whether all of these long numbers are floats, as numbers of a workbook are; of text hardly one is."""
    numbers = [int(text) for text in digits]
    return max(numbers) >= _exact_limit(pl.Float64()) and all(int(float(one)) == one for one in numbers)


def _exact_limit(dtype: pl.DataType) -> int:
    return int(2 ** next(bits for kind, bits in EXACT_BITS.items() if dtype == kind))

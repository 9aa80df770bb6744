"""Customers as rows of a sheet, in the XML of workbooks: whole columns at a time.

Cell by cell, as XlsxWriter writes them, 18 million cells take 110 s; so they take 10, with the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NUMBER: Final = ":row"
FIRST_ROW: Final = 2
"""Below the headers."""

AT_ONCE: Final = 20_000
EPOCH_DAY: Final = 25_569
"""The number that a workbook gives to 1970-01-01."""

DAY: Final = 24 * 60 * 60 * 1_000_000
ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {
    sign: f"_x{ord(sign):04X}_" for sign in (*map(chr, {*range(32)} - {*b"\t\n"}), "\ufffe", "\uffff")
}
"""What XML reads otherwise, and what it can't hold, which workbooks write as their code in hexadecimal digits."""

LOOKS_ESCAPED: Final = "_(x[0-9a-fA-F]{4})_"
ESCAPED: Final = [*ESCAPES, "_x"]
"""Of which a text without any is written as it is."""

SPACED: Final = r"^\s|\s$"
"""Text that loses white space at its ends unless it is marked."""


def list_rows(
    customers: pl.DataFrame, names: Sequence[str], styles: Sequence[str], own_styles: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Yield the rows of customers as XML, many in one text.

    `names` and `styles` are those of the sheet's columns, A and so on; a column of `own_styles` holds numbers as text,
    each with the style of as many decimals as it has. A null is no cell.
    """
    numbers, cells = pl.col(NUMBER).cast(pl.String), []
    for (column, dtype), name, style in zip(customers.schema.items(), names, styles, strict=True):
        start, value = [pl.lit(f'<c r="{name}'), numbers], pl.col(column)
        if column in own_styles:
            cells.append(_number([*start, pl.lit('" s="'), _choose_style(value, own_styles[column])], value))
        elif is_text(dtype):
            cells.append(_text([*start, pl.lit(f'" s="{style}" t="inlineStr"><is><t')], value.cast(pl.String)))
        else:
            cells.append(_number([*start, pl.lit(f'" s="{style}')], _count_days(value, dtype)))
    row = pl.concat_str(pl.lit('<row r="'), numbers, pl.lit('">'), *cells, pl.lit("</row>"), ignore_nulls=True)
    numbered = customers.with_row_index(NUMBER, FIRST_ROW)
    for first in range(0, customers.height, AT_ONCE):
        yield numbered[first : first + AT_ONCE].select(row.str.join("")).item()


def is_text(dtype: pl.DataType) -> bool:
    """Return whether the cells of a column are text."""
    return not (dtype.is_numeric() or dtype.is_temporal())


def _number(start: Sequence[pl.Expr], value: pl.Expr) -> pl.Expr:
    return pl.concat_str(*start, pl.lit('"><v>'), value.cast(pl.String), pl.lit("</v></c>"))


def _text(start: Sequence[pl.Expr], text: pl.Expr) -> pl.Expr:
    written = escape(text)
    mark = pl.when(written.str.contains(SPACED)).then(pl.lit(' xml:space="preserve">')).otherwise(pl.lit(">"))
    return pl.concat_str(*start, mark, written, pl.lit("</t></is></c>"))


def escape(text: pl.Expr) -> pl.Expr:
    """Return text as a cell holds it; what looks like the code of a sign is written with the codes of its ends."""
    return text.str.replace_all(LOOKS_ESCAPED, "_x005F_${1}_x005F_").str.replace_many(ESCAPES)


def _choose_style(value: pl.Expr, styles: Sequence[str]) -> pl.Expr:
    decimals = value.str.len_bytes() - value.str.find(".", literal=True) - 1
    return decimals.fill_null(0).replace_strict([*range(len(styles))], [*styles], return_dtype=pl.String)


def _count_days(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Return the number of a day or a time in a workbook; other numbers stay as they are."""
    if dtype == pl.Date:
        return value.to_physical() + EPOCH_DAY
    if isinstance(dtype, pl.Datetime):
        return value.cast(pl.Datetime("us")).to_physical() / DAY + EPOCH_DAY
    return value

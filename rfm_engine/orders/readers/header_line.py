"""Which line of a table is its header, and what to type where none is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rfm_engine.columns import CUSTOMER_ID, ORDER_AMOUNT, ORDER_TIME, REQUIRED, UNIT_PRICE, fold_header
from rfm_engine.errors import DataError
from rfm_engine.orders.headers import match_headers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.readers.table import RawTable

VALUE: Final = re.compile(r"\s*[-+¥$]?[0-9][0-9.,:/ -]*$")
"""A number or a date, which no header is."""

PEEK: Final = 30
"""Lines in which a header is looked for when it is not where it should be."""


def suits_orders(headers: Sequence[str], file: OrderFile) -> bool:
    """Return whether a line could be the header of orders: it has what orders need, or an order source is known by."""
    folded = {fold_header(header) for header in headers}
    known = any({fold_header(one) for one in source.signature} <= folded for source in file.sources)
    if file.options.no_header or known:
        return True
    try:
        match_headers(headers, file.options.columns, (), "")
    except DataError:
        return False
    return True


def match_table(table: RawTable, extra: Sequence[str]) -> dict[str, str]:
    """Return which header of a table holds each column, as `match_headers`.

    Raises:
        DataError: As `match_headers`; where the header may stand elsewhere, or there is none, it says what to type.
    """
    options = table.files[0].options
    try:
        return match_headers(table.headers, options.columns, extra, table.where)
    except DataError as error:
        if (skip := _find_header_below(table, extra)) is not None:
            message = f"{table.where}: the header seems to be line {skip + 1}: give --skip-lines {skip}"
            if any(VALUE.match(header) for header in table.headers):
                message += "; an order above it would be left out, so move it below the header first"
            raise DataError(message) from error
        if not options.no_header and any(VALUE.match(header) for header in table.headers):
            numbers = " ".join(f"--column {name}={place}" for place, name in enumerate(REQUIRED, start=1))
            message = f"{error}\nif no line holds headers, give the numbers of the columns: --no-header {numbers}"
            raise DataError(message, *error.customer_data) from error
        if (fuller := _find_fuller_line(table)) is not None:
            skip, shown = fuller[0], ", ".join(map(repr, fuller[1]))
            message = f"{error}\nif line {skip + 1} is the header, give --skip-lines {skip}; it has {shown}"
            raise DataError(message, *error.customer_data, shown) from error
        if options.separator is None and (sign := _find_separator(table)) is not None:
            shown = repr(table.headers[0])
            message = f"{table.where}: the header is one column, {shown}; if another sign separates the columns, name "
            message += f"it: --separator {sign}"
            raise DataError(message, shown) from error
        raise


def _find_fuller_line(table: RawTable) -> tuple[int, list[str]] | None:
    """Return the first of the next lines that has more than twice as many cells filled as the header, or None."""

    def count_filled(cells: Sequence[str]) -> int:
        return sum(1 for cell in cells if cell.strip())

    least = max(2 * count_filled(table.headers), len(REQUIRED) - 1)
    return next(((skip, cells) for skip, cells in table.later if count_filled(cells) > least), None)


def _find_separator(table: RawTable) -> str | None:
    """Return the sign that may separate the columns of text of which the header is one cell, or None."""
    if table.separator is None or len(table.headers) > 1:
        return None
    signs = re.findall(r"[!#$%&*+:=?@\\^`~]", table.headers[0])
    return next((sign for sign in signs if signs.count(sign) >= len(REQUIRED) - 1), None)


def _find_header_below(table: RawTable, extra: Sequence[str]) -> int | None:
    """Return the `skip_lines` that would make one of the next lines a header that can be used, or None."""
    for skip, cells in table.later:
        try:
            match_headers(cells, table.files[0].options.columns, extra, "")
        except DataError:
            continue
        return skip
    return None


def looks_like_records(lines: Sequence[tuple[int, Sequence[str]]], headers: Sequence[str], file: OrderFile) -> bool:
    """Return whether lines above a header are as full as it is, or hold an order: then they are no title."""
    full = sum(1 for header in headers if header.strip())
    places = _find_places(headers, file)
    return any(sum(1 for cell in cells if cell.strip()) >= full or _holds_order(cells, places) for _, cells in lines)


def _find_places(headers: Sequence[str], file: OrderFile) -> dict[str, int]:
    try:
        found = match_headers(headers, file.options.columns, (), "")
    except DataError:
        return {}
    return {name: headers.index(header) for name, header in found.items()}


def _holds_order(cells: Sequence[str], places: Mapping[str, int]) -> bool:
    """Return whether a customer, an amount and a time stand where the header has them."""
    held = {name: cells[place].strip() for name, place in places.items() if place < len(cells)}
    amount = held.get(ORDER_AMOUNT) or held.get(UNIT_PRICE, "")
    figures = (amount, held.get(ORDER_TIME, ""))
    return bool(held.get(CUSTOMER_ID)) and all(re.search(r"[0-9]", figure) for figure in figures)


def number_headers(cells: Sequence[str]) -> list[str]:
    """Return the headers of a file without any: the numbers of its columns, from 1."""
    return [str(position) for position in range(1, len(cells) + 1)]

"""Text files that only grew at their end, as an export that adds to itself: their new lines as a file of its own."""

from __future__ import annotations

import mmap
import re
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_ID
from rfm_engine.orders.readers.limits import BLOCK
from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.system.disk_space import reports_full_disk
from rfm_engine.system.temp_dir import process_temp_dir

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.state.memo import FileFacts

TEXT_FORMATS: Final = ("csv", "ndjson")
GZIP: Final = b"\x1f\x8b"
BLANK_LINE: Final = re.compile(rb"(?:^|\n)\r?\n$")
LONE_RETURN: Final = re.compile(rb"\r(?!\n)")


def may_have_grown(file: OrderFile, facts: FileFacts) -> bool:
    """Return whether a file that is known may be what it was with further lines below."""
    return file.format in TEXT_FORMATS and facts.bytes < file.source.stat().st_size


def cut_tail(file: OrderFile, facts: FileFacts) -> OrderFile:
    """Return the file with its new lines alone, below its own header; the bytes before them are taken to be the same.

    Raises:
        UnusableStateError: It is unclear where a record ends, or whether the new lines would be read so.
    """
    with file.source.open("rb") as content, mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ) as text:
        tail = text[facts.bytes :]
        if not (_ends_whole(file, text, facts.bytes) and _begins_whole(tail)):
            message = f"{file.path} changed"
            raise UnusableStateError(message)
        above = 0
        for _ in range(facts.lines_above):
            above = text.find(b"\n", above) + 1
        with reports_full_disk(), NamedTemporaryFile("wb", dir=process_temp_dir(), delete=False) as copy:
            copy.write(text[:above] + tail)
    return file.read_from(Path(copy.name))


def _ends_whole(file: OrderFile, text: mmap.mmap, size: int) -> bool:
    """Return whether the first bytes of a file are whole records, each on lines of its own."""
    start, end = text[:BLOCK], text[max(size - 3, 0) : size]
    is_plain = not start.startswith(GZIP) and b"\0" not in start and not start.lstrip().startswith(b"[")
    return is_plain and end.endswith(b"\n") and not BLANK_LINE.search(end) and not _is_quote_open(file, text, size)


def _is_quote_open(file: OrderFile, text: mmap.mmap, size: int) -> bool:
    if file.format != "csv" or file.options.quote == "none":
        return False
    return sum(text[place : min(place + BLOCK, size)].count(b'"') for place in range(0, size, BLOCK)) % 2 == 1


def _begins_whole(tail: bytes) -> bool:
    return tail[:1] not in (b"\n", b"\r") and not LONE_RETURN.search(tail)


def number_tails(orders: OrderSet, tails: Mapping[str, FileFacts]) -> OrderSet:
    """Return the orders with the rows of tails, of files by their names, as their whole files number them.

    Raises:
        UnusableStateError: The last order of such a file goes on in its tail, whose cells it may complete.
    """
    if not tails:
        return orders
    shift = {name: facts.last_row - facts.lines_above for name, facts in tails.items()}
    added = pl.col(SOURCE_FILE).replace_strict(shift, default=0, return_dtype=pl.Int64)
    rows = orders.rows.with_columns(pl.col(SOURCE_ROW) + added)
    for name, facts in tails.items():
        first = rows.filter((pl.col(SOURCE_FILE) == name) & (pl.col(SOURCE_ROW) == facts.last_row + 1))
        if facts.last_row_id in first.select(ORDER_ID).collect()[ORDER_ID].to_list():
            message = f"the last order of {name} goes on in its new lines"
            raise UnusableStateError(message)
    return replace(orders, rows=rows)

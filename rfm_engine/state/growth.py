"""Text files that only grew at their end, as an export that adds to itself: their new lines as a file of its own."""

from __future__ import annotations

import mmap
import re
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

from rfm_engine.orders.readers.limits import BLOCK
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.system.disk_space import reports_full_disk
from rfm_engine.system.temp_dir import process_temp_dir

if TYPE_CHECKING:
    from rfm_engine.orders.files.order_file import OrderFile
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

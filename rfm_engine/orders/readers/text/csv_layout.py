"""How a CSV file is laid out: separator, quotes, lines above the header, headers."""

from __future__ import annotations

import csv
import mmap
import re
from codecs import BOM_UTF8
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from rfm_engine.errors import DataError
from rfm_engine.orders.readers.header_line import PEEK, looks_like_records, number_headers, suits_orders
from rfm_engine.orders.readers.limits import BLOCK, refuse_long_lines
from rfm_engine.orders.readers.text.encodings import find_undecodable_byte, name_wide_encoding, to_utf8
from rfm_engine.orders.readers.text.quoting import resolve_quote

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rfm_engine.findings import Finding
    from rfm_engine.orders.files.order_file import OrderFile

SEPARATORS: Final = ",\t;|"
LONGEST_HEADER: Final = 131_072
"""Characters of the first line; what is longer is a quote without an end, or no CSV file."""
_SEPARATOR_LINE: Final = re.compile(r'^"?sep=([^"\r\n])"?\s*$')
"""A line above the header that gives Excel the separator."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The layout of a CSV file: its text as UTF-8, separator, headers, and how many lines stand above the records.

    `header_line` is the number of lines above the header, `later` are the first records, each with the lines above it.
    `quote` is None where quotes are plain signs, `encoding` what the file was saved in.
    """

    text: Path
    separator: str
    headers: list[str]
    header_line: int
    lines: int
    later: list[tuple[int, list[str]]]
    has_quotes: bool
    quote: str | None = '"'
    encoding: str = "utf-8"
    findings: tuple[Finding, ...] = ()

    @property
    def shape(self) -> tuple[object, ...]:
        """What files must have in common to be read by one scan."""
        return self.separator, tuple(self.headers), self.header_line, self.lines, self.has_quotes, self.quote

    @property
    def readings(self) -> dict[str, object]:
        """What was understood, by the key of a dataset that states it."""
        quote = self.quote or "none"
        return {"encoding": self.encoding, "separator": self.separator, "quote": quote, "skip_lines": self.header_line}


def read_layout(file: OrderFile) -> Layout:
    """Return the layout of a CSV file: from its first block, and from its quotes if there are any.

    Raises:
        DataError: An empty file, bytes that are no text, a header that cannot be read, a line of 2 MiB or more; quotes
            that can be read in two ways.
    """
    text, encoding, findings = to_utf8(file)
    refuse_long_lines(text, file.path)
    top = _read_top(text, file)
    layout = _find_header(file, text, top, '"' if file.options.quote != "none" else None)
    if layout.quote is not None and (layout := replace(layout, has_quotes=_has_quotes(text))).has_quotes:
        quote, more = resolve_quote(file, text, layout.separator, len(layout.headers), layout.lines)
        layout = layout if quote else _find_header(file, text, top, None)
        findings = (*findings, *more)
    return replace(layout, encoding=encoding, findings=findings)


def _find_header(file: OrderFile, text: Path, top: str, quote: str | None) -> Layout:
    """Return the layout with the first line that suits orders as the header, else with the first of all."""
    options, skipped = file.options, file.options.skip_lines
    lines = top.split("\n")
    if not any(islice(lines, skipped, None)) and len(lines) <= skipped + 1:
        message = f"{file.path}: has no line below the {skipped} that are skipped: give a lower --skip-lines, such as 0"
        raise DataError(message)
    given = _SEPARATOR_LINE.match(lines[skipped])
    skipped += given is not None
    separators = options.separator or (given[1] if given else "".join(_rank_separators(lines[skipped], quote, file)))
    tables = {one: _read_records(lines, skipped, one, quote, file) for one in separators}
    depth = 1 if options.skip_lines or options.no_header else PEEK
    for number in range(depth):
        for separator, records in tables.items():
            if number >= len(records) or not suits_orders(records[number][1], file):
                continue
            if not looks_like_records(records[:number], records[number][1], file):
                return _lay_out(file, text, separator, records[number:], quote)
    return _lay_out(file, text, separators[0], tables[separators[0]], quote)


def _lay_out(
    file: OrderFile, text: Path, separator: str, records: list[tuple[int, list[str]]], quote: str | None
) -> Layout:
    (above, headers), *later = records
    if not headers:
        below = next((place for place, cells in later if cells), 0)
        message = f"{file.path}: line {above + 1} should be the header but is blank; give --skip-lines {below}"
        raise DataError(message)
    below = later[0][0]
    if file.options.no_header:
        headers, later, below = number_headers(headers), records, above
    return Layout(
        text=text,
        separator=separator,
        headers=headers,
        header_line=above,
        lines=below,
        later=later,
        has_quotes=False,
        quote=quote,
    )


def _rank_separators(line: str, quote: str | None, file: OrderFile) -> list[str]:
    """Return the separators, that which splits the line into most fields first."""

    def count_fields(separator: str) -> int:
        return len(next(_reader([line], separator, quote), []))

    if len(line) > LONGEST_HEADER:  # csv has a limit too, but any import can change it for the whole process
        message = (
            f"{file.path}: the first line cannot be read as CSV: it has {len(line):,} characters"
            f" (at most {LONGEST_HEADER:,}); is a quote opened and not closed?"
        )
        raise DataError(message)
    try:
        return sorted(SEPARATORS, key=count_fields, reverse=True)
    except csv.Error as error:
        message = f"{file.path}: the first line cannot be read as CSV: {error}"
        raise DataError(message) from error


def _reader(lines: Iterable[str], separator: str, quote: str | None) -> csv._reader:  # type: ignore[name-defined]
    return csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE)


def _read_records(
    lines: list[str], skipped: int, separator: str, quote: str | None, file: OrderFile
) -> list[tuple[int, list[str]]]:
    """Return the first records, each with the number of lines above it, and at last the end with no cells."""
    reader = _reader((f"{line}\n" for line in islice(lines, skipped, None)), separator, quote)
    records: list[tuple[int, list[str]]] = []
    try:
        for _ in range(PEEK):
            above = skipped + reader.line_num
            records.append((above, next(reader, [])))
    except csv.Error as error:
        if not records:
            message = f"{file.path}: line {skipped + reader.line_num} cannot be read as CSV: {error}"
            raise DataError(message) from error
        records.append((above, []))
    return records


def _has_quotes(text: Path) -> bool:
    with text.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b'"') >= 0


def _read_top(text: Path, file: OrderFile) -> str:
    """Return the whole lines of the first block."""
    with text.open("rb") as content:
        block = content.read(BLOCK)
    if not block.removeprefix(BOM_UTF8).strip():
        message = f"{file.path}: the file is empty; it needs a header line"
        raise DataError(message)
    whole = block[: block.rfind(b"\n") + 1] if len(block) == BLOCK else block
    if not whole:
        message = f"{file.path}: the first line is longer than {BLOCK:,} bytes; is this a CSV file?"
        raise DataError(message)
    if b"\0" in whole.partition(b"\n")[0]:
        message = f"{file.path}: the header holds null bytes; if it was saved as UTF-16, give --encoding "
        message += name_wide_encoding(whole) or ""
        raise DataError(message)
    try:
        return whole.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise find_undecodable_byte(file) or DataError(f"{file.path}: {error}") from error

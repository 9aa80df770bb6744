"""Parquet files of lists of few customers.

Of each text, time and decimal column Polars estimates the number of distinct values before it writes, by a sketch of
16,384 counters: for 16 customers that takes longer than all else together, and no option spares it. So these files are
put together here, their values plain and not compressed; the footer that Polars writes for no rows gives their schema.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.output.split.parquet_columns import encode_column
from rfm_engine.output.split.parquet_headers import NO_ROWS, column_end, row_group
from rfm_engine.output.split.parquet_values import find_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rfm_engine.output.split.lists import Lists
    from rfm_engine.output.split.parquet_columns import Column, Part

MOST_ROWS: Final = 64
"""Customers of a small list: its file takes 17 KB and 0.2 ms, one of Polars, which is compressed, 11 KB and 1 ms."""

MAGIC: Final = b"PAR1"
LENGTH_BYTES: Final = 4


class Footer(NamedTuple):
    """What stands in a footer before the rows, and after them: the schema, and the types that Polars reads back."""

    before: bytes
    after: bytes


def find_footer(schema: pl.Schema) -> Footer | None:
    """Return the footer of files with a schema; None where it has a type that no list of customers has."""
    if None in map(find_kind, schema.values()):
        return None
    file = BytesIO()
    pl.DataFrame(schema=schema).write_parquet(file)
    content = file.getvalue()
    end = len(content) - len(MAGIC) - LENGTH_BYTES
    size = int.from_bytes(content[end : end + LENGTH_BYTES], "little")
    before, *after = content[end - size : end].split(NO_ROWS)
    return Footer(before, after[0]) if len(after) == 1 else None


def write_small_parquet(lists: Lists, folder: Path, footer: Footer) -> None:
    """Write the Parquet file of each list."""
    for batch in lists.batches():
        numbers = batch.repeat(range(len(batch.rows)))
        kinds = [(column, find_kind(column.dtype)) for column in batch.customers]
        columns = [encode_column(column, numbers, kind) for column, kind in kinds if kind]
        for (name, rows), *parts in zip(batch.rows.items(), *(column.parts for column in columns), strict=True):
            (folder / name / "customers.parquet").write_bytes(b"".join(_spell(rows, columns, parts, footer)))


def _spell(rows: int, columns: Sequence[Column], parts: Sequence[Part], footer: Footer) -> Iterator[bytes]:
    """Yield the bytes of a file: the pages of each column, then what they are and where."""
    yield MAGIC
    offset, described = len(MAGIC), []
    for (beginning, dictionary, _), (page, summary) in zip(columns, parts, strict=True):
        yield dictionary
        yield page
        size = len(dictionary) + len(page)
        described.append(beginning + column_end(rows, size, offset, len(dictionary), summary))
        offset += size
    yield (end := footer.before + row_group(described, offset - len(MAGIC), rows) + footer.after)
    yield len(end).to_bytes(LENGTH_BYTES, "little")
    yield MAGIC

"""Files of many lists as lines of text: all are written as one, which is cut where a list ends."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.output.formats import TIMES, escape_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rfm_engine.output.formats import Style
    from rfm_engine.output.split.lists import Lists


def write_csv_files(lists: Lists, folder: Path, style: Style) -> None:
    """Write the CSV file of each list, as `write_csv` writes one."""
    table = escape_table(lists.customers, style.language, style.currency)
    header = table.clear().write_csv(include_bom=style.language == "zh").encode()
    for batch in lists._replace(customers=table).batches():
        content = BytesIO()
        batch.customers.write_csv(content, include_header=False, datetime_format=TIMES)
        for name, part in _cut(content.getvalue(), batch, _count_breaks(batch.customers)):
            (folder / name / "customers.csv").write_bytes(header + part)


def write_ndjson_files(lists: Lists, folder: Path) -> None:
    """Write the NDJSON file of each list."""
    for batch in lists.batches():
        content = BytesIO()
        batch.customers.write_ndjson(content)
        for name, part in _cut(content.getvalue(), batch, pl.repeat(0, batch.customers.height, eager=True)):
            (folder / name / "customers.ndjson").write_bytes(part)


def _count_breaks(table: pl.DataFrame) -> pl.Series:
    """Return how many line breaks stand inside the cells of each row."""
    texts = [name for name, dtype in table.schema.items() if dtype in (pl.String, pl.Enum, pl.Categorical)]
    breaks = (pl.col(name).cast(pl.String).str.count_matches("\n", literal=True) for name in texts)
    return table.select(pl.sum_horizontal(pl.lit(0), *breaks)).to_series()


def _cut(content: bytes, lists: Lists, breaks: pl.Series) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each list with its lines; `breaks` are the further lines of each row."""
    lines = content.split(b"\n")
    ends = (breaks + 1).cum_sum().gather([place.stop - 1 for place in lists.slices().values()])
    for name, (start, end) in zip(lists.rows, pairwise((0, *ends)), strict=True):
        yield name, b"\n".join(lines[start:end]) + b"\n"

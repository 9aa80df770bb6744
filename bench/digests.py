"""The digest of an answer: equal answers, whole, have equal digests, whoever wrote them and in which types."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from bench.contenders.answer import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

WHOLE = {"monetary": 100, "last_order_amount": 100, "rfm_score": 10}
"""Decimals or floats that are compared as whole numbers of their smallest unit."""

TEXTS = ("region", "customer_id", "tier", "focus", "last_order_id", "last_product_name", "last_store_code")
SLICE = 500_000


def digest(path: Path, columns: Sequence[str]) -> dict[str, object]:
    """Return the SHA-256 of the answer's canonical rows, sorted, and whether the file had them sorted.

    A sorted answer is read slice by slice: 93 million customers would not fit into 24 GB as a whole.
    """
    written = pl.scan_parquet(path).select(_canonical(column) for column in columns)
    height, key = written.select(pl.len()).collect().item(), [column for column in KEY if column in columns]
    is_sorted = _is_sorted(written.select(key), height)
    rows = written if is_sorted else written.collect().sort(columns).lazy()
    sha = hashlib.sha256()
    for start in range(0, height, SLICE):
        sha.update(rows.slice(start, SLICE).collect().write_csv(include_header=False).encode())
    return {"sha256": sha.hexdigest(), "customers": height, "sorted": is_sorted}


def _is_sorted(keys: pl.LazyFrame, height: int) -> bool:
    """Return whether the rows rise; each slice ends with the first row of the next."""
    slices = (keys.slice(start, SLICE + 1).collect() for start in range(0, height, SLICE))
    return all((part.to_struct() if part.width > 1 else part.to_series()).is_sorted() for part in slices)


def _canonical(column: str) -> pl.Expr:
    value = pl.col(column)
    if column in WHOLE:
        return (value.cast(pl.Float64) * WHOLE[column]).round().cast(pl.Int64)
    if column in TEXTS:
        return value.cast(pl.String)
    if column == "last_order_time":
        return value.cast(pl.Datetime("us"))
    return value.cast(pl.Date) if column == "next_contact_by" else value.cast(pl.Int64)


if __name__ == "__main__":
    print(json.dumps(digest(Path(sys.argv[1]), sys.argv[2].split(","))))  # noqa: T201 read by the comparison

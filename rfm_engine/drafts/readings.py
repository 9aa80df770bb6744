"""The readings of order files: what each key of a dataset file is for them, and what shows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from rfm_engine.columns import LAST_ORDER_TIME, ORDER_ID
from rfm_engine.grading.summary import pluralize
from rfm_engine.orders.readers.text.csv_layout import read_layout
from rfm_engine.orders.readers.text.encodings import find_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from rfm_engine.config.job import Job
    from rfm_engine.customers.aggregate import Aggregated


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One key of a dataset file: its value for these orders (None states nothing), and what shows it, in words."""

    key: str
    value: Any
    evidence: str


def find_newest_day(seen: Aggregated) -> date:
    """Return the day of the newest order in any list."""
    newest = pl.concat(part.select(pl.col(LAST_ORDER_TIME).max()) for part in seen.parts).collect()
    day: date = newest.select(pl.col(LAST_ORDER_TIME).max().dt.date()).item()
    return day


def describe_readings(seen: Aggregated, job: Job) -> list[Reading]:
    """Return the readings of a dataset's files, in the order in which a dataset file has them."""
    return [*_describe_layout(job), *_describe_source(seen), *_describe_orders(seen), *_describe_lists(seen)]


def _describe_layout(job: Job) -> Iterator[Reading]:
    """Yield the readings of text files in which all of them agree."""
    files = [file for file in job.files if file.format == "csv"]
    if not files or len(files) < len(job.files):
        return
    layouts = [read_layout(file) for file in files]
    yield _agree("encoding", [find_encoding(file) for file in files], "the bytes of {} are text in it")
    yield _agree("separator", [layout.separator for layout in layouts], "it parts the header of {}")
    quotes = [layout.quote or "none" for layout in layouts]
    yield _agree("quote", quotes, "as the lines of {} show")
    lines = [layout.header_line for layout in layouts]
    if any(lines) and not job.dataset.no_header:
        yield _agree("skip_lines", lines, "so many lines stand above the header of {}")


def _agree(key: str, values: Sequence[object], words: str) -> Reading:
    counts = Counter(values)
    files = pluralize(len(values), "file")
    if len(counts) == 1:
        return Reading(key=key, value=values[0], evidence=words.format(files))
    listed = ", ".join(f"{value!r} in {pluralize(count, 'file')}" for value, count in counts.most_common())
    return Reading(key=key, value=None, evidence=f"the files differ: {listed}; each is read as it shows")


def _describe_source(seen: Aggregated) -> Iterator[Reading]:
    source = seen.inputs.source.source
    if source is not None:
        yield Reading(key="source", value=source.name, evidence=f"{source.title}. {source.note}")


def _describe_orders(seen: Aggregated) -> Iterator[Reading]:
    has_ids = any(ORDER_ID in mapping for mapping in seen.inputs.source.mapping.values())
    rows = pluralize(seen.ledger.read, "row")
    about = f"{rows} read, {seen.ledger.used:,} used, {seen.ledger.duplicates:,} repeat another"
    yield Reading(key="grain", value=seen.rules.grain, evidence=about if has_ids else f"{about}; no order ids")
    if seen.rules.keep_status is not None:
        evidence = f"{seen.ledger.other_status:,} rows have another status"
        yield Reading(key="keep_status", value=list(seen.rules.keep_status), evidence=evidence)


def _describe_lists(seen: Aggregated) -> Iterator[Reading]:
    customers = sum(int(part.select(pl.len()).collect().item()) for part in seen.parts)
    words = f"{pluralize(customers, 'customer')} in lists by {', '.join(seen.by)}"
    alone = f"{pluralize(customers, 'customer')} in one list"
    yield Reading(key="by", value=list(seen.by) or None, evidence=words if seen.by else alone)


def describe_columns(seen: Aggregated) -> dict[str, str]:
    """Return the headers that hold columns, where all files that have the column have it under one header."""
    headers: dict[str, set[str]] = {}
    for mapping in seen.inputs.source.mapping.values():
        for name, header in mapping.items():
            headers.setdefault(name, set()).add(header)
    return {name: next(iter(found)) for name, found in headers.items() if len(found) == 1}

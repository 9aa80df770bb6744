"""Memos of two files, made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.state.base import hold_base, pack_table
from rfm_engine.state.folder import TABLES, write_memo
from rfm_engine.state.memo import FileFacts, Memo
from rfm_engine.system.regular_files import FileState
from tests.laws.months import day

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rfm_engine.config.job import Job


def make_memo(names: list[str], since: date | None = None, customers: list[str] | None = None) -> Memo:
    """Return a memo of two files that have other facts, with tables of which each is another one.

    The customers have the names of the files unless they have others.
    """
    facts = {"layout": {"quote": "\udcff\u201c"}, "lines_above": 1, "last_row": 9, "last_row_id": "o9"}
    spans = {"first_id": "o1", "last_id": "o9", "first_day": day(1), "last_day": day(9)}
    one = FileFacts(sha256="1", bytes=5, state=FileState(1, 2, 3, 4, 5), **facts, **spans)  # type: ignore[arg-type]
    columns = dict(zip(TABLES, (None, None, SOURCE_FILE, "file", None, SOURCE_FILE, None), strict=True))
    ids = pl.DataFrame({"customer_id": customers or names})
    tables = {
        name: (ids if column is None else pl.DataFrame({column: names})).with_columns(pl.Series(name, [1, 2]))
        for name, column in columns.items()
    }
    return Memo(
        base=hold_base(ids),
        since=since,
        as_of=day(40),
        files={names[0]: one, names[1]: FileFacts(sha256="2", bytes=6)},
        columns=("order_id", "region"),
        mapping={"order_id": "\u5355\u53f7"},
        dtypes={"order_id": "String"},
        unmapped=("note",),
        reading="read",
        **tables,
    )


def write(memo: Memo, folder: Path, job: Job, *before: Path) -> None:
    """Write a memo to the folder of a state."""
    tables = {name: pack_table(getattr(memo, name)) for name in TABLES}
    with write_memo(memo, lambda: tables, folder, job, before):
        pass

"""What is kept of the orders that were read: sums of each customer, rows to be judged anew, rows by day, files."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from rfm_engine.columns import ORDER_ID
from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.reading import Orders
    from rfm_engine.state.base import Base
    from rfm_engine.system.regular_files import FileState


class UnusableStateError(Exception):
    """What is kept cannot answer; the message says why, and all orders are read."""


class OtherFilesError(UnusableStateError):
    """It is of other files or of a later window; what was kept before it may answer."""


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """An order file that was read: its digest and size, and the least and greatest id and day of its rows.

    While its `state` is this one, so is its digest; there is none where a change might not show.

    Of text also its `layout`, by key of a dataset, the number of lines above its records, and of its last row the
    number and the order id.
    """

    sha256: str
    bytes: int
    layout: dict[str, Any] = field(default_factory=dict)
    lines_above: int = 0
    last_row: int = 0
    last_row_id: str | None = None
    first_id: str | None = None
    last_id: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    state: FileState | None = None

    @property
    def id_span(self) -> tuple[str, str] | None:
        """The least and the greatest id; None where no row has one."""
        return None if self.first_id is None or self.last_id is None else (self.first_id, self.last_id)

    def may_have(self, ids: pl.Series) -> bool:
        """Return whether the file may have one of these ids, which are sorted."""
        if self.id_span is None:
            return False
        first, last = self.id_span
        return ids.search_sorted(first, side="left") < ids.search_sorted(last, side="right")

    def meets_ids(self, first: str | None, last: str | None) -> bool:
        """Return whether an id of the file may lie between these two, both included; None: there is no id."""
        if self.id_span is None or first is None or last is None:
            return False
        least, greatest = self.id_span
        return least <= last and first <= greatest

    def meets_days(self, first: date, last: date) -> bool:
        """Return whether a row of the file may lie in these days, both included."""
        if self.first_day is None or self.last_day is None:
            return False
        return self.first_day <= last and first <= self.last_day

    def extend(self, tail: FileFacts) -> FileFacts:
        """Return the facts of the file with what is known of its new lines."""
        spans = {
            f"{end}_{name}": pick(
                value for facts in (self, tail) if (value := getattr(facts, f"{end}_{name}")) is not None
            )
            for end, pick in (("first", _least), ("last", _greatest))
            for name in ("id", "day")
        }
        last = max(self, tail, key=lambda facts: facts.last_row)
        return replace(self, last_row=last.last_row, last_row_id=last.last_row_id, **spans)


_least, _greatest = partial(min, default=None), partial(max, default=None)


@dataclass(frozen=True, kw_only=True)
class Extent:
    """The files and the window of which something is known."""

    since: date | None
    as_of: date
    files: dict[str, FileFacts]

    def meets_ids(self, spans: Mapping[str, Mapping[str, Any]]) -> bool:
        """Return whether an id of further files, whose spans these are, may lie in the span of a known one."""
        return any(
            facts.meets_ids(span["first_id"], span["last_id"])
            for facts in self.files.values()
            for span in spans.values()
        )


@dataclass(frozen=True, kw_only=True)
class Memo(Extent):
    """What is known of the orders of some files, for one window.

    An id that stands in several rows that may count is open: all of these are `open_rows`, judged anew in each run. The
    other rows that may count are settled: `base` and `delta` put together are their part, of the window from `since`
    to `as_of`; of the customers who are `gone` it is the `delta` alone. `days` have the number of these rows by day,
    with that of all rows that do not count; `order_lines` count the settled orders of several lines of text. `rejects`
    have the day of each row, null where it is rejected whatever the window. `values` are those of regions, statuses and
    customers to leave out. `mapping`, `dtypes`, `unmapped` are what was understood of each of the files, `columns` are
    those of the prepared rows, `reading` how their cells are read.
    """

    base: Base
    delta: pl.DataFrame
    gone: pl.DataFrame
    open_rows: pl.DataFrame
    days: pl.DataFrame
    order_lines: pl.DataFrame
    rejects: pl.DataFrame
    values: pl.DataFrame
    columns: tuple[str, ...]
    mapping: dict[str, str] = field(default_factory=dict)
    dtypes: dict[str, str] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    reading: str = ""

    @property
    def open_ids(self) -> pl.Series:
        """The ids that stand in several rows."""
        return self.open_rows[ORDER_ID].unique()

    def has_grown_from(self, other: Memo) -> bool:
        """Return whether it says another thing than the one that it was made of; a table that is another one does."""
        pairs = ((getattr(self, each.name), getattr(other, each.name)) for each in fields(self))
        return any(mine is not its if isinstance(mine, pl.DataFrame) else mine != its for mine, its in pairs)


def list_places(files: Sequence[OrderFile]) -> dict[str, list[Any]]:
    """Return by the name of each file where it lies, and the values that the folders above it give to its rows."""
    return {file.path.as_posix(): [file.path.resolve().as_posix(), file.folder_columns] for file in files}


def match_names(places: Mapping[str, list[Any]], files: Sequence[OrderFile]) -> dict[str, str]:
    """Return by the names of known files those that they have now: a file may be named from another folder.

    One that is not among the files, or lies elsewhere now, keeps its name, as do all where two would have one.

    Raises:
        OtherFilesError: The folders of a file give other values to its rows than they did.
    """
    now = list_places(files)
    named = {place: name for name, (place, _) in now.items()}
    names = {name: named.get(place, name) for name, (place, _) in places.items()}
    if len({*names.values()}) < len(names):
        names = {name: name for name in names}
    if others := [new for old, new in names.items() if new in now and now[new][1] != places[old][1]]:
        message = f"{others[0]} has other columns by its folders"
        raise OtherFilesError(message)
    return names


def find_facts(
    spans: Mapping[str, dict[str, Any]],
    source: Orders,
    files: list[dict[str, Any]],
    days: Mapping[str, tuple[date, date]],
) -> dict[str, FileFacts]:
    """Return the facts of files by their names, from the spans of their ids, sizes, digests and first and last days."""
    return {
        name: FileFacts(
            sha256=file["sha256"],
            bytes=file["bytes"],
            first_day=days[name][0] if name in days else None,
            last_day=days[name][1] if name in days else None,
            **_describe_layout(source, name) | spans.get(name, {}),
        )
        for file in files
        for name in (file["file"],)
    }


def find_spans(rows: pl.LazyFrame, source: Orders) -> dict[str, dict[str, Any]]:
    """Return the least and the greatest id of each file, and of text also the last row's number and id."""
    spans = [pl.col(ORDER_ID).min().alias("first_id"), pl.col(ORDER_ID).max().alias("last_id")]
    if source.is_trimmed:
        number = pl.col(SOURCE_ROW)
        spans += [number.max().alias("last_row"), pl.col(ORDER_ID).get(number.arg_max()).alias("last_row_id")]
    return {str(row.pop(SOURCE_FILE)): row for row in rows.group_by(SOURCE_FILE).agg(spans).collect().to_dicts()}


def _describe_layout(source: Orders, name: str) -> dict[str, Any]:
    layout = dict(source.layouts.get(name, {}))
    header_lines = 0 if source.files[0].options.no_header or not layout else 1
    lines_above = int(layout.get("skip_lines", 0)) + header_lines
    return {"layout": layout, "lines_above": lines_above, "last_row": lines_above}

"""Typed orders that can be read again and again, each row with the same number every time."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CURRENCY, ORDER_AMOUNT_FEN, ORDER_TIME
from rfm_engine.orders.cell_texts import TEXTS, collect_usable, drop_parsed_text, has_usable_cells, leave_out_texts
from rfm_engine.orders.cells.amounts import AMOUNT_TEXT
from rfm_engine.orders.cleaning import RowCheck, list_columns, order_columns, passing_rows, row_checks
from rfm_engine.orders.parsing import TIME_TEXT
from rfm_engine.system.disk_space import reports_full_disk
from rfm_engine.system.memory import available_memory
from rfm_engine.system.temp_dir import temp_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from rfm_engine.rules import Rules

ROW: Final = "row"
"""The number of a row in all files together, from 0 (UInt32)."""

COLUMNAR: Final = ("parquet", "arrow")
IN_MEMORY_BYTES: Final = 256 * 2**20
IN_MEMORY_SHARE: Final = 16
"""Text takes two to three times its size; a file there and back costs a fifth of a run of 5 million orders."""

FIRST: Final = 1_000
"""Orders that show whether the others may be of the forms that are tried first."""

FEW_BYTES: Final = 4_000_000
"""Text that is rather parsed twice than by pattern for nothing."""

MANY: Final = 100_000
"""Orders of which the first are looked at before all are."""

PIECES: Final = 100
PIECE_BYTES: Final = 1 << 18
"""Columnar files so many and so small cost more to open than to read: each pass over 3,000 of them takes 0.3 s."""

GROWTH: Final = 8
"""How many times their size columnar files may take in memory."""

GROUP_ROWS: Final = 250_000
STAGED: Final = "orders.parquet"


@contextmanager
def stage_orders(
    typed: Callable[..., pl.LazyFrame],
    paths: Sequence[Path] = (),
    formats: Sequence[str | None] = (),
    *,
    again: bool = False,
) -> Iterator[pl.LazyFrame]:
    """Give the orders with their `row`, so that every pass over them is cheap; `typed(fallback=...)` types them.

    Columnar files are scanned again by each pass (0.7 s for 20 million orders). Text is parsed once: into memory where
    the files are small beside what is free of it, else into a temporary Parquet file that goes away in the end. So are
    thousands of small columnar files; small ones that are asked for `again` by many passes are kept in memory too.
    """
    if {*formats} == {"csv"} and (plain := _parse_plainly(partial(typed, fallback=False), paths)) is not None:
        yield plain.lazy()
        return
    orders = typed(fallback=True)
    is_columnar = bool(paths) and all(form in COLUMNAR for form in formats)
    is_in_pieces = is_columnar and len(paths) >= PIECES and _size(paths) < len(paths) * PIECE_BYTES
    is_small = _fits_in_memory(paths, GROWTH if is_columnar else 1)
    is_scanned = is_columnar and ROW in orders.collect_schema()
    numbered = orders if is_scanned else _with_row_numbers(orders)
    if is_columnar and not is_in_pieces and not (again and is_small):
        yield numbered
    elif is_small:
        yield _hold(numbered, is_columnar=is_columnar).lazy()
    else:
        kept = numbered if is_columnar else drop_parsed_text(numbered)
        with temp_dir() as folder:
            with reports_full_disk():
                kept.sink_parquet(folder / STAGED, compression="lz4", row_group_size=GROUP_ROWS)
            yield pl.scan_parquet(folder / STAGED)


def hold_orders(
    rows: pl.LazyFrame, paths: Sequence[Path], formats: Sequence[str | None], only: pl.Expr | None = None
) -> pl.LazyFrame:
    """Return numbered orders of one row each in memory, where they are scanned from small columnar files.

    They lack the texts of amounts and times that can be used. Ten passes over a file of a million orders take 0.7
    processor seconds less so; to make a text of each amount would take as long. Of orders in memory those that `only`
    is true of are enough, numbered anew.
    """
    is_scanned = all(form in COLUMNAR for form in formats) and _fits_in_memory(paths, GROWTH)
    if not is_scanned or CURRENCY in rows.collect_schema():
        return rows
    if only is not None:
        rows = _with_row_numbers(rows.filter(only))
    bare = leave_out_texts(rows).collect()
    if bare.select(has_usable_cells().all()).item():
        return bare.lazy()
    wanted = drop_parsed_text(rows.filter(~has_usable_cells())).select(ROW, *TEXTS).collect()
    return bare.with_columns(bare[name].scatter(wanted[ROW], wanted[name]) for name in TEXTS).lazy()


def _hold(numbered: pl.LazyFrame, *, is_columnar: bool) -> pl.DataFrame:
    """Return orders in memory; where they could be scanned too, with every text that a scan gives and may be wanted."""
    if not is_columnar:
        return drop_parsed_text(numbered).collect()
    usable = collect_usable(numbered)
    return numbered.collect() if usable is None else usable


def _parse_plainly(typed: Callable[[], pl.LazyFrame], paths: Sequence[Path]) -> pl.DataFrame | None:
    """Return orders typed without the forms that are tried last; None where that left an amount or a time unread.

    To try those forms takes 3 ms of the 28 ms of a dataset of 600 customers, and 1.1 of the 2.7 processor seconds of a
    million orders, even where there is none. Of more than a few orders the first are looked at before all are typed.
    """
    if _size(paths) <= FEW_BYTES:
        none = pl.QueryOptFlags.none()
        return _if_plain(drop_parsed_text(_with_row_numbers(typed())).collect(engine="streaming", optimizations=none))
    if not _fits_in_memory(paths) or _if_plain(drop_parsed_text(typed().head(FIRST)).collect()) is None:
        return None
    return _if_plain(drop_parsed_text(_with_row_numbers(typed())).collect())


def _if_plain(found: pl.DataFrame) -> pl.DataFrame | None:
    pairs = ((ORDER_AMOUNT_FEN, AMOUNT_TEXT), (ORDER_TIME, TIME_TEXT))
    left = (found[text].filter(found[value].is_null()).count() for value, text in pairs)
    return None if any(left) else found


def _fits_in_memory(paths: Sequence[Path], growth: int = 1) -> bool:
    return _size(paths) * growth <= max(IN_MEMORY_BYTES, (available_memory() or 0) // IN_MEMORY_SHARE)


def _size(paths: Sequence[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _with_row_numbers(typed: pl.LazyFrame) -> pl.LazyFrame:
    return typed.drop(ROW, strict=False).with_row_index(ROW)


def row_mask(rows: pl.Series, height: int) -> pl.Expr:
    """Return whether a row is one of these, looked up by its number: 0.5 s for 20 million orders, a join 1.1 s."""
    return pl.lit(row_marks(rows, height)).gather(pl.col(ROW))


def row_marks(rows: pl.Series, height: int) -> pl.Series:
    """Return for each of `height` rows whether it is one of these."""
    return pl.repeat(value=False, n=height, eager=True).scatter(rows, values=True)


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The lines of orders, all of their columns; what those that may share an order id are added up by, in memory."""

    rows: pl.LazyFrame
    held: pl.DataFrame | None = None


@dataclass(frozen=True, kw_only=True)
class OrderSet:
    """The orders of one source under its rules: one numbered row each (`row`), `height` of them.

    `by` are the columns that split the customers into lists, `order_by` those within which an order id is one order,
    `checks` what a row must pass in order to count. Orders that several rows make have these as their `lines`.
    Where texts `may_be_padded`, white space may stand around ids.
    """

    rows: pl.LazyFrame
    height: int
    columns: tuple[str, ...]
    by: tuple[str, ...]
    order_by: tuple[str, ...]
    checks: list[RowCheck]
    rules: Rules
    lines: Lines | None = None
    may_be_padded: bool = False

    @property
    def is_large(self) -> bool:
        """Whether a look at the first orders pays before all are read."""
        return self.height > MANY

    @property
    def adds_rows(self) -> bool:
        """Whether several rows make one order: the lines of an id, or the orders of a day."""
        return self.rules.grain != "order"

    @property
    def all_rows_are_orders(self) -> bool:
        """Whether each row that counts is an order: neither a refund nor a part of one."""
        return self.rules.refunds == "reject" and not self.adds_rows

    def passing(self, spared: Collection[str] = ()) -> pl.LazyFrame:
        """Return the rows that pass every check, but for those that would reject them for one of the `spared` columns.

        An order id that is not looked at is not read either: 0.3 s for 20 million orders.
        """
        return passing_rows(self.rows, [check for check in self.checks if check.column not in spared])

    def failing(self) -> pl.LazyFrame:
        """Return the rows that fail a check."""
        return self.rows.filter(pl.any_horizontal(~check.passes.fill_null(value=False) for check in self.checks))


def order_set(rows: pl.LazyFrame, rules: Rules, *, may_be_padded: bool = False) -> OrderSet:
    """Return numbered orders under the rules; they are counted (from the footer of a columnar file), not read.

    Raises:
        DataError: Rules that need columns which the orders lack.
    """
    columns = tuple(rows.collect_schema().names())
    height = int(rows.select(pl.len()).collect().item())
    by = list_columns(columns, rules)
    order_by, checks = order_columns(columns, by, rules), row_checks(columns, rules)
    return OrderSet(
        rows=rows,
        height=height,
        columns=columns,
        by=by,
        order_by=order_by,
        checks=checks,
        rules=rules,
        may_be_padded=may_be_padded,
    )

"""Rows that share an order id: repeats are dropped, contradictions rejected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CARRIED, CUSTOMER_ID, ORDER_AMOUNT_FEN, ORDER_ID, ORDER_TIME, STATUS
from rfm_engine.orders.order_ids.spans import BREAKS, find_runs, list_rows, mark_rows, shared_rows
from rfm_engine.orders.padding import are_padded, has_padding
from rfm_engine.orders.parsing import null_if_empty
from rfm_engine.orders.staging import ROW, row_mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rfm_engine.orders.order_ids.spans import Run
    from rfm_engine.orders.staging import OrderSet

CONFLICTING: Final = "conflicting"
HASH: Final = "order_id_hash"
SNIFFED: Final = 100


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """What the order ids of an order set show.

    `ids_rise` from row to row (then none repeats); `all_have_ids` unless a row lacks one, which `ids_are_promised`
    where no one has looked. `suspect_hashes` are those of ids in several rows that are not all the same. `rows` are
    those that are no orders, one row each: its `row`, and whether it is `conflicting` or a repeat. With `has_padding`
    nothing is known but that the texts must be trimmed first.
    """

    ids_rise: bool = False
    all_have_ids: bool = False
    ids_are_promised: bool = False
    has_padding: bool = False
    suspect_hashes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={HASH: pl.UInt64}))
    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={ROW: pl.UInt32, CONFLICTING: pl.Boolean}))

    @property
    def conflicting(self) -> pl.Series:
        """The numbers of the conflicting rows."""
        return self.rows.filter(CONFLICTING)[ROW]

    def drop_from(self, rows: pl.LazyFrame, height: int) -> pl.LazyFrame:
        """Return the rows, of `height` in all, that are neither repeats nor conflicting."""
        return rows if self.rows.is_empty() else rows.filter(~row_mask(self.rows[ROW], height))


def find_duplicates(orders: OrderSet) -> Duplicates:
    """Look for order ids that stand in several rows, where a row is an order and ids are not promised to be unique."""
    are_promised = are_promised_unique(orders)
    runs = find_runs(orders) if (are_promised or can_repeat(orders)) and _may_rise(orders) else None
    if orders.may_be_padded and ORDER_ID in orders.columns and _are_padded(orders, runs):
        return Duplicates(has_padding=True)
    if runs is not None and len(runs) <= 1:
        return Duplicates(ids_rise=True, all_have_ids=True)
    if not can_repeat(orders):
        return Duplicates(all_have_ids=are_promised, ids_are_promised=are_promised)
    if runs and (shared := shared_rows(runs)) is not None:
        return _judge(orders, suspect_hashes(orders, list_rows(shared)).collect() if shared else None)
    return _judge(orders, suspect_hashes(orders).collect())


def _are_padded(orders: OrderSet, runs: Sequence[Run] | None) -> bool:
    return not (runs is not None and all(run.has_bare_ids() for run in runs)) and has_padding(orders.rows, [ORDER_ID])


def _judge(orders: OrderSet, hashes: pl.DataFrame | None) -> Duplicates:
    """Return the duplicates among the rows of ids with these hashes, where null stands for rows without an id."""
    if hashes is None:
        return Duplicates(all_have_ids=True)
    suspects = hashes.drop_nulls()
    found = Duplicates(all_have_ids=suspects.height == hashes.height)
    if suspects.is_empty():
        return found
    if orders.may_be_padded and are_padded(orders.rows):
        return Duplicates(has_padding=True)
    repeats, differing = compare_rows(orders, suspects)
    if differing.is_empty():
        return replace(found, rows=repeats)
    return replace(
        found, suspect_hashes=differing, rows=pl.concat([repeats, rows_to_drop(orders, differing).collect()])
    )


def can_repeat(orders: OrderSet) -> bool:
    """Return whether an order id may stand in several rows that are not the lines of one order."""
    return orders.rules.grain != "line" and not orders.rules.unique_order_ids and ORDER_ID in orders.columns


def are_promised_unique(orders: OrderSet) -> bool:
    """Return whether the rules promise that no order id repeats, and no list is made of one."""
    is_used = ORDER_ID in orders.columns and ORDER_ID not in orders.by
    return orders.rules.unique_order_ids and not orders.adds_rows and is_used


def _may_rise(orders: OrderSet) -> bool:
    """Return whether the ids of the first of many orders rise, but for a few where another run begins."""
    if not orders.is_large:
        return True
    breaks = mark_rows(orders.rows.head(SNIFFED), SNIFFED).select(pl.col(BREAKS).sum())
    return int(breaks.collect().item()) <= SNIFFED // 10


def suspect_hashes(orders: OrderSet, among: pl.Series | None = None) -> pl.LazyFrame:
    """Return the 64-bit hashes of order ids that stand in more than one row, and null where a row has no order id.

    The rows `among` which they are looked for are given by their numbers (None: all).

    None of them proves that no id repeats. Sorting hashes and comparing neighbours costs 0.5 to 1.3 s for 20 million
    orders; distinct ids for each customer cost 5.8 s. Equal hashes of different ids do no harm: such rows only get the
    second look that repeats get.
    """
    present = pl.when(pl.col(ORDER_ID).str.len_bytes() > 0).then(pl.col(ORDER_ID).hash())
    rows = orders.rows if among is None else orders.rows.filter(row_mask(among, orders.height))
    hashes = rows.select(present.alias(HASH)).sort(HASH)
    return hashes.filter(pl.col(HASH).is_null() | (pl.col(HASH) == pl.col(HASH).shift(1))).unique()


def compare_rows(orders: OrderSet, hashes: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the repeats among the rows of each hash whose rows are all identical, and the other hashes.

    Each row is compared with the one before of the same hash, exactly: 2 million rows given twice take 0.7 s, grouped
    by what must be the same 2.3 s.
    """
    columns = _identity_columns(orders, orders.order_by)
    is_further = pl.col(HASH) == pl.col(HASH).shift(1)
    is_same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in columns)
    order = {HASH: False, **_best_first(orders, columns)}
    ranked = _suspect_rows(orders, hashes).sort(*order, descending=[*order.values()], nulls_last=True)
    further = (
        ranked.select(HASH, ROW, is_same.alias(":same"), is_further.alias(":further")).filter(":further").collect()
    )
    differing = further.filter(~pl.col(":same")).select(HASH).unique()
    repeats = further.select(HASH, ROW, pl.lit(value=False).alias(CONFLICTING)).join(differing, on=HASH, how="anti")
    return repeats.drop(HASH), differing


def _suspect_rows(orders: OrderSet, hashes: pl.DataFrame) -> pl.LazyFrame:
    hashed = orders.passing().with_columns(pl.col(ORDER_ID).hash().alias(HASH))
    return hashed.join(hashes.lazy(), on=HASH, how="semi").with_columns(null_if_empty(_optional_texts(orders)))


def _best_first(orders: OrderSet, columns: Sequence[str]) -> dict[str, bool]:
    """Return the columns by which repeats are sorted, and whether the greatest is first: what is carried, the row."""
    carried = (name for name in orders.rules.carry if name in orders.columns and name not in columns)
    return {**dict.fromkeys(carried, True), ROW: False}


def rows_to_drop(orders: OrderSet, hashes: pl.DataFrame) -> pl.LazyFrame:
    """Return the rows that are no orders, one row each: its `row`, and whether it is `conflicting` or a repeat.

    Rows that share list, customer and order id and differ are all conflicting, their repeats too; of identical rows all
    but the first are repeats, the first by what is carried along (null last), in which alone they may differ. Only rows
    with a suspect hash are looked at, exactly.
    """
    columns = _identity_columns(orders, orders.order_by)
    order = _best_first(orders, columns)
    best_first = pl.col(ROW).sort_by([*order], descending=[*order.values()], nulls_last=True)
    different = _suspect_rows(orders, hashes).group_by(columns).agg(best_first)
    by_id = different.group_by(*orders.order_by, CUSTOMER_ID, ORDER_ID)
    judged = by_id.agg((pl.len() > 1).alias(CONFLICTING), pl.col(ROW)).explode(ROW)
    rows = judged.select(CONFLICTING, ROW, pl.col(ROW).list.first().alias("first")).explode(ROW)
    return rows.filter(pl.col(CONFLICTING) | (pl.col(ROW) != pl.col("first"))).select(ROW, CONFLICTING)


def count_repeats(orders: OrderSet) -> int:
    """Return how many rows repeat an earlier one in every column (of a source without order ids)."""
    rows = orders.passing().with_columns(null_if_empty(_optional_texts(orders)))
    return count_further(rows, [pl.col(name) for name in _identity_columns(orders, orders.by)])


def count_further(rows: pl.LazyFrame, columns: Sequence[pl.Expr]) -> int:
    """Return how many rows have the same values in these columns as an earlier row.

    Only rows whose 64-bit hash repeats are grouped: where none does, 2 million rows take 0.2 s, grouped 0.7 s.
    """
    keyed = rows.select(columns)
    keys = keyed.collect_schema().names()
    hashed = keyed.with_columns(pl.struct(keys).hash().alias(HASH))
    hashes = hashed.select(HASH).sort(HASH).filter(pl.col(HASH) == pl.col(HASH).shift(1)).unique().collect()
    if hashes.is_empty():
        return 0
    alike = hashed.join(hashes.lazy(), on=HASH, how="semi").group_by(keys).agg(pl.len().cast(pl.Int64) - 1)
    return int(alike.select(pl.col("len").sum()).collect().item())


def _identity_columns(orders: OrderSet, by: Sequence[str]) -> list[str]:
    """Return the columns in which two rows must be the same to be one row given twice."""
    known = (CUSTOMER_ID, ORDER_ID, *CARRIED, STATUS, ORDER_AMOUNT_FEN, ORDER_TIME)
    return list(dict.fromkeys((*by, *(name for name in known if name in orders.columns))))


def _optional_texts(orders: OrderSet) -> Iterable[str]:
    return [name for name in orders.columns if name in (*CARRIED, STATUS, *orders.rules.carry)]

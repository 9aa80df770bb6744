"""Rows that share an order id: repeats are dropped, contradictions rejected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CARRIED, CUSTOMER_ID, ORDER_AMOUNT_FEN, ORDER_ID, ORDER_TIME, STATUS
from rfm_engine.orders.order_ids.copied_runs import list_repeats, split_copies
from rfm_engine.orders.order_ids.spans import BREAKS, find_runs, list_rows, mark_rows, shared_rows
from rfm_engine.orders.padding import are_padded, has_padding
from rfm_engine.orders.parsing import null_if_empty
from rfm_engine.orders.staging import ROW, row_marks, row_mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rfm_engine.orders.order_ids.spans import IdRun
    from rfm_engine.orders.staging import OrderSet

CONFLICTING: Final = "conflicting"
HASH: Final = "order_id_hash"
PREVIOUS: Final = ":previous"
FURTHER: Final = ":further"
SNIFFED: Final = 100
_NO_HASHES: Final = pl.DataFrame(schema={HASH: pl.UInt64})
ROWS: Final = 1 << 32
"""More rows than Polars numbers (32 bits)."""

MANY: Final = 8
"""One row in so many that shares its order id is many."""


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """What the order ids of an order set show.

    `ids_rise` from row to row (then none repeats); `all_have_ids` unless a row lacks one, which `ids_are_promised`
    where no one has looked. `suspect_hashes` are those of ids in several rows that are not all the same, and
    `repeated_hashes` of all ids in several rows, None where no one has looked. `runs` are the runs of rising ids, where
    they are few. `rows` are those that are no orders, one row each: its `row`, and whether it is `conflicting` or a
    repeat. With `has_padding` nothing is known but that the texts must be trimmed first.
    """

    ids_rise: bool = False
    all_have_ids: bool = False
    ids_are_promised: bool = False
    has_padding: bool = False
    suspect_hashes: pl.DataFrame = field(default_factory=lambda: _NO_HASHES)
    repeated_hashes: pl.DataFrame | None = None
    runs: Sequence[IdRun] = ()
    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={ROW: pl.UInt32, CONFLICTING: pl.Boolean}))

    @cached_property
    def conflicting(self) -> pl.Series:
        """The numbers of the conflicting rows."""
        return self.rows.filter(CONFLICTING)[ROW]

    @property
    def unchecked_columns(self) -> list[str]:
        """The columns that no row need be checked for."""
        return [ORDER_ID] if self.all_have_ids else []

    def drop_from(self, rows: pl.LazyFrame, height: int) -> pl.LazyFrame:
        """Return the rows, of `height` in all, that are neither repeats nor conflicting."""
        return rows if self.rows.is_empty() else rows.filter(~row_mask(self.rows[ROW], height))


def find_duplicates(orders: OrderSet) -> Duplicates:
    """Look for order ids that stand in several rows, where a row is an order and ids are not promised to be unique."""
    are_promised = are_promised_unique(orders)
    runs = find_runs(orders) if (are_promised or can_repeat(orders)) and _may_rise(orders) else None
    if orders.may_be_padded and ORDER_ID in orders.columns and not orders.adds_rows and _are_padded(orders, runs):
        return Duplicates(has_padding=True)
    if runs is not None and len(runs) <= 1:
        return Duplicates(ids_rise=True, all_have_ids=True, runs=runs, repeated_hashes=_NO_HASHES)
    if not can_repeat(orders):
        return Duplicates(all_have_ids=are_promised, ids_are_promised=are_promised)
    if runs and (repeats := _list_copies(orders, runs)) is not None:
        return repeats
    if runs and (shared := shared_rows(runs)) is not None:
        found = _judge(orders, suspect_hashes(orders, list_rows(shared)).collect() if shared else None)
        return replace(found, runs=runs)
    return replace(_judge(orders, suspect_hashes(orders).collect()), runs=runs or ())


def _list_copies(orders: OrderSet, runs: Sequence[IdRun]) -> Duplicates | None:
    """Return the duplicates where all that repeats are runs which stand twice, row by row the same; else None."""
    kept, pairs = split_copies(runs)
    if not pairs or shared_rows(kept) != [] or _carried_beside(orders):
        return None
    repeats = list_repeats(orders, pairs, identity_columns(orders, orders.order_by))
    if repeats is None:
        return None
    rows = repeats.to_frame(ROW).with_columns(pl.lit(value=False).alias(CONFLICTING))
    return Duplicates(all_have_ids=True, runs=runs, rows=rows)


def _are_padded(orders: OrderSet, runs: Sequence[IdRun] | None) -> bool:
    return not (runs is not None and all(run.has_bare_ids() for run in runs)) and has_padding(orders.rows, [ORDER_ID])


def _judge(orders: OrderSet, hashes: pl.DataFrame | None) -> Duplicates:
    """Return the duplicates among the rows of ids with these hashes, where null stands for rows without an id."""
    if hashes is None:
        return Duplicates(all_have_ids=True, repeated_hashes=_NO_HASHES)
    suspects = hashes.drop_nulls()
    found = Duplicates(all_have_ids=suspects.height == hashes.height, repeated_hashes=suspects)
    if suspects.is_empty():
        return found
    repeats, differing = compare_rows(orders, suspects)
    if (_carried_beside(orders) or not differing.is_empty()) and orders.may_be_padded and are_padded(orders.rows):
        return Duplicates(has_padding=True)
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

    Each row is compared with the one before of the same hash, exactly: 2 million rows, half of them repeats, take 0.9
    processor seconds, sorted with all of their columns 1.8, grouped by what must be the same 2.3.
    """
    pairs = _pair_rows(orders, hashes)
    differing = pairs.filter(_differ(orders, pairs)).select(HASH).unique()
    repeats = pairs.select(HASH, ROW, pl.lit(value=False).alias(CONFLICTING)).join(differing, on=HASH, how="anti")
    return repeats.drop(HASH), differing


def _pair_rows(orders: OrderSet, hashes: pl.DataFrame) -> pl.DataFrame:
    """Return each row whose hash an earlier one has, with the row before it of this hash (`:previous`).

    Earlier are those whose carried texts are greater, else those that stand before.
    """
    carried = _carried_beside(orders)
    descending = [False, *(True for _ in carried)]
    are_many = hashes.height > orders.height // MANY  # then to look for them costs more than to sort the others too
    rows = _hash_rows(orders) if are_many else _suspect_rows(orders, hashes)
    if carried:
        by_hash = rows.select(HASH, ROW, *null_if_empty(carried)).sort(
            HASH, *carried, descending=descending, nulls_last=True, maintain_order=True
        )
    else:
        by_hash = _sort_by_hash(rows)
    further, previous = pl.col(HASH) == pl.col(HASH).shift(1), pl.col(ROW).shift(1).alias(PREVIOUS)
    return by_hash.select(HASH, ROW, previous, further.alias(FURTHER)).filter(FURTHER).drop(FURTHER).sort(ROW).collect()


def _sort_by_hash(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return hash and row by both, sorted as one whole number: a third of the time that two columns take."""
    key = pl.col(HASH).cast(pl.UInt128) * ROWS + pl.col(ROW)
    packed = rows.select(key.alias(HASH)).sort(HASH, nulls_last=True)
    return packed.select((pl.col(HASH) // ROWS).cast(pl.UInt64), (pl.col(HASH) % ROWS).cast(pl.UInt32).alias(ROW))


def _differ(orders: OrderSet, pairs: pl.DataFrame) -> pl.Series:
    """Return whether the two rows of each pair differ; one column at a time is in memory."""
    marks = row_marks(pl.concat([pairs[ROW], pairs[PREVIOUS]]), orders.height)
    wanted, place = orders.rows.filter(pl.lit(marks).gather(pl.col(ROW))), marks.cum_sum() - 1
    first, second = place.gather(pairs[PREVIOUS]), place.gather(pairs[ROW])
    differ = pl.repeat(value=False, n=pairs.height, eager=True)
    for name in identity_columns(orders, orders.order_by):
        texts = null_if_empty([name] if name in optional_texts(orders) else [])
        cells = wanted.select(ROW, name).with_columns(texts).collect().sort(ROW)[name]
        differ |= cells.gather(first).ne_missing(cells.gather(second))
    return differ


def _suspect_rows(orders: OrderSet, hashes: pl.DataFrame) -> pl.LazyFrame:
    suspects = _hash_rows(orders).join(hashes.lazy(), on=HASH, how="semi")
    return suspects.with_columns(null_if_empty(optional_texts(orders)))


def _hash_rows(orders: OrderSet) -> pl.LazyFrame:
    return orders.passing().with_columns(pl.col(ORDER_ID).hash().alias(HASH))


def _carried_beside(orders: OrderSet) -> list[str]:
    """Return the carried columns in which repeats may differ."""
    columns = identity_columns(orders, orders.order_by)
    return [name for name in orders.rules.carry if name in orders.columns and name not in columns]


def rows_to_drop(orders: OrderSet, hashes: pl.DataFrame) -> pl.LazyFrame:
    """Return the rows that are no orders, one row each: its `row`, and whether it is `conflicting` or a repeat.

    Rows that share list, customer and order id and differ are all conflicting, their repeats too; of identical rows all
    but the first are repeats, the first by what is carried along (null last), in which alone they may differ. Only rows
    with a suspect hash are looked at, exactly.
    """
    carried = _carried_beside(orders)
    descending = [*(True for _ in carried), False]
    best_first = pl.col(ROW).sort_by(*carried, ROW, descending=descending, nulls_last=True)
    different = _suspect_rows(orders, hashes).group_by(identity_columns(orders, orders.order_by)).agg(best_first)
    by_id = different.group_by(*orders.order_by, CUSTOMER_ID, ORDER_ID)
    judged = by_id.agg((pl.len() > 1).alias(CONFLICTING), pl.col(ROW)).explode(ROW)
    rows = judged.select(CONFLICTING, ROW, pl.col(ROW).list.first().alias("first")).explode(ROW)
    return rows.filter(pl.col(CONFLICTING) | (pl.col(ROW) != pl.col("first"))).select(ROW, CONFLICTING)


def identity_columns(orders: OrderSet, by: Sequence[str]) -> list[str]:
    """Return the columns in which two rows must be the same to be one row given twice."""
    known = (CUSTOMER_ID, ORDER_ID, *CARRIED, STATUS, ORDER_AMOUNT_FEN, ORDER_TIME)
    return list(dict.fromkeys((*by, *(name for name in known if name in orders.columns))))


def optional_texts(orders: OrderSet) -> Iterable[str]:
    """Return the columns of texts that a row may lack: null and an empty one are the same."""
    return [name for name in orders.columns if name in (*CARRIED, STATUS, *orders.rules.carry)]

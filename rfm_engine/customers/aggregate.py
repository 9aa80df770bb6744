"""Orders to customers: one row per (list, customer), with the three metrics and the last order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, MONETARY_FEN, ORDER_AMOUNT_FEN, ORDER_ID, REGION
from rfm_engine.customers.batches import Lists, split_lists
from rfm_engine.customers.conflicts import find_conflicts
from rfm_engine.customers.integer_keys import TextKeys, find_keys
from rfm_engine.customers.large_sums import MOST_FEN, refuse_large_sums
from rfm_engine.customers.last_order import (
    break_ties,
    fetch_last_orders,
    join_last_orders,
    last_order_columns,
    tie_break_columns,
    tied_orders,
)
from rfm_engine.customers.merged_orders import (
    IS_ORDER,
    LINES,
    lines_of,
    merge_rows,
    order_keys,
    pick_largest,
)
from rfm_engine.customers.metrics import TIED, Shortcuts, fits_seconds
from rfm_engine.customers.moments import count_customers
from rfm_engine.orders.cells.amounts import LIMIT, ROUNDED
from rfm_engine.orders.cleaning import is_present
from rfm_engine.orders.order_ids import duplicates as repeats
from rfm_engine.orders.padding import are_padded, has_padding, text_columns
from rfm_engine.orders.staging import ROW, row_mask
from rfm_engine.orders.tally import Tally
from rfm_engine.system.stage_timer import StageTimer
from rfm_engine.vocabulary.currencies import CENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rfm_engine.findings import Finding
    from rfm_engine.orders.cache import Inputs
    from rfm_engine.orders.failing_rows import FailingRows
    from rfm_engine.orders.ledger import Ledger
    from rfm_engine.orders.order_ids.duplicates import Duplicates
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.orders.survey import Survey
    from rfm_engine.rules import Rules

SNIFFED: Final = 100


class Batch(NamedTuple):
    """The customers of some lists who ordered, by list and customer_id, and what became of these lists' orders."""

    customers: pl.LazyFrame
    tally: Tally


class Fetched(NamedTuple):
    """What last orders have, one row each, and whether white space stands around texts that it was chosen from."""

    orders: pl.DataFrame
    is_padded: bool = False


@dataclass(frozen=True, kw_only=True)
class Aggregated:
    """What an engine hands to grading: customers with their metrics and last order, the ledger, rejects and inputs.

    `parts` are in the order of the lists, each with all customers of its lists, by list and customer_id. `rules` are
    those of the job as the order source completes them, `currency` and `decimals` are those of `Rules`. `survey` is
    what stands in the columns, where that was asked; `origin` says where a gatherer counted the customers.
    """

    parts: list[pl.LazyFrame]
    by: tuple[str, ...]
    ledger: Ledger
    rejects: pl.DataFrame
    inputs: Inputs
    rules: Rules
    currency: str | None = None
    decimals: int = CENTS
    findings: tuple[Finding, ...] = ()
    survey: Survey | None = None
    origin: Mapping[str, Any] | None = None


def aggregate(
    orders: OrderSet, duplicates: Duplicates, shortcuts: Shortcuts, lists: Lists = None, clock: StageTimer | None = None
) -> Batch:
    """Return the customers of some `lists` (values of the first column in `by`; None: of all), in memory.

    One row per (list, customer_id) with an order in the window: the three metrics and what is asked of the last order.
    Where order ids are promised, the rows are taken to have one until the second pass finds one that has not. Where
    the tally `has_padding`, the customers are not those of trimmed ids.

    Raises:
        DataError: A customer's amounts add up to more than can be counted exactly.
    """
    clock = clock or StageTimer()
    clock.begin("aggregate")
    rows = orders_in(orders, duplicates, lists)
    columns = list_last_order_columns(orders)
    unchecked = orders_in(orders, duplicates, lists, spared=(*orders.by, CUSTOMER_ID))
    found, days = count_customers(unchecked, orders.rules.as_of, shortcuts, orders.height)
    if orders.may_be_padded and _are_padded(found, orders.by):
        return Batch(customers=found.lazy(), tally=Tally(has_padding=True))
    _refuse_large_sums(found, rows, orders)
    customers = found.filter(pl.col(FREQUENCY) > 0).with_columns(pl.col(MONETARY_FEN).cast(pl.Int64))
    clock.lap("aggregate")
    last_rows, as_new = _last_rows(customers, rows, orders)
    needed = tie_break_columns(orders.columns, orders.by, orders.rules.carry) if as_new is not None else columns
    fetched, is_padded = _fetch(orders, duplicates, last_rows, needed)
    if duplicates.ids_are_promised and fetched[f"last_{ORDER_ID}"].has_nulls():
        unproved = replace(duplicates, all_have_ids=False, ids_are_promised=False)
        return aggregate(orders, unproved, shortcuts, lists, clock)
    customers = customers if as_new is None else break_ties(customers, as_new, fetched)
    wanted = fetched.select(ROW, *(f"last_{name}" for name in columns))
    with_last_order = join_last_orders(customers, wanted, orders.height)
    clock.lap("newest order")
    texts = fetched.drop(f"last_{ORDER_ID}", strict=False) if duplicates.ids_rise else fetched  # then none is padded
    has_padding = is_padded or (orders.may_be_padded and are_padded(texts.lazy()))
    tally = replace(days + _tally(found, customers, fetched), has_padding=has_padding)
    return Batch(customers=with_last_order.lazy(), tally=tally)


def _are_padded(customers: pl.DataFrame, by: Sequence[str]) -> bool:
    lists = (customers[name].unique().cast(pl.String).to_frame() for name in by)
    return any(are_padded(texts.lazy()) for texts in (customers.select(CUSTOMER_ID), *lists))


def find_late_padding(orders: OrderSet, tally: Tally, failing: FailingRows) -> bool:
    """Return whether the groups show white space around ids, or around texts by which rows that fail are judged."""
    names = {name for check in orders.checks for name in check.passes.meta.root_names()}
    judged = [name for name in text_columns(orders.rows) if name in names]
    return tally.has_padding or (orders.may_be_padded and any(has_padding(piece, judged) for piece in failing.pieces))


def list_last_order_columns(orders: OrderSet) -> list[str]:
    """Return the columns of the last order that are wanted, in the order in which they break ties."""
    return last_order_columns(orders.columns, orders.by, orders.rules.drop, orders.rules.carry)


def orders_in(orders: OrderSet, duplicates: Duplicates, lists: Lists, *, spared: Collection[str] = ()) -> pl.LazyFrame:
    """Return the rows of the lists that count; where some are no orders (refunds), `is_order` says which are.

    The `spared` columns are not checked: customers are, row by row it takes 0.4 s for 20 million orders.
    """
    rows = duplicates.drop_from(orders.passing([*duplicates.unchecked_columns, *spared]), orders.height)
    if not (orders.all_rows_are_orders or orders.adds_rows):
        rows = rows.with_columns((pl.col(ORDER_AMOUNT_FEN) > 0).alias(IS_ORDER))
    return rows if lists is None else rows.filter(pl.col(orders.by[0]).is_in(lists))


def _refuse_large_sums(found: pl.DataFrame, rows: pl.LazyFrame, orders: OrderSet) -> None:
    """Stop at sums that are too large; those of 64 bits are added up again where so many orders may exceed them."""
    if orders.all_rows_are_orders:
        if (found[FREQUENCY] < MOST_FEN // LIMIT).all():
            return
        fen = pl.col(ORDER_AMOUNT_FEN).cast(pl.Int128)
        found = TextKeys(by=orders.by).group(rows).agg(fen.sum().alias(MONETARY_FEN)).collect()
    refuse_large_sums(found, MONETARY_FEN, orders.by)


def find_shortcuts(orders: OrderSet, duplicates: Duplicates) -> Shortcuts:
    """Return what spares work; few orders are rather grouped twice if some times are not whole seconds."""
    columns = list_last_order_columns(orders)
    whole_seconds = True
    if orders.is_large:
        first = orders.rows.head(SNIFFED).select(fits_seconds(orders.rules.as_of).all())
        whole_seconds = bool(first.collect().item())
    return Shortcuts(
        all_rows_are_orders=orders.all_rows_are_orders,
        whole_seconds=whole_seconds,
        ids_rise=duplicates.ids_rise or not columns,
        keys=find_keys(orders),
        counts_same_day=ORDER_ID not in orders.columns and not orders.adds_rows,
    )


def _last_rows(customers: pl.DataFrame, rows: pl.LazyFrame, orders: OrderSet) -> tuple[pl.Series, pl.DataFrame | None]:
    """Return the rows that may be last orders, and of those with equal times which compete (None: none do)."""
    tied = customers.filter(TIED)
    if tied.is_empty():
        return customers[ROW], None
    candidates = rows if orders.all_rows_are_orders else rows.filter(IS_ORDER)
    as_new = tied_orders(candidates, tied, orders.by).collect()
    return pl.concat([customers[ROW], as_new[ROW]]), as_new


def _fetch(orders: OrderSet, duplicates: Duplicates, rows: pl.Series, columns: Sequence[str]) -> Fetched:
    """Return the columns of these rows; the same pass brings rows whose amount is rounded or whose id is missing."""
    wanted = row_mask(rows, orders.height) if columns else pl.lit(value=False)
    if orders.lines is not None:
        return _fetch_merged(orders, wanted, columns)
    if ROUNDED not in orders.columns:
        return Fetched(fetch_last_orders(orders.rows, wanted, columns).collect())
    odd = pl.col(ROUNDED)
    if duplicates.ids_are_promised:
        odd |= ~is_present(pl.col(ORDER_ID)).fill_null(value=False)
        columns = [*dict.fromkeys((ORDER_ID, *columns))]
    return Fetched(fetch_last_orders(orders.rows, wanted | odd.fill_null(value=False), columns).collect())


def _fetch_merged(orders: OrderSet, wanted: pl.Expr, columns: Sequence[str]) -> Fetched:
    """Return the columns of these orders, those that only their lines have from the largest of them."""
    there = orders.rows.collect_schema().names()
    own = fetch_last_orders(orders.rows, wanted, [name for name in columns if name in there]).collect()
    carried, is_padded = [name for name in columns if name not in there], False
    if carried:
        rows = orders.rows.filter(wanted).select(ROW, LINES, *order_keys(orders)).collect()
        lines = lines_of(orders, rows).collect(engine="streaming")
        is_padded = orders.may_be_padded and are_padded(lines.lazy())
        own = own.join(pick_largest(lines, carried), on=ROW, how="left")
    return Fetched(own.select(ROW, *(f"last_{name}" for name in columns)), is_padded=is_padded)


def _tally(found: pl.DataFrame, customers: pl.DataFrame, fetched: pl.DataFrame) -> Tally:
    return Tally(
        orders=int(found[FREQUENCY].sum()),
        customers_without_order=found.height - customers.height,
        regions=frozenset(found[REGION].unique().cast(pl.String)) if REGION in found.columns else frozenset(),
        may_be_rounded=ROUNDED not in fetched.columns or bool(fetched[ROUNDED].any()),
    )


def aggregate_all(orders: OrderSet) -> pl.DataFrame:
    """Return the customers of all lists, in memory, by list and customer_id.

    Raises:
        DataError: So many rows conflict that they are order lines.
    """
    duplicates = repeats.find_duplicates(orders)
    find_conflicts(orders, duplicates)
    return aggregate_single(orders, duplicates)


def aggregate_single(orders: OrderSet, duplicates: Duplicates) -> pl.DataFrame:
    """Return the customers of all lists, as `aggregate_all`, of orders whose duplicates are known."""
    single, duplicates = merge_rows(orders, duplicates)
    shortcuts = replace(find_shortcuts(single, duplicates), counts_same_day=False)
    parts = [aggregate(single, duplicates, shortcuts, lists).customers for lists in split_lists(orders)]
    if parts[1:]:
        parts = [part.with_columns(pl.col(orders.by).cast(pl.String)) for part in parts]
    return pl.concat(parts).collect()

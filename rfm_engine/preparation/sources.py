"""What order sources say of the orders of their files: their grain, the statuses that count, words for no customer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from rfm_engine.columns import LEFT_OUT, STATUS
from rfm_engine.orders.cells.evidence import Choice, question
from rfm_engine.orders.cleaning import NO_PURCHASE
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.preparation.spellings import list_values
from rfm_engine.vocabulary.statuses import fold_status

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rfm_engine.order_source import OrderSource
    from rfm_engine.orders.reading import Orders
    from rfm_engine.rules import Rules

    Sources = Mapping[str, OrderSource | None]


def follow_sources(orders: pl.LazyFrame, rules: Rules, source: Orders, declared: Collection[str]) -> Rules:
    """Return the rules with what the order sources of the files say; declared keys stay as they are.

    The statuses to keep are those of the one source of all files; those of several are judged file by file.

    Raises:
        DataError: A row is an order in some files, and a line in others.
    """
    sources = source.sources
    if not any(sources.values()):
        return rules
    further = [word for known in {one.name: one for one in sources.values() if one}.values() for word in known.nobody]
    changes: dict[str, Any] = {"nobody": (*rules.nobody, *further)}
    if "grain" not in declared:
        changes["grain"] = _agree_on_grain(sources)
    one = source.source
    if one is not None and "keep_status" not in declared and one.statuses and STATUS in orders.collect_schema():
        changes["keep_status"] = _spell_statuses(orders, one) or one.statuses
    return replace(rules, **changes)


def _agree_on_grain(sources: Sources) -> str:
    files: dict[str, list[str]] = {}
    for path, source in sources.items():
        files.setdefault("order" if source is None else source.grain, []).append(path)
    if len(files) == 1:
        return next(iter(files))
    choices = [
        Choice(option="--grain line", meaning="adds up the rows of each order id, in all files"),
        Choice(option="--grain order", meaning="takes each row for an order; those that share an id are rejected"),
    ]
    where = f"{', '.join(files['order'][:2])} and {', '.join(files['line'][:2])}"
    raise question(where, "a row is an order in the former, and a line of one in the latter", choices, ())


def _spell_statuses(orders: pl.LazyFrame, source: OrderSource) -> tuple[str, ...]:
    """Return the statuses that count for a source as the rows spell them."""
    folded = {fold_status(status) for status in source.statuses}
    return tuple(status for status in list_values(orders, STATUS) if fold_status(status) in folded)


def leave_out_statuses(orders: pl.LazyFrame, sources: Sources) -> pl.LazyFrame:
    """Return the orders with a mark on rows whose status is none of those that count for the source of their file."""
    schema = orders.collect_schema()
    if STATUS not in schema or SOURCE_FILE not in schema:
        return orders
    for known in {one.name: one for one in sources.values() if one is not None and one.statuses}.values():
        files = [path for path, one in sources.items() if one is not None and one.name == known.name]
        is_its = pl.col(SOURCE_FILE).cast(pl.String).is_in(files)
        kept = _spell_statuses(orders.filter(is_its), known)
        is_left_out = is_its & ~pl.col(STATUS).is_in(kept).fill_null(value=False)
        marked = pl.col(LEFT_OUT) if LEFT_OUT in orders.collect_schema() else pl.lit(None, dtype=pl.String)
        reason = pl.when(marked.is_null() & is_left_out).then(pl.lit(NO_PURCHASE)).otherwise(marked)
        orders = orders.with_columns(reason.alias(LEFT_OUT))
    return orders

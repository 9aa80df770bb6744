"""The window moves on: what comes in and goes out of the files that are known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from rfm_engine.columns import PRODUCT_NAME, STORE_CODE
from rfm_engine.orders.staging import ROW
from rfm_engine.state.open_ids import NO_HASHES, drop_rows, find_id_order, find_open_rows
from rfm_engine.state.parts.counting import count_inside, count_leaving
from rfm_engine.state.parts.leaving import negate
from rfm_engine.state.parts.merging import sum_parts
from rfm_engine.state.rereading import Wanted
from rfm_engine.state.windows import day_after, day_before, in_window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    import polars as pl

    from rfm_engine.orders.order_ids.duplicates import Duplicates
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.state.rereading import KnownFiles


def move_window(known: KnownFiles) -> pl.DataFrame:
    """Return the delta of the memo with the parts of the days that come in and go out, read at once."""
    with ThreadPoolExecutor(1, "days that leave") as pool:
        leaving, coming = pool.submit(_count_leaving, known), _count_coming(known)
        return sum_parts(known.memo.delta, coming, leaving.result())


def _count_leaving(known: KnownFiles) -> pl.DataFrame:
    memo, rules = known.memo, known.job.rules
    if rules.since is None or memo.since is None or rules.since == memo.since:
        return memo.delta.clear()
    last_texts = [name for name in (PRODUCT_NAME, STORE_CODE) if name not in rules.by]  # they say what is bought last
    return negate(_count_days(known, count_leaving, memo.since, day_before(rules.since), last_texts), memo.delta)


def _count_coming(known: KnownFiles) -> pl.DataFrame:
    memo, as_of = known.memo, known.job.rules.as_of
    return memo.delta.clear() if as_of == memo.as_of else _count_days(known, count_inside, day_after(memo.as_of), as_of)


def _count_days(
    known: KnownFiles,
    count: Callable[[OrderSet, Duplicates], pl.DataFrame],
    first: date,
    last: date,
    spared: Sequence[str] = (),
) -> pl.DataFrame:
    """Return the part of the settled rows of some days, which needs no `spared` columns."""
    files = known.choose(lambda facts: facts.meets_days(first, last))
    if not files:
        return known.memo.delta.clear()
    with known.read(files, Wanted(days=(first, last), spared=spared)) as (orders, _):
        opened = find_open_rows(orders, NO_HASHES, known.memo.open_ids)
        return count(in_window(orders, first, last), drop_rows(opened[ROW], find_id_order(orders)))

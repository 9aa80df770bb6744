"""Which rows count: the tests that a row passes in turn, and the fate of those that fail one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_AMOUNT, ORDER_AMOUNT_FEN, ORDER_ID, ORDER_TIME, REGION, STATUS
from rfm_engine.errors import DataError
from rfm_engine.orders.amounts import ROUNDED
from rfm_engine.orders.parsing import amount_fault, time_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from rfm_engine.rules import Rules

OTHER_STATUS = "other_status"
OTHER_REGION = "other_region"
OUTSIDE_WINDOW = "outside_window"
REJECTED = "rejected"
SURVIVED = -1
SHOWN = 12


class Test(NamedTuple):
    """One test of a row: the fate of a row that fails it, and for a rejected row the column and the reason.

    `passes` is Boolean; null fails. `reason` makes an expression where it depends on the row.
    """

    fate: str
    passes: pl.Expr
    column: str | None = None
    reason: str | Callable[[], pl.Expr] = ""


def lists(columns: Collection[str], rules: Rules) -> tuple[str, ...]:
    """Return the columns that split the customers into lists: `by`, without a default region that the source lacks.

    Raises:
        DataError: Rules that need columns which the orders lack; it names all of them.
    """
    by = () if rules.by == (REGION,) and REGION not in columns and not rules.region else rules.by
    needed = dict.fromkeys(by, "named in by")
    needed |= {REGION: "for region"} if rules.region else {}
    needed |= {STATUS: "for keep_status"} if rules.keep_status else {}
    needed |= {ORDER_ID: "for grain = 'line'"} if rules.grain == "line" else {}
    lacking = [f"{column} ({rule})" for column, rule in needed.items() if column not in columns]
    if lacking:
        message = f"the orders have no column {', '.join(lacking)}; map it with [columns] or --column NAME=HEADER"
        raise DataError(message)
    return by


def tests(columns: Collection[str], rules: Rules) -> list[Test]:
    """Return the tests in the order in which a row meets them; the first that it fails is its fate."""
    amount, time = pl.col(ORDER_AMOUNT_FEN), pl.col(ORDER_TIME)
    required = [CUSTOMER_ID, *lists(columns, rules), *([ORDER_ID] if ORDER_ID in columns else [])]
    found = []
    if rules.keep_status is not None:
        found.append(Test(OTHER_STATUS, pl.col(STATUS).is_in(rules.keep_status)))
    if rules.region is not None:
        found.append(Test(OTHER_REGION, pl.col(REGION).is_in(rules.region)))
    found += [Test(REJECTED, time.is_not_null(), ORDER_TIME, time_fault), Test(OUTSIDE_WINDOW, inside(rules))]
    found += [Test(REJECTED, stated(name), name, "missing") for name in dict.fromkeys(required)]
    found.append(Test(REJECTED, amount.is_not_null(), ORDER_AMOUNT, amount_fault))
    if rules.refunds == "reject":
        found.append(Test(REJECTED, amount > 0, ORDER_AMOUNT, "not positive"))
    return found


def stated(name: str) -> pl.Expr:
    """Return whether a text cell holds anything: neither null nor empty."""
    return pl.col(name).str.len_bytes() > 0


def inside(rules: Rules) -> pl.Expr:
    """Return whether the order's calendar date is within [since, as_of], both days included."""
    time = pl.col(ORDER_TIME)
    until = time < pl.lit(rules.as_of + timedelta(days=1)).cast(pl.Datetime("us"))
    return until if rules.since is None else (time >= pl.lit(rules.since).cast(pl.Datetime("us"))) & until


def unmatched(orders: pl.LazyFrame, rules: Rules, regions: Collection[str] = ()) -> list[str]:
    """Return a sentence for each region or status that is asked for and that no row has.

    Where these `regions`, which some rows are known to have, are not all that are asked for, the orders are read.
    """
    told = []
    for column, asked in ((REGION, rules.region), (STATUS, rules.keep_status)):
        if asked is None or (column == REGION and {*asked} <= {*regions}):
            continue
        there = orders.filter(stated(column)).select(pl.col(column).unique().sort()).collect()[column].to_list()
        shown = ", ".join(there[:SHOWN]) + (f" and {len(there) - SHOWN} more" if len(there) > SHOWN else "")
        told += [f"no row has {column} {name!r}; there are: {shown or 'none'}" for name in asked if name not in there]
    return told


def kept(orders: pl.LazyFrame, found: list[Test]) -> pl.LazyFrame:
    """Return the rows that pass every test."""
    return orders.filter(*(test.passes for test in found))


def fates(orders: pl.LazyFrame, found: list[Test]) -> pl.LazyFrame:
    """Return how many rows fail each test first: one row per position in the tests (`SURVIVED` for none).

    `rows` counts them, `rounded` those whose amount was no whole number of fen.
    """
    counted = [pl.len().cast(pl.Int64).alias("rows"), pl.col(ROUNDED).fill_null(value=False).sum().alias("rounded")]
    return orders.group_by(first_failed(found).alias("test")).agg(counted)


def first_failed(found: list[Test]) -> pl.Expr:
    """Return the position of the first test that a row fails, or `SURVIVED`."""
    failed = [
        pl.when(~test.passes.fill_null(value=False)).then(pl.lit(position, dtype=pl.Int8))
        for position, test in enumerate(found)
    ]
    return pl.coalesce(*failed, pl.lit(SURVIVED, dtype=pl.Int8))

"""Cells to typed orders: exact, lazy, and null where a cell is not what its column needs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.columns import (
    CUSTOMER_ID,
    ORDER_AMOUNT,
    ORDER_AMOUNT_FEN,
    ORDER_ID,
    ORDER_TIME,
    PRODUCT_NAME,
    REGION,
    STATUS,
    STORE_CODE,
)
from rfm_engine.orders.cells.amount_text import HOME
from rfm_engine.orders.cells.amounts import AMOUNT_TEXT, REMAINDER, ROUNDED, parse_amounts
from rfm_engine.orders.cells.blanks import BLANKS
from rfm_engine.orders.cells.ids import id_text
from rfm_engine.orders.cells.times.order_times import USUAL_FORMS, TimeForms, parse_times, time_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rfm_engine.orders.read_options import ReadOptions

TIME_TEXT: Final = "order_time_text"
TEXTS: Final = (CUSTOMER_ID, ORDER_ID, STORE_CODE, REGION, PRODUCT_NAME, STATUS)
TYPED: Final = (ORDER_AMOUNT_FEN, ROUNDED, ORDER_TIME, AMOUNT_TEXT, TIME_TEXT)
EXTRA_FIELDS: Final = " [too many fields]"
"""Ends the order_time of a row with more fields than the header: it is no time then, and the row is rejected."""


class CellForms(NamedTuple):
    """What the cells of a table look like, beyond the options.

    `trim` takes white space off the texts and makes empty text null: cells of text files need it. Typed text rarely
    does, and to do it would cost more than all the rest (`padding`). Amounts may name one of `currencies`.
    """

    trim: bool = False
    currencies: tuple[str, ...] = (HOME,)
    times: TimeForms = USUAL_FORMS


def parse_orders(  # noqa: PLR0913 four of them only where a file is read
    raw: pl.LazyFrame,
    options: ReadOptions,
    mapping: Mapping[str, str],
    *,
    place: Iterable[pl.Expr] = (),
    forms: CellForms | None = None,
    fallback: bool = True,
    with_remainder: bool = False,
) -> pl.LazyFrame:
    """Return one row per raw row: the columns of `mapping` (canonical name -> column of `raw`), typed.

    In this order: customer_id, order_id, store_code, region, product_name, order_status and further mapped columns
    (String), order_amount_fen (Int64), order_amount_rounded (Boolean), order_time (naive
    Datetime("us")), order_amount_text and order_time_text (String as in the options, null where blank), and the `place`
    expressions over `raw`. What is not selected afterwards is not computed. Empty text counts as missing whether it is
    made null or not (`cleaning.is_present`).
    Without `fallback` amounts and times are null too whose text is not of the forms that are tried first.
    `with_remainder` adds what rounding changed (`amounts.REMAINDER`), for amounts that are added first.
    """
    schema, forms = raw.collect_schema(), forms or CellForms()
    names = [name for name in dict.fromkeys((*TEXTS, *mapping)) if name in mapping]
    texts = [name for name in names if name not in (ORDER_AMOUNT, ORDER_TIME)]
    place, time = tuple(place), schema[mapping[ORDER_TIME]]
    exact = (REMAINDER,) if with_remainder else ()
    parse = partial(parse_amounts, currencies=forms.currencies, fallback=fallback, with_remainder=with_remainder)
    selected = raw.select(*(pl.col(mapping[name]).alias(name) for name in names), *place)
    return (
        selected.with_columns(
            *(id_text(name, schema[mapping[name]], trim=forms.trim) for name in texts),
            pl.col(ORDER_AMOUNT).cast(pl.String).str.strip_chars(BLANKS).alias(AMOUNT_TEXT),
            time_text(time).str.strip_chars(BLANKS).alias(TIME_TEXT),
        )
        .with_columns(null_if_empty((*(texts if forms.trim else ()), AMOUNT_TEXT, TIME_TEXT)))
        .pipe(parse, schema[mapping[ORDER_AMOUNT]], options)
        .pipe(parse_times, time, options, forms=forms.times, fallback=fallback)
        .select(*texts, *TYPED, *exact, *(_name(one) for one in place))
    )


def null_if_empty(names: Iterable[str]) -> list[pl.Expr]:
    """Return the text columns with null for empty text."""
    return [pl.when(pl.col(name).str.len_bytes() > 0).then(pl.col(name)).alias(name) for name in names]


def _name(expression: pl.Expr) -> str:
    return expression.meta.output_name()


def amount_fault() -> pl.Expr:
    """Return why a typed row has no amount: "missing", "not an amount", "out of range"; null where it has one."""
    out = pl.when(pl.col(ROUNDED).is_null()).then(pl.lit("not an amount")).otherwise(pl.lit("out of range"))
    return _fault(ORDER_AMOUNT_FEN, AMOUNT_TEXT, out)


def time_fault() -> pl.Expr:
    """Return why a typed row has no time: "missing", "not a time", "too many fields"; null where it has one."""
    has_extra_fields = pl.col(TIME_TEXT).str.ends_with(EXTRA_FIELDS.strip())
    reason = pl.when(has_extra_fields).then(pl.lit("too many fields")).otherwise(pl.lit("not a time"))
    return _fault(ORDER_TIME, TIME_TEXT, reason)


def _fault(column: str, text: str, otherwise: pl.Expr) -> pl.Expr:
    reason = pl.when(pl.col(text).is_null()).then(pl.lit("missing")).otherwise(otherwise)
    return pl.when(pl.col(column).is_null()).then(reason)

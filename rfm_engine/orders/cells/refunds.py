"""Refunds that stand in a column of their own: subtracted from the amount."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_AMOUNT, ORDER_AMOUNT_FEN, REFUNDED_AMOUNT, REFUNDED_FEN
from rfm_engine.orders.cells.amount_text import HOME
from rfm_engine.orders.cells.amounts import AMOUNT_TEXT, REMAINDER, ROUNDED, parse_amounts, round_sum
from rfm_engine.orders.cells.blanks import BLANKS

if TYPE_CHECKING:
    from rfm_engine.orders.cells.options import CellOptions

_GROSS: Final = ":gross "
NO_REFUND: Final = (
    *("", "-", "--", "—", "/", "none", "null", "nil", "nan", "na", "n/a", "no", "\\n"),
    *("无", "無", "无退款", "無退款", "未退款", "无退款申请", "没有申请退款"),
)
"""What stands where nothing was refunded, in lower case."""


def subtract_refunds(orders: pl.LazyFrame, options: CellOptions, currencies: tuple[str, ...] = (HOME,)) -> pl.LazyFrame:
    """Return typed orders with `refunded_amount` (text, as `order_amount`) taken off their fen, and `refunded_fen`.

    A blank refund is none, as are words such as `none` and 无, and whatever its sign it reduces the amount. Where it is
    no amount, the row has none, and its text has both.
    """
    columns = orders.collect_schema().names()
    with_remainder = REMAINDER in columns
    own = (ORDER_AMOUNT_FEN, ROUNDED, *([REMAINDER] if with_remainder else []))
    gross = orders.rename({name: _GROSS + name for name in own})
    parsed = gross.with_columns(pl.col(REFUNDED_AMOUNT).alias(ORDER_AMOUNT)).pipe(
        parse_amounts, pl.String(), options, currencies=currencies, fallback=True, with_remainder=with_remainder
    )
    refund = pl.col(ORDER_AMOUNT_FEN).abs()
    refund_text = pl.col(REFUNDED_AMOUNT)
    is_blank = refund_text.is_null() | refund_text.str.strip_chars(BLANKS).str.to_lowercase().is_in(NO_REFUND)
    is_unread = ~is_blank & pl.col(ROUNDED).is_null()
    both = pl.concat_str(pl.col(AMOUNT_TEXT).fill_null(""), pl.lit(" less "), refund_text)
    rounded = pl.col(_GROSS + ROUNDED) | pl.col(ROUNDED).fill_null(value=False)
    known = pl.when(is_blank).then(pl.lit(0, dtype=pl.Int64)).otherwise(refund)
    amount = pl.col(_GROSS + ORDER_AMOUNT_FEN) - known
    left = {ORDER_AMOUNT_FEN: amount}
    if with_remainder:
        left[ORDER_AMOUNT_FEN], left[REMAINDER] = round_sum(amount, pl.col(_GROSS + REMAINDER) - _refunded_parts())
    return parsed.with_columns(
        *(value.alias(name) for name, value in left.items()),
        pl.when(~is_unread).then(rounded).alias(ROUNDED),
        pl.when(is_unread).then(both).otherwise(AMOUNT_TEXT).alias(AMOUNT_TEXT),
        known.alias(REFUNDED_FEN),
    ).select(*(name for name in columns if name != REFUNDED_AMOUNT), REFUNDED_FEN)


def _refunded_parts() -> pl.Expr:
    """Return the parts of a fen of a refund, whose sign counts for nothing."""
    fen, parts = pl.col(ORDER_AMOUNT_FEN), pl.col(REMAINDER)
    is_negative = (fen < 0) | ((fen == 0) & (parts < 0))
    return pl.when(is_negative).then(-parts).otherwise(parts).fill_null(0)


def is_wholly_refunded() -> pl.Expr:
    """Return whether a refund left nothing of what was an amount."""
    net, refund = pl.col(ORDER_AMOUNT_FEN), pl.col(REFUNDED_FEN)
    return (refund > 0) & (net <= 0) & (net + refund > 0)

"""Refunds that an order source reports in a text of its state, or in rows of their own that name the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_AMOUNT, REFUND_OF, REFUNDED_AMOUNT, fold_header

if TYPE_CHECKING:
    from rfm_engine.order_source import OrderSource
    from rfm_engine.orders.readers.table import RawTable

REFUND_TEXT: Final = ":refund text"
WHOLE: Final = "全额退款|全額退款"
PART: Final = r"退款\s*[(（]?\s*([^\s()（）]*[0-9][^\s()（）]*)"
"""Texts of a state after a refund: 已全额退款, 已退款(￥20.00)."""


def add_refunds(
    table: RawTable, source: OrderSource | None, columns: dict[str, str]
) -> tuple[pl.LazyFrame, dict[str, str]]:
    """Return the frame of a table, and which of its columns hold what, with the refunds that its source reports.

    `columns` are those that are known: canonical name -> column of the frame.
    """
    given = table.files[0].options.columns
    if source is None or REFUNDED_AMOUNT in given:
        return table.frame, columns
    names = dict(zip(map(fold_header, table.headers), table.columns, strict=True))
    if order := names.get(fold_header(source.refund_of or "")):
        columns = {**columns, REFUND_OF: order}
    state = names.get(fold_header(source.refunds_in or ""))
    if state is None or REFUNDED_AMOUNT in columns:
        return table.frame, columns
    text, amount = pl.col(state).cast(pl.String), pl.col(columns[ORDER_AMOUNT]).cast(pl.String)
    refund = pl.when(text.str.contains(WHOLE)).then(amount).otherwise(text.str.extract(PART))
    return table.frame.with_columns(refund.alias(REFUND_TEXT)), {**columns, REFUNDED_AMOUNT: REFUND_TEXT}

"""Columns that no one reads though orders may count less by them, or not at all: refunds, discounts, kinds of rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_AMOUNT, REFUNDED_AMOUNT, fold_header
from rfm_engine.errors import quote_argument
from rfm_engine.findings import Finding
from rfm_engine.orders.headers import NO_HEADER
from rfm_engine.vocabulary.headers import further_headers
from rfm_engine.vocabulary.statuses import status_meaning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rfm_engine.orders.readers.table import RawTable

REFUNDS: Final = re.compile(
    r"(?i)refund(ed)?s?[\s_-]*(amount|total|sum|value)|(amount|total|sum)[\s_-]*(of[\s_-]*)?refund(ed|s)?\b"
    r"|退[款货貨].*(金额|金額|总额|元\b)|实退|實退"
)
ADJUSTED: Final = re.compile(
    r"(?i)^(adjusted|revised)[\s_-]+(\w+[\s_-]+)?(total|amount)$|^(调整|调价|退款)后.*(金额|总额)$"
)
DISCOUNTS: Final = re.compile(r"(?i)discount|rebate|coupon[\s_-]*(amount|value)|优惠金额|折扣|優惠金額|让利")
ROW_KINDS: Final = re.compile(
    r"(?i)^((trans(action)?|txn|event|order|doc(ument)?|sales?|line|record|entry|bill|voucher|trade|operation|invoice)"
    r"[\s_-]*)?(type|kind)$|^(业务|业务单据|交易|单据|订单|销售|记录|收支|操作|業務|交易|單據|訂單)?(类型|類型|类别|類別)$|^收/?支$"
)
"""Headers of what a row is; those of products and customers are other kinds."""

REFUND_STATES: Final = re.compile(
    r"(?i)(refund|return|after[\s_-]?sales?)s?[\s_-]*(status|state)$|^is[\s_-]?(refund|return)(ed)?$"
    r"|^(售后|售後|退款|退货|退貨)(状态|狀態)$|^是否退[款货]$"
)
"""Headers of what became of an order after the sale, beside its status."""

IS_REFUNDED: Final = re.compile(r"(?i)^(1|true|yes|y|是)$|refund(ed)?\b|return(ed)\b|退款|退货|退貨")
NOT_REFUNDED: Final = re.compile(r"(?i)\b(no|not|none|un)|reject|declin|cancel|无|無|未|没|拒绝|关闭|取消|失败")

MOST_KINDS: Final = 50
NONZERO: Final = "[1-9]"


def find_unread_columns(table: RawTable, found: Mapping[str, str], *, is_of_source: bool) -> Iterator[Finding]:
    """Yield what a table's columns without a meaning say of its orders, of which nothing is known otherwise.

    Only columns with such a header are read. `is_of_source` is whether an order source says what its rows are.
    """
    free = [header for header in table.headers if header not in found.values()]
    if REFUNDED_AMOUNT not in found and table.files[0].options.columns.get(REFUNDED_AMOUNT) != NO_HEADER:
        for header in _list_amounts(table, [header for header in free if _holds_refunds(header)]):
            words = f"{table.where}: a column of refunds is not read, and no refund is taken off"
            fix = f"--column {quote_argument(f'{REFUNDED_AMOUNT}={header}')}, or --column {REFUNDED_AMOUNT}=none"
            yield Finding("RFM244", words, (header,), fix)
    for header in _list_amounts(table, [header for header in free if ADJUSTED.search(header)], "[0-9]"):
        words = f"{table.where}: a column of amounts after refunds is not read"
        fix = f"--column {quote_argument(f'{ORDER_AMOUNT}={header}')} where every order has one; or accept it"
        yield Finding("RFM244", words, (header,), fix)
    if ORDER_AMOUNT not in found:
        for header in _list_amounts(table, [header for header in free if DISCOUNTS.search(header)]):
            words = f"{table.where}: amounts are quantity times price, and a column of discounts is not read"
            fix = "--column order_amount=HEADER names one of amounts after discounts; or accept it"
            yield Finding("RFM245", words, (header,), fix)
    for header in [] if is_of_source else free:
        yield from _find_other_kinds(table, header)


def _holds_refunds(header: str) -> bool:
    return further_headers().get(fold_header(header)) == REFUNDED_AMOUNT or REFUNDS.search(header) is not None


def _texts(table: RawTable, header: str) -> pl.LazyFrame:
    column = table.columns[table.headers.index(header)]
    is_nested = table.frame.collect_schema()[column].is_nested()
    return table.frame.select(pl.lit(None, pl.String) if is_nested else pl.col(column).cast(pl.String).alias(header))


def _list_amounts(table: RawTable, headers: Sequence[str], digit: str = NONZERO) -> list[str]:
    """Return the headers of columns in which any cell has such a digit."""
    return [
        header
        for header in headers
        if _texts(table, header).select(pl.first().str.contains(digit).any()).collect().item()
    ]


def _find_other_kinds(table: RawTable, header: str) -> Iterator[Finding]:
    is_other = _is_refunded if REFUND_STATES.search(header) else status_meaning if ROW_KINDS.search(header) else None
    if is_other is None:
        return
    kinds = _texts(table, header).unique().head(MOST_KINDS + 1).collect().to_series().drop_nulls().sort().to_list()
    others = tuple(kind for kind in kinds if is_other(kind))
    if others and len(kinds) <= MOST_KINDS:
        words = f"{table.where}: rows of {header!r} that are no purchase count as orders"
        option = quote_argument(f"order_status={header}")
        yield Finding("RFM412", words, others[:3], f"--column {option} with --keep-status STATUS for those that count")


def _is_refunded(state: str) -> bool:
    return bool(IS_REFUNDED.search(state.strip())) and not NOT_REFUNDED.search(state)

"""Findings about the states of orders: statuses that no one filters, times of payment that are not looked at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_TIME, STATUS, fold_header
from rfm_engine.errors import quote_argument
from rfm_engine.findings import Finding
from rfm_engine.grading.summary import format_sum, pluralize
from rfm_engine.orders.cells.blanks import BLANKS
from rfm_engine.orders.cleaning import NOT_POSITIVE
from rfm_engine.vocabulary.statuses import status_meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.review.reviewed import Reviewed

SHOWN: Final = 8
PAID_AT_HEADERS: Final = (
    *("付款时间", "支付时间", "付款時間", "支付時間", "订单付款时间"),
    *("paid at", "payment date", "date paid", "paid date"),
)
LIKE_A_STATUS: Final = re.compile(
    r"(?i)(order|payment|financial|fulfil\w*|sale|transaction|invoice|pay|trade)[\s_-]*stat(us|e)\b"
    r"|cancel|\bvoid(ed)?\b|\b(is_)?deleted\b|状态|狀態|取消|作废|作廢|删除|刪除"
)
"""Headers that may say what became of an order; not those of a place."""

BELOW_ZERO: Final = r"^[^0-9]*[-−－(（].*[1-9]|[1-9].*[-−－]\s*$"
"""An amount with a sign, or in brackets."""

PAID_AT: Final = {fold_header(header) for header in PAID_AT_HEADERS}


def find_unfiltered_statuses(reviewed: Reviewed) -> Iterator[Finding]:
    """Find a status column with several statuses, or one in which an order is no purchase, that no one filters."""
    if STATUS not in reviewed.columns or reviewed.requested.keep_status is not None or not _may_all_count(reviewed):
        return
    status = pl.col(STATUS).cast(pl.String).str.strip_chars(BLANKS)
    by_status = reviewed.counts.group_by(pl.when(status != "").then(status).alias(STATUS))
    counted = by_status.agg(pl.col("rows", "fen").sum())
    rows = counted.sort("rows", STATUS, descending=[True, False]).rows()
    meanings = {status: status_meaning(status) if status else None for status, *_ in rows}
    if len(rows) > 1 or any(meanings.values()):
        money = (reviewed.rules.currency, reviewed.rules.decimals)
        samples = tuple(
            _describe(status, meanings[status], count, format_sum(fen, *money)) for status, count, fen in rows[:SHOWN]
        )
        more = f" ({len(rows) - SHOWN} more statuses)" if len(rows) > SHOWN else ""
        fix = "keep those that count, --keep-status STATUS"
        yield Finding("RFM402", f"every order status counts, purchase or not{more}", samples, fix)


def _may_all_count(reviewed: Reviewed) -> bool:
    """Return whether a file has statuses of which no order source says which count."""
    mappings, sources = reviewed.source.mapping, reviewed.source.sources
    of_files = [sources.get(path) for path, mapping in mappings.items() if STATUS in mapping]
    return any(source is None or not source.statuses for source in of_files)


def _describe(status: str | None, meaning: str | None, rows: int, spend: str) -> str:
    what = f" ({meaning})" if meaning else ""
    return f"{status or 'none'}{what}: {pluralize(rows, 'row')}, {spend}"


def find_unread_statuses(reviewed: Reviewed) -> Iterator[Finding]:
    """Find headers that may say which orders were cancelled or paid, where no column holds statuses."""
    headers = [header for header in reviewed.free_headers if LIKE_A_STATUS.search(header)]
    if headers and STATUS not in reviewed.columns:
        words = "every order counts, and columns that may say which were cancelled or never paid are not read"
        header = quote_argument(f"{STATUS}={headers[0]}")
        fix = f"--column {header} reads one, --keep-status STATUS keeps those that count; or accept it"
        yield Finding("RFM408", words, tuple(headers[:3]), fix)


def find_unread_payment_times(reviewed: Reviewed) -> Iterator[Finding]:
    """Find a header with times of payment that nothing looks at, where no status is filtered either."""
    if STATUS in reviewed.columns or not reviewed.files_without_source(ORDER_TIME):
        return
    for header in reviewed.free_headers:
        if fold_header(header) in PAID_AT:
            words = "orders count though they may never have been paid: a column of payment times is not read"
            yield Finding(
                "RFM407",
                words,
                (header,),
                f"--column {quote_argument(f'{ORDER_TIME}={header}')} rejects orders without one",
            )


def find_rejected_refunds(reviewed: Reviewed) -> Iterator[Finding]:
    """Find rows of less than 0 that are rejected: refunds that no one's spend is reduced by, perhaps."""
    takes_refunds_off = any(one is not None and one.refund_of for one in reviewed.source.sources.values())
    if reviewed.rejects.is_empty() or takes_refunds_off:
        return
    is_below = (pl.col("reason") == NOT_POSITIVE) & pl.col("value").str.contains(BELOW_ZERO)
    values = reviewed.rejects.filter(is_below)["value"]
    if values.len():
        words = f"{pluralize(values.len(), 'row')} of less than 0 rejected, which may be refunds and reduce no spend"
        samples = tuple(values.unique(maintain_order=True).head(3).to_list())
        yield Finding("RFM411", words, samples, "--refunds net takes them off; or accept it")

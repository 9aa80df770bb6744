"""Findings about files and the columns that were chosen from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import (
    ORDER_AMOUNT,
    QUANTITY,
    REFUNDED_AMOUNT,
    REFUNDED_FEN,
    UNIT_PRICE,
    fold_header,
    known_headers,
)
from rfm_engine.errors import quote_argument
from rfm_engine.findings import Finding
from rfm_engine.grading.summary import format_sum, pluralize
from rfm_engine.vocabulary.headers import further_headers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.review.reviewed import Reviewed

PAID_HEADERS: Final = (
    *("实付金额", "实付金额(元)", "实付款", "实际支付金额", "买家实际支付金额", "实收金额", "付款金额", "支付金额"),
    *("应付金额", "實付金額", "實收金額", "paid amount", "amount paid", "net amount", "total paid", "grand total"),
)
"""Headers of what was paid, where another amount may be what was asked."""

PAID: Final = {fold_header(header) for header in PAID_HEADERS}


def find_copies(reviewed: Reviewed) -> Iterator[Finding]:
    """Find files that have the content of another one."""
    copies = reviewed.source.copies
    if copies:
        words = f"{pluralize(len(copies), 'file')} with the content of another one, whose orders count once"
        yield Finding("RFM101", words, tuple(copies[:3]), "take them away")


def find_sources(reviewed: Reviewed) -> Iterator[Finding]:
    """Find that files were recognised as the exports of an order source, which no one named."""
    if "source" in reviewed.declared:
        return
    found = {source.name: source for source in reviewed.source.sources.values() if source is not None}
    rules, is_alone = reviewed.rules, reviewed.source.source is not None
    for name, source in found.items():
        own = () if rules.keep_status is not None else source.statuses
        statuses = (rules.keep_status or ()) if is_alone else own
        kept = f", statuses {', '.join(statuses)} count" if statuses else ""
        grain = f", each row is a{'n order' if rules.grain == 'order' else f' {rules.grain}'}"
        words = f"read as an export of {source.title}{grain}{kept}. {source.note}".rstrip(".")
        fix = f"--source {name} states it, --source none" if is_alone else "accept it, or --source none"
        yield Finding("RFM102", words, fix=f"{fix} turns it off")


def find_unit_prices(reviewed: Reviewed) -> Iterator[Finding]:
    """Find that the amounts are read from the price of one piece though a header holds quantities."""
    quantities = [one for one in reviewed.free_headers if _column_of(one) == QUANTITY]
    files = reviewed.files_without_source(ORDER_AMOUNT)
    prices = {reviewed.source.mapping[file].get(ORDER_AMOUNT, "") for file in files}
    found = sorted(price for price in prices if _column_of(price) == UNIT_PRICE)
    if quantities and found:
        words = f"amounts are read from {found[0]!r}, perhaps the price of one piece; {quantities[0]!r} is not read"
        fix = (
            f"--column {quote_argument(f'unit_price={found[0]}')} "
            f"--column {quote_argument(f'quantity={quantities[0]}')} in its place"
        )
        yield Finding("RFM241", words, fix=fix)


def _column_of(header: str) -> str | None:
    return known_headers().get(fold_header(header)) or further_headers().get(fold_header(header))


def find_refunds(reviewed: Reviewed) -> Iterator[Finding]:
    """Find amounts that a refund column reduces, where no one declared it."""
    if REFUNDED_FEN not in reviewed.columns or REFUNDED_AMOUNT in reviewed.mapped_by_user or reviewed.source.source:
        return
    refunded = reviewed.orders.filter(pl.col(REFUNDED_FEN) > 0)
    rows, fen = refunded.select(pl.len(), pl.col(REFUNDED_FEN).sum()).collect().row(0)
    if rows:
        headers = sorted({one[REFUNDED_AMOUNT] for one in reviewed.source.mapping.values() if REFUNDED_AMOUNT in one})
        money = format_sum(fen, reviewed.rules.currency, reviewed.rules.decimals)
        words = f"refunds of {money} are taken off the amounts of {pluralize(rows, 'row')}"
        yield Finding("RFM242", words, tuple(headers), "accept it, or --column refunded_amount=none")


def find_missing_currencies(reviewed: Reviewed) -> Iterator[Finding]:
    """Find rows that name no currency and count as in the one of all others."""
    currency = reviewed.rules.currency
    if not currency or reviewed.rules.keep_currency:
        return
    if blank := reviewed.rows_without_currency:
        words = f"{pluralize(blank, 'row')} without a currency, taken to be in {currency} like all others"
        yield Finding("RFM243", words, fix=f"--currency {currency} says so, --keep-currency {currency} leaves them out")


def find_amount_choices(reviewed: Reviewed) -> Iterator[Finding]:
    """Find that the amounts are read from one header though another one holds what was paid."""
    paid = [header for header in reviewed.free_headers if fold_header(header) in PAID]
    chosen = {mapping.get(ORDER_AMOUNT, "") for mapping in reviewed.source.mapping.values()}
    if paid and not any(fold_header(header) in PAID for header in chosen):
        words = (
            f"amounts are read from {', '.join(map(repr, sorted(chosen)))}, what was paid may stand in another column"
        )
        yield Finding(
            "RFM240", words, tuple(paid[:3]), f"--column {quote_argument(f'order_amount={paid[0]}')}, or accept it"
        )

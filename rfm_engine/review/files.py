"""Findings about files and the columns that were chosen from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rfm_engine.columns import ORDER_AMOUNT, fold_header
from rfm_engine.findings import Finding
from rfm_engine.grading.summary import pluralize

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


def find_amount_choices(reviewed: Reviewed) -> Iterator[Finding]:
    """Find that the amounts are read from one header though another one holds what was paid."""
    paid = [header for header in reviewed.free_headers if fold_header(header) in PAID]
    chosen = {mapping.get(ORDER_AMOUNT, "") for mapping in reviewed.source.mapping.values()}
    if paid and not any(fold_header(header) in PAID for header in chosen):
        words = (
            f"amounts are read from {', '.join(map(repr, sorted(chosen)))}, what was paid may stand in another column"
        )
        yield Finding("RFM240", words, tuple(paid[:3]), f"--column order_amount={paid[0]}, or accept it")

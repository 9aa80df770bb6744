"""Words for states of an order in which it is no purchase, or not yet one: cancelled, closed, unpaid, refunded."""

from __future__ import annotations

import re
from typing import Final

NOT_BOUGHT: Final = {
    "cancelled": r"cancel|void|annul|storn|delet|取消|作废|作廢|删除|刪除|撤销|撤銷|キャンセル",
    "closed": r"closed|expired|declin|fail|reject|关闭|關閉|失败|失敗|拒绝|拒絕|超时|超時",
    "unpaid": r"unpaid|pending|on.?hold|await|draft|not.?paid|未付|待付|未支付|待支付|等待买家付款|等待買家付款|未入金",
    "refunded": r"refund|return|charge.?back|退款|退货|退貨|返品|返金|冲正|沖正",
}
"""Patterns of words by what became of the order."""

_PATTERNS: Final = {meaning: re.compile(words, re.IGNORECASE) for meaning, words in NOT_BOUGHT.items()}


def status_meaning(status: str) -> str | None:
    """Return what a status says of an order that is no purchase; None where no known word does.

    >>> status_meaning("交易关闭"), status_meaning("wc-cancelled"), status_meaning("Paid")
    ('closed', 'cancelled', None)
    """
    return next((meaning for meaning, pattern in _PATTERNS.items() if pattern.search(status)), None)


def fold_status(status: str) -> str:
    """Return a status without its case and spaces, for comparison.

    >>> fold_status(" Partially  Refunded ") == fold_status("partially refunded")
    True
    """
    return "".join(status.split()).casefold()

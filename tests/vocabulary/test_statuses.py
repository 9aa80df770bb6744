"""A status says what became of an order, however it is written, and a purchase is none of these."""

from __future__ import annotations

import pytest

from rfm_engine.vocabulary.statuses import NOT_BOUGHT, fold_status, status_meaning

STATUSES = {
    "cancelled": ["Cancelled", "CANCELED", "wc-cancelled", "voided", "Storniert", "已取消", "作廢", "キャンセル"],
    "closed": ["交易关闭", "Expired", "payment failed", "declined", "已拒绝"],
    "unpaid": ["Pending payment", "on-hold", "unpaid", "待付款", "等待买家付款", "draft"],
    "refunded": ["Refunded", "partially refunded", "RETURNED", "已退款", "退货", "返品"],
    None: ["paid", "completed", "shipped", "交易成功", "已发货", "processing", "fulfilled", ""],
}


@pytest.mark.parametrize("meaning", STATUSES)
def test_a_status_has_its_meaning(meaning: str | None) -> None:
    assert {status: status_meaning(status) for status in STATUSES[meaning]} == dict.fromkeys(STATUSES[meaning], meaning)
    assert meaning is None or meaning in NOT_BOUGHT


def test_case_and_spaces_of_a_status_count_for_nothing() -> None:
    assert len({fold_status(one) for one in ("Partially Refunded", "partially  refunded ", "PARTIALLYREFUNDED")}) == 1
    assert fold_status("paid") != fold_status("unpaid")

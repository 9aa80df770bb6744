"""Exports of Chinese platforms are read as they write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.order_sources.exports import Export, read_without_question, write
from tests.terminal import AS_OF, done, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def taobao(order: str, refund: str) -> Mapping[str, str]:
    return {"订单编号": f'="{order}"', "买家会员名": "甲", "买家实际支付金额": "60.00", "订单状态": "交易成功"} | {
        "订单付款时间": "2025-06-02 10:01:00",
        "退款金额": refund,
    }


TAOBAO = Export("总金额,打款商家金额", (taobao("1", "无退款申请"), taobao("2", "30.00")), {"甲": "90.00"})


def test_an_export_is_read_with_no_other_finding_than_what_it_is(tmp_path: Path) -> None:
    read_without_question(TAOBAO, tmp_path)


def test_a_refund_that_is_no_amount_is_rejected_beside_the_amount(tmp_path: Path) -> None:
    orders = write(tmp_path, Export("备注", (taobao("1", "待定"), taobao("2", "")), {}))

    done("run", "--orders", orders, *AS_OF, "--output", tmp_path)

    (lost,) = read_rows(tmp_path / "export" / "rejects.csv")
    assert (lost["value"], lost["reason"]) == ("60.00 less 待定", "not an amount")

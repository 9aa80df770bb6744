"""A refund in the text of a state is taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.order_sources.graded import customers, run

if TYPE_CHECKING:
    from pathlib import Path

BILL = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号\n"


def test_a_refund_in_the_text_of_a_state_is_taken_off(tmp_path: Path) -> None:
    states = ("已收钱", "已全额退款", "已退款(￥2.50)", "已退款￥1,000.00")
    rows = (
        f'2025-06-{13 + place} 10:00:00,收款,甲,x,收入,"¥{"1,200" if place == 3 else "9"}.00",/,"{state}",{place}\n'
        for place, state in enumerate(states)
    )
    (tmp_path / "a.csv").write_text(BILL + "".join(rows), "utf-8")

    printed = run(tmp_path)

    assert customers(tmp_path) == {"甲": ("3", "215.50")}
    assert "1 wholly refunded" in printed

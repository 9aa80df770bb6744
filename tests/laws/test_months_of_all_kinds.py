"""Two months that bring all that orders can: each rule gives with a state what it gives of all orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.state import keeping
from tests.laws.months import day, reason_of, row, write_month

if TYPE_CHECKING:
    from pathlib import Path

JANUARY = [
    row("o1", 1, region="east"),
    row("o1", 1, region="east", order_amount="2.005", product_name="rope"),
    row("o2", 2, customer_id="c2"),
    row("o2", 2, customer_id="c2", order_amount="-1.00", product_name="lamp"),
    row("o3", 3, customer_id="c2", order_amount="-3.00"),
    row("o4", 9, customer_id="c3", order_amount="0.004"),
    row("o5", 9, customer_id="c3", order_amount="0.004"),
    row("o5", 12, customer_id="c3", order_amount="0.002", product_name="rope"),
    row("o6", 13, customer_id="c4", order_status="void"),
    row("o7", 14, customer_id=None),
    row("o8", None, customer_id="c4"),
    row("o9", 15, customer_id="c5", order_amount="-4.00"),
    row("o10", 30, customer_id="c5", store_code="t"),
    row("o11", 45, customer_id="c6"),
    row("o12", 3, customer_id="c7"),
    row("o19", 16, customer_id="c7", order_amount="3.00"),
    row("o19", 16, customer_id="c7", order_amount="-5.00", product_name="rope"),
    *(row(f"p{number}", number, customer_id="c10", store_code=None) for number in (1, 5, 14, 45.5, 46, 60)),
    row("p47", 46.5, customer_id="c10"),
    row("q1", 1, customer_id="c11"),
    row("q15", 15, customer_id="c11"),
    row("p15", 15, customer_id="c10", order_amount="-2.00"),
    row("p16", 16, customer_id="c10", product_name=None),
]
FEBRUARY = [
    row("o10", 30, customer_id="c5", store_code="t"),
    row("o12", 31, customer_id="c7", order_amount="1.00"),
    row("o12", 31, customer_id="c7", order_amount="2.00", product_name="rope"),
    row("o2", 2, customer_id="c2", order_amount="-4.00", product_name="rope"),
    row("o13", 32, region=None),
    row("o14", 33, customer_id="c1", order_amount="-1.00"),
    row("o15", 20, customer_id="c8", order_amount="0.005"),
    row("o16", 21, customer_id="c8", order_status="Paid"),
    row("o17", 41, customer_id="c3", order_amount="1.005"),
    row("o17", 41, customer_id="c3", order_amount="1.005", product_name="lamp"),
]
MARCH = [row("o4", 9, customer_id="c3", order_amount="0.004"), row("o18", 46, customer_id="c9"), row("", 46)]
MARCH += [row("o9", 46, customer_id="c5", order_amount="9.00"), row("p47", 46.5, customer_id="c10")]
MARCH += [row("q15", 15, customer_id="c11", order_amount="1.00")]


@pytest.fixture(params=[0, 4], autouse=True)
def _never_or_sometimes_write_the_base_anew(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LONGEST", request.param)


@pytest.mark.parametrize(
    ("grain", "refunds", "since"),
    [("order", "reject", 0), ("order", "net", None), ("line", "reject", 0), ("line", "net", 0)],
)
def test_months_of_all_kinds_give_what_a_run_of_all_orders_gives(
    tmp_path: Path, grain: str, refunds: str, since: int | None
) -> None:
    keys: dict[str, Any] = {"grain": grain, "refunds": refunds, "keep_status": ["paid"] if refunds == "net" else None}
    windows = [{} if since is None else {"since": day(first)} for first in (0, 1, 3, 13)]
    write_month(tmp_path, "m1", JANUARY)
    assert reason_of(tmp_path, as_of=day(31), **windows[0], **keys) == "nothing is kept yet"
    write_month(tmp_path, "m2", FEBRUARY)
    assert reason_of(tmp_path, as_of=day(41), **windows[1], **keys) is None
    assert reason_of(tmp_path, as_of=day(45), **windows[2], **keys) is None
    write_month(tmp_path, "m3", MARCH)
    assert reason_of(tmp_path, as_of=day(46), **windows[3], **keys) is None

"""Every profile has headers that are known, and amounts in its unit."""

from __future__ import annotations

import pytest

from rfm_engine.columns import fold_header, known_headers
from rfm_engine.synthetic.generator import orders
from rfm_engine.synthetic.profiles import PROFILES, market
from tests.synthetic.made_orders import make_orders


@pytest.mark.parametrize(("unit", "fen"), [("fen", 1), ("yuan", 100), ("ten_thousand_yuan", 1_000_000)])
def test_the_units_mean_the_same_amounts(unit: str, fen: int) -> None:
    wanted = market(orders=500, seed=3)
    exact = [int(amount * 100) for amount in make_orders(wanted)["order_amount"].to_list()]
    result = [amount * fen for amount in make_orders(market(orders=500, seed=3, unit=unit))["order_amount"].to_list()]
    assert result == ([amount // 100 * 100 for amount in exact] if unit == "ten_thousand_yuan" else exact)


@pytest.mark.parametrize("profile", PROFILES)
def test_headers_of_every_profile_need_no_map_unless_they_state_a_unit(profile: str) -> None:
    wanted = market(profile)
    unknown = [header for header in orders(wanted).collect_schema() if fold_header(header) not in known_headers()]
    assert unknown == (["订单金额(万元)"] if wanted.unit == "ten_thousand_yuan" else [])

"""A report of lists in several currencies adds no money over them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "customer_id,order_id,order_amount,order_time,currency"
ROWS = ("ann,1,1200.50,2025-06-05,EUR", "bea,2,333.25,2025-06-28,EUR", "cyd,3,71001,2025-01-20,JPY")
SUMS = ("1,533.75", "72,534.75", "72534.75", "72,535")
"""Of EUR alone, which is a list, and of both."""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_list_and_customer_shows_its_own_currency_and_nothing_is_added_over_both(
    tmp_path: Path, language: str
) -> None:
    orders = tmp_path / "shop.csv"
    orders.write_text("\n".join([HEAD, *ROWS, ""]), "utf-8")

    done(
        "run", "--orders", orders, *AS_OF, "--by", "currency", "--output", tmp_path, "--report", "--language", language
    )
    page = (tmp_path / "shop.report.html").read_text("utf-8").replace("\u00a0", " ")
    shares = set(re.findall(r"[0-9]+\.[0-9] ?%", page.split("</header>")[1]))

    assert all(amount in page for amount in ("1,200.50 EUR", "333.25 EUR", "71,001 JPY", "1,533.75 EUR"))
    assert not any(amount in page for amount in SUMS[1:])
    assert not shares & {"97.9 %", "97.9%", "2.1 %", "2.1%"}
    assert 'id="curve"' not in page

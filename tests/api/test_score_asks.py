"""`score` asks about a frame of orders what `run` asks about files."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from rfm_engine import run, score
from rfm_engine.errors import DataError

USUAL = [(f"u{number}", f"{number}.50", f"2025-05-{number % 28 + 1:02}") for number in range(1, 50)]
ASKED: dict[str, tuple[tuple[str, str, str], str, Any]] = {
    "an amount of another style": (("x", "1,5", "2025-06-01"), 'amount_style="comma"', {"amount_style": "point"}),
    "a time of another form": (("x", "1.50", "05/06/2025"), 'order_time_format="dmy"', {"order_time_format": "mdy"}),
    "an id that lost its digits": (("1.38E+10", "1.50", "2025-06-01"), 'accept=["RFM305"]', {"accept": ["RFM305"]}),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_does_not_fit_most_cells_is_asked_when_collected(name: str) -> None:
    row, option, answer = ASKED[name]
    orders = pl.DataFrame([*USUAL, row], schema=("customer_id", "order_amount", "order_time"), orient="row")
    lazy = score(orders, as_of="2025-07-01")

    with pytest.raises(DataError) as asked:
        lazy.collect()
    with pytest.raises(DataError) as asked_by_run:
        run(orders, as_of="2025-07-01")

    assert option in str(asked.value)
    assert str(asked_by_run.value) == str(asked.value)
    answered = score(orders, as_of="2025-07-01", **answer).collect()
    assert answered.equals(run(orders, as_of="2025-07-01", **answer).customers().collect())

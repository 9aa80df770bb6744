"""Orders written in any mix of styles: the engine gives the values that were written, or asks; never other ones."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine.orders.read_options import ReadOptions
from tests.examples import examples
from tests.orders.cells.mixes import mixes, read_or_ask, read_texts
from tests.orders.cells.styles import AMOUNTS, some_amounts


@settings(max_examples=examples(60), deadline=None)
@given(st.data(), mixes(AMOUNTS), st.lists(some_amounts, min_size=1, max_size=8))
def test_amounts_in_any_mix_of_styles_are_read_as_meant_or_asked(
    data: st.DataObject, styles: list[str], values: list[Decimal]
) -> None:
    texts = [AMOUNTS[data.draw(st.sampled_from(styles))](value) for value in values]

    result = read_or_ask([(text, "2025-06-05") for text in texts], ReadOptions())

    if isinstance(result, str):
        assert "--amount-style" in result or "several currencies" in result
    else:
        assert result["order_amount_fen"].to_list() == [int(value * 100) for value in values]


@pytest.mark.parametrize("style", [name for name in AMOUNTS if "three" not in name])
def test_amounts_of_one_style_with_cents_are_never_asked_about(style: str) -> None:
    values = [Decimal("0.50"), Decimal("12.34"), Decimal("1234567.89"), Decimal("-3.21")]

    result = read_texts([(AMOUNTS[style](value), "2025-06-05") for value in values], ReadOptions())

    assert result["order_amount_fen"].to_list() == [int(value * 100) for value in values]

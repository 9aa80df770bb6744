"""Each currency has its decimals, and words name it in place of yuan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.vocabulary.currencies import (
    CODE,
    CODES,
    MINOR_UNITS,
    MOST_DECIMALS,
    SEVERAL,
    UNITS,
    counted_decimals,
    minor_unit,
    name_currency,
    shown_decimals,
)

SOME = st.sampled_from([*MINOR_UNITS, "EUR", "CNY", "XXX"])


def test_codes_look_like_codes_and_none_with_two_decimals_is_listed() -> None:
    assert all(CODE.fullmatch(code) for code in (*MINOR_UNITS, *CODES.values()))
    assert {*MINOR_UNITS.values()} == {0, 3, 4}
    assert max(MINOR_UNITS.values()) == MOST_DECIMALS


@given(st.lists(SOME))
def test_money_of_each_currency_fits_into_what_all_are_counted_with(codes: list[str]) -> None:
    decimals = counted_decimals(codes)

    assert decimals == max([2, *map(minor_unit, codes)])
    assert all(shown_decimals(code, decimals) == minor_unit(code) <= decimals for code in codes)
    assert shown_decimals(SEVERAL, decimals) == shown_decimals(None, decimals) == decimals


@pytest.mark.parametrize("unit", UNITS)
def test_a_text_names_the_currency_in_place_of_yuan_or_none_of_several(unit: str) -> None:
    text = f"spend{unit}"

    assert name_currency(text, None) == text
    assert "EUR" in name_currency(text, "EUR")
    assert name_currency(text, SEVERAL) == "spend"
    assert name_currency("orders", "EUR") == "orders"

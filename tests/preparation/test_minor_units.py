"""Amounts are whole minor units of their currency, rounded half away from zero where they have more decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import ORDER_AMOUNT_FEN
from rfm_engine.orders.cells.amounts import LIMIT, PARTS, REMAINDER, ROUNDED
from rfm_engine.orders.order_ids.order_sums import STEP
from rfm_engine.preparation.minor_units import count_minor_units

DECIMALS = {"JPY": 0, "EUR": 2, "KWD": 3, "CLF": 4}
CODES = (*DECIMALS,)
MOST = 4


def orders_of(rows: list[tuple[int, int, str]]) -> pl.LazyFrame:
    """Return orders of fen, parts of a fen and a currency."""
    return pl.LazyFrame(
        {
            ORDER_AMOUNT_FEN: [fen for fen, _, _ in rows],
            REMAINDER: [parts for _, parts, _ in rows],
            ROUNDED: [parts != 0 for _, parts, _ in rows],
            "currency": [code for *_, code in rows],
        },
        schema_overrides={REMAINDER: pl.Int64},
    )


AMOUNTS = st.tuples(st.integers(0, 10**9), st.integers(0, PARTS - 1), st.sampled_from(CODES))


@given(st.lists(AMOUNTS, min_size=1, max_size=20))
def test_each_amount_is_rounded_to_the_decimals_of_its_currency(rows: list[tuple[int, int, str]]) -> None:
    found = count_minor_units(orders_of(rows), CODES, MOST, adds_lines=False).collect()

    for (fen, parts, code), counted, rounded in zip(rows, found[ORDER_AMOUNT_FEN], found[ROUNDED], strict=True):
        exact = (Decimal(fen) + Decimal(parts) / PARTS) / 100
        shown = exact.quantize(Decimal(1).scaleb(-DECIMALS[code]), ROUND_HALF_UP)
        assert counted == int(shown * 10**MOST)
        assert rounded == (shown != exact)


@given(st.lists(AMOUNTS, min_size=1, max_size=20))
def test_lines_stay_exact_and_say_to_what_their_sum_is_rounded(rows: list[tuple[int, int, str]]) -> None:
    found = count_minor_units(orders_of(rows), CODES, MOST, adds_lines=True).collect()

    whole = found.select(pl.col(ORDER_AMOUNT_FEN).cast(pl.Int128) * PARTS + pl.col(REMAINDER)).to_series().to_list()
    assert whole == [(fen * PARTS + parts) * 100 for fen, parts, _ in rows]
    assert found[STEP].to_list() == [10 ** (MOST - DECIMALS[code]) for *_, code in rows]


@pytest.mark.parametrize("code", [None, "XXX"])
def test_a_row_without_a_known_currency_has_cents(code: str | None) -> None:
    orders = orders_of([(1_050, 0, "JPY")]).with_columns(currency=pl.lit(code, pl.String))

    assert count_minor_units(orders, ("JPY", "KWD"), 3, adds_lines=False).collect()[ORDER_AMOUNT_FEN].item() == 10_500


def test_an_amount_beyond_all_bounds_is_none() -> None:
    found = count_minor_units(orders_of([(LIMIT // 10, 0, "KWD"), (5, 0, "KWD")]), ("KWD",), 3, adds_lines=False)

    assert found.collect()[ORDER_AMOUNT_FEN].to_list() == [None, 50]

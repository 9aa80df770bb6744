"""Amounts in text and numbers are what `decimal` says."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from typing import get_args

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine.orders.cells.amount_text import AmountStyle
from rfm_engine.orders.cells.amounts import LIMIT
from rfm_engine.orders.read_options import ReadOptions, Unit
from tests.examples import examples
from tests.oracle.amounts import decimal_of
from tests.orders.cells.definitions import fen_of, parse

digits = st.text("0123456789", max_size=18)
numbers = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "", "-", "+"]),
    digits,
    st.sampled_from(["", ".", "."]),
    digits,
    st.sampled_from(["", "", "", "e3", "E-2", "e-18", "e+12", "e-400", "e400"]),
)
junk = st.text("0123456789.,-+eE_ xinfa¥元万()'٣．－", max_size=12)
amounts = st.one_of(
    numbers,
    junk,
    st.integers(-(10**7), 10**7).map(lambda fen: f"{Decimal(fen).scaleb(-2)}"),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
)


@settings(max_examples=examples(300), deadline=None)
@given(
    st.lists(amounts, min_size=1, max_size=30), st.sampled_from(get_args(Unit)), st.sampled_from(get_args(AmountStyle))
)
def test_an_amount_in_text_is_what_decimal_says(texts: list[str], unit: Unit, style: AmountStyle) -> None:
    source = ReadOptions(unit=unit, amount_style=style)
    plain = [text for text in texts if unit == "yuan" or not re.search("[¥元万]", text)] or ["1"]

    result = parse({"amount": plain}, source)

    numbers = [decimal_of(text, comma=style == "comma") for text in plain]
    expected = [(None, None) if one is None else fen_of(f"{one:f}", source.fen_per_unit) for one in numbers]
    assert result.select("order_amount_fen", "order_amount_rounded").rows() == expected


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.floats() | st.integers(-(10**9), 10**9).map(lambda fen: fen / 100), min_size=1, max_size=30))
def test_a_float_means_its_shortest_decimal_text(values: list[float]) -> None:
    result = parse({"amount": values}, amount=pl.Float64)

    expected = [fen_of(repr(value), 100) for value in values]
    assert result["order_amount_fen"].to_list() == [fen for fen, _ in expected]
    assert result["order_amount_rounded"].to_list() == [rounded for _, rounded in expected]


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20), st.sampled_from(get_args(Unit)))
def test_whole_numbers_are_exact(values: list[int], unit: Unit) -> None:
    source = ReadOptions(unit=unit)

    result = parse({"amount": values}, source, amount=pl.Int64)

    fen = [value * source.fen_per_unit for value in values]
    assert result["order_amount_fen"].to_list() == [one if abs(one) < LIMIT else None for one in fen]


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.decimals(-(10**12), 10**12, places=4), min_size=1, max_size=20))
def test_decimals_are_exact(values: list[Decimal]) -> None:
    result = parse({"amount": values}, amount=pl.Decimal(38, 4))

    assert result["order_amount_fen"].to_list() == [fen_of(f"{value:f}", 100)[0] for value in values]


@settings(max_examples=examples(100), deadline=None)
@given(
    st.integers(-LIMIT + 1, LIMIT - 1),
    st.sampled_from(["¥{}", "￥ {}", "{}元", "{} CNY", "rmb{}", " {}\u3000", "\u00a0{}", "\ufeff{}"]),
    st.sampled_from(["0", "０"]),
    st.sampled_from([",.", ".,"]),
)
def test_separators_signs_of_currency_and_full_width_digits_change_nothing(
    fen: int,
    form: str,
    zero: str,
    marks: str,
) -> None:
    text = form.format(f"{Decimal(fen).scaleb(-2):,.2f}")
    text = text.translate(str.maketrans(",.", marks))
    text = text.translate({ord("0") + digit: ord(zero) + digit for digit in range(10)})

    result = parse({"amount": [text]}, ReadOptions(decimal_comma=marks == ".,"))

    assert result["order_amount_fen"].item() == fen


@pytest.mark.parametrize(
    "text",
    [
        "1,23",
        "1234,567",
        "0,005",
        "()",
        "-¥-5",
        "0x1F",
        "1_000",
        "inf",
        "nan",
        "1.2.3",
        "1.234,50",
        "5%",
        "1e",
        ".",
        "-",
        "五",
    ],
)
def test_what_is_no_amount_is_never_one(text: str) -> None:
    result = parse({"amount": [text]})

    assert result.select("order_amount_fen", "amount_fault", "order_amount_text").row(0) == (
        None,
        "not an amount",
        text,
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1e11", "out of range"),
        ("99999999999.995", "out of range"),
        ("", "missing"),
        (" \u3000", "missing"),
        (None, "missing"),
        ("99999999999.99", None),
    ],
)
def test_the_fault_of_an_amount_is_reported(text: str | None, fault: str | None) -> None:
    assert parse({"amount": [text]})["amount_fault"].item() == fault


@pytest.mark.parametrize("unit", get_args(Unit))
@pytest.mark.parametrize("scale", [0, 1, 2, 3, 6, 7, 20])
def test_a_decimal_of_any_scale_is_its_fen(scale: int, unit: Unit) -> None:
    source = ReadOptions(unit=unit)
    near = [one * LIMIT // source.fen_per_unit * 10**scale + more for one in (-1, 1) for more in range(-120, 121)]
    draw = random.Random(scale)
    some = [draw.randrange(-(10**size), 10**size) for size in range(1, 13 + scale) for _ in range(6)]
    nines = [sign * (10 ** (scale + 11) - 3 * 10**scale // 100 - 1) for sign in (-1, 1)]
    values = [Decimal(digits).scaleb(-scale) for digits in (*near, *some, *nines, *range(-60, 61), 10**37)]

    result = parse({"amount": values}, source, amount=pl.Decimal(38, scale))

    expected = [fen_of(f"{value:f}", source.fen_per_unit) for value in values]
    assert result.schema["order_amount_fen"] == pl.Int64
    assert result["order_amount_fen"].to_list() == [fen for fen, _ in expected]
    rounded = zip(result["order_amount_rounded"], expected, strict=True)
    assert all(readings == right for readings, (fen, right) in rounded if fen is not None)


@pytest.mark.parametrize("unit", get_args(Unit))
def test_a_whole_number_is_its_fen_to_the_limit(unit: Unit) -> None:
    source = ReadOptions(unit=unit)
    most = (LIMIT - 1) // source.fen_per_unit
    values = [-(2**63), -most - 1, -most, -1, 0, 1, most, most + 1, 2**63 - 1, None]

    result = parse({"amount": values}, source, amount=pl.Int64)

    fen = [None if one is None or abs(one) > most else one * source.fen_per_unit for one in values]
    assert result.schema["order_amount_fen"] == pl.Int64
    assert result["order_amount_fen"].to_list() == fen
    assert not result["order_amount_rounded"].any()


@pytest.mark.parametrize("unit", get_args(Unit))
def test_a_float_is_the_fen_of_its_shortest_text(unit: Unit) -> None:
    source = ReadOptions(unit=unit)
    draw = random.Random(4)
    near = [LIMIT / source.fen_per_unit * (1 + step * 2**-52) for step in range(-9, 9)]
    some = [
        draw.choice((1, -1)) * draw.randrange(10**size) / 10**places for size in range(1, 16) for places in range(8)
    ]
    values = [*near, *some, 0.1 + 0.2, 2.675, 1.005, 1e-400, 5e-324, 1e300, 0.0, -0.0, 1e22, 123456789.125]

    result = parse({"amount": [*values, float("nan"), float("inf")]}, source, amount=pl.Float64)

    expected = [*(fen_of(repr(value), source.fen_per_unit) for value in values), (None, None), (None, None)]
    assert result.select("order_amount_fen", "order_amount_rounded").rows() == expected

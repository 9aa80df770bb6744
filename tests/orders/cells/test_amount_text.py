"""Every form of an amount at once, and each next to the one that it is taken for if a step is wrong."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import get_args

import polars as pl
import pytest

from rfm_engine.orders.read_options import ReadOptions, Unit
from tests.orders.cells.definitions import fen_of, parse

SIGNS = ("", "-", "+", "- ", "+ ")
PLAIN_SHAPES = ("{}", " {}\u3000", "\u200e{}\u202f")
CURRENCY_SHAPES = ("¥{}", "￥ {}", "{}元", "{} CNY", "rmb{}", "人民币 {}", "&yen;{}", "{}&nbsp;元")
NEGATIVES = ("({})", "{}-", "( {} )", "−{}", "–{}", "{} -", "－{}")
NUMBERS = {  # digits as they are written -> as a decimal
    **{text: text for text in ("0", "00", "7", "007", "0.5", ".5", "5.", "0.05", "0.005", "0.0049", "0.0051", "1.995")},
    **{text: text for text in ("12.345", "12.3449999999999999999", "12.34500000000000000000", "1e2", "1E-2", "2.5e+1")},
    **{
        text: text
        for text in ("1e-400", "0.00010", "0e400", "5e-3", "4.9e-3", "1e-10", "00000000000000000000012.5", "1e10")
    },
    **{text: text for text in ("0.10000000000000000001", "0.1000000000000000", "123456789.12", "99999999999.985")},
    **{text: text for text in ("99999999999.99", "99999999999.994", "99999999999.995", "100000000000", "1e11")},
    **{
        text: text for text in ("9007199254740993", "9007199.254740993", "9999999.9949", "9999999.995", "9999999999999")
    },
    **{text: text for text in ("1e400", "123e-2", "123.4e-3", "0.00123e5", "10000000", "9999999", "9999999999999.5")},
    **{text: text for text in ("0.000000000000000000000000000000000000001", "0.9950000000000000000000000000000000")},
    **{f"{1.1 * cents:.2f}": f"{1.1 * cents:.2f}" for cents in range(0, 2_000, 37)},
}
GROUPED = {
    "1,234": "1234",
    "1,234.5": "1234.5",
    "12,345,678.905": "12345678.905",
    "12,34,567.89": "1234567.89",
    "1,23,456": "123456",
    "1,234e1": "12340",
    "1'234.50": "1234.50",
    "1’234’567": "1234567",
    "1 234": "1234",
    "1\u202f234\u00a0567.8": "1234567.8",
    "5.-": "5",
    "1,234.--": "1234",
    "5.—": "5",
    "１２３．４５": "123.45",
    "１，２３４": "1234",
    "٣": "3",
    "۱۲۳٫۴۵": "123.45",
    "۱٬۲۳۴": "1234",
}
TEN_THOUSANDS = {"1.2万": "12000", "3萬": "30000", "1,234.56万": "12345600", "0.00015 万": "1.5", "2e1万": "200000"}
NONE: tuple[str, ...] = (
    *("", ".", "-", "e5", "¥", "元", "()", "万", "'", " ", "(-)", "1,23", "1234,567", "0,005", "1..2", "1.2.3"),
    *("1.234,5", "1e", "1e+", "--1", "+-1", "¥¥1", "1元元", "x", "0x1", "1_0", "nan", "inf", "1e9999999999", "¥1元x"),
    *("- - 1", "1,2345", "12 34", "1 23", "1 2345", "1'2", "1,234'567", "1 234,567", "1.-5", "5.---", "(5", "5)"),
    *("(-5)", "-(5)", "(5)-", "-5-", "+(5)", "((5))", "1,2,345", "1,23,45", "123,45,678", "0,23,456", "1 e5", "$1"),
    *("€1", "1 USD", "五", "5%", "1,234 万 元 5", "１－２", "1,234,"),
)


def spellings(unit: Unit, *, comma: bool) -> dict[str, str | None]:
    """Return amounts as they are written and the decimals that they are; None for what is no amount."""
    swapped = str.maketrans(",.，．٫٬", ".,．，٬٫")
    readings: dict[str, str | None] = dict.fromkeys(NONE)
    numbers = NUMBERS | GROUPED
    for sign, shape, (text, number) in product(SIGNS, PLAIN_SHAPES, numbers.items()):
        readings[shape.format(sign + text)] = f"{sign.strip()}{number}"
    for sign, shape, (text, number) in product(SIGNS, CURRENCY_SHAPES, numbers.items()):
        named = f"{sign.strip()}{number}" if unit == "yuan" else None
        readings[shape.format(sign + text)] = readings[sign + shape.format(text).lstrip()] = named
    ending_in_digits = {text: number for text, number in numbers.items() if text[-1].isdecimal()}
    for shape, (text, number) in product(NEGATIVES, ending_in_digits.items()):
        readings[shape.format(text)] = f"-{number}"
    readings |= {text: number if unit == "yuan" else None for text, number in TEN_THOUSANDS.items()}
    if unit == "ten_thousand_yuan":
        readings |= {text: str(Decimal(number).scaleb(-4)) for text, number in TEN_THOUSANDS.items()}
    return {text.translate(swapped): number for text, number in readings.items()} if comma else readings


@pytest.mark.parametrize("comma", [False, True])
@pytest.mark.parametrize("unit", get_args(Unit))
def test_an_amount_in_any_form_is_the_decimal_that_it_means(unit: Unit, *, comma: bool) -> None:
    source = ReadOptions(unit=unit, decimal_comma=comma)
    readings = spellings(unit, comma=comma)

    result = parse({"amount": list(readings)}, source)

    expected = [(None, None) if number is None else fen_of(number, source.fen_per_unit) for number in readings.values()]
    pairs = result.select("order_amount_fen", "order_amount_rounded").rows()
    wrong = [(text, *both) for text, *both in zip(readings, pairs, expected, strict=True) if both[0] != both[1]]
    assert wrong == []
    assert result.schema["order_amount_fen"] == pl.Int64
    assert result.schema["order_amount_rounded"] == pl.Boolean

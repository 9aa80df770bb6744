"""The amount of a row that has a quantity and the price of one piece instead: their exact product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_AMOUNT, QUANTITY, UNIT_PRICE
from rfm_engine.orders.cells.amount_text import amount_pattern, clean_amount, name_signs, number_pattern
from rfm_engine.orders.cells.amounts import read_signs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rfm_engine.orders.cells.amount_text import AmountStyle
    from rfm_engine.orders.cells.options import CellOptions

PRODUCT: Final = ":order_amount"
EXACT: Final = pl.Decimal(38, 10)
"""Quantities and prices of ten decimals together, and of 18 digits before the point, have exact products."""

PIECES: Final = (
    r"(?i)\s*(?:pcs|pc|pieces?|units?|ea|each|x|件|个|個|只|隻|台|套|双|雙|条|條|份|盒|瓶|包|支|张|張)\.?\s*$"
)
"""What may stand behind a quantity and changes nothing; other words may, such as dozen."""


def drop_unused_factors(found: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a table without quantity and unit price, where its rows have an amount.

    An amount gives way to a unit price that `columns` maps.
    """
    is_product = UNIT_PRICE in columns and ORDER_AMOUNT not in columns and {QUANTITY, UNIT_PRICE} <= {*found}
    unused = {ORDER_AMOUNT} if is_product else {QUANTITY, UNIT_PRICE} if ORDER_AMOUNT in found else set()
    return {name: header for name, header in found.items() if name not in unused}


def multiply_factors(
    frame: pl.LazyFrame, mapping: Mapping[str, str], options: CellOptions
) -> tuple[pl.LazyFrame, Mapping[str, str]]:
    """Return raw rows and their mapping with quantity times unit price as their amount, where they have no other.

    A row in which either is no number has both as its text, which is no amount: `2 x free`.
    """
    if ORDER_AMOUNT in mapping:
        return frame, mapping
    quantity, price = (pl.col(mapping[name]).cast(pl.String) for name in (QUANTITY, UNIT_PRICE))
    style: AmountStyle = options.given_style or "point"
    other: AmountStyle = "point" if style == "comma" else "comma"
    pieces = _number(quantity.str.replace(PIECES, ""), (), (style, other))
    product = (pieces * _number(price, name_signs(options.currency), (style,))).cast(pl.String)
    either = quantity.is_not_null() | price.is_not_null()
    both = pl.when(either).then(pl.concat_str(quantity.fill_null(""), pl.lit(" x "), price.fill_null("")))
    others = {name: column for name, column in mapping.items() if name not in (QUANTITY, UNIT_PRICE)}
    return frame.with_columns(pl.coalesce(product, both).alias(PRODUCT)), others | {ORDER_AMOUNT: PRODUCT}


def _number(text: pl.Expr, signs: Iterable[str], styles: Sequence[AmountStyle]) -> pl.Expr:
    """Return the exact number of a text in the first style that it fits; null where it is none, or has an exponent."""
    pattern = amount_pattern(signs, takes_ten_thousands=False)
    groups = clean_amount(text).str.extract_groups(pattern).struct
    part = [groups.field(str(position)) for position in range(1, 11)]
    is_one_sign, is_negative = read_signs(part)
    size = pl.coalesce(_size(part[4], style) for style in styles)
    is_number = is_one_sign & part[5].is_null()
    return pl.when(is_number).then(pl.when(is_negative).then(-size).otherwise(size))


def _size(number: pl.Expr, style: AmountStyle) -> pl.Expr:
    groups = number.str.extract_groups(number_pattern(style)).struct
    whole, fraction = groups.field("1").fill_null("0"), groups.field("2").fill_null("")
    plain = pl.concat_str(whole.str.replace_all("[., ']", ""), pl.lit("."), fraction)
    fits = number.str.contains(number_pattern(style))
    return pl.when(fits).then(plain).cast(EXACT, strict=False)

"""The amount of a row that has a quantity and the price of one piece instead: their exact product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_AMOUNT, QUANTITY, UNIT_PRICE
from rfm_engine.orders.cells.amount_text import clean_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfm_engine.orders.cells.options import CellOptions

PRODUCT: Final = ":order_amount"
EXACT: Final = pl.Decimal(38, 10)
"""Quantities and prices of ten decimals together, and of 18 digits before the point, have exact products."""


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
    factors = [_number(text, options) for text in (quantity, price)]
    product = (factors[0] * factors[1]).cast(pl.String)
    either = quantity.is_not_null() | price.is_not_null()
    both = pl.when(either).then(pl.concat_str(quantity.fill_null(""), pl.lit(" x "), price.fill_null("")))
    others = {name: column for name, column in mapping.items() if name not in (QUANTITY, UNIT_PRICE)}
    return frame.with_columns(pl.coalesce(product, both).alias(PRODUCT)), others | {ORDER_AMOUNT: PRODUCT}


def _number(text: pl.Expr, options: CellOptions) -> pl.Expr:
    """Return the exact number of a text: its digits, sign and point, whatever currency stands beside it."""
    clean = clean_amount(text)
    if options.has_decimal_comma:
        clean = clean.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return clean.str.replace_all(r"[^0-9.\-]", "").cast(EXACT, strict=False)

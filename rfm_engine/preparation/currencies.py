"""Amounts of several currencies: one is kept, each is a list of its own, or the orders are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CURRENCY
from rfm_engine.errors import DataError
from rfm_engine.orders.cells.amounts import ROUNDED
from rfm_engine.vocabulary.currencies import CODES, SEVERAL, minor_unit

if TYPE_CHECKING:
    from rfm_engine.rules import Rules

CENTS = 2


def settle_currency(orders: pl.LazyFrame, rules: Rules) -> tuple[pl.LazyFrame, Rules]:
    """Return the orders with their currency codes in capitals, and the rules as `judge_currencies`; errors as there."""
    codes = pl.col(CURRENCY).str.strip_chars().str.to_uppercase().replace(CODES)
    coded = orders.with_columns(codes)
    return coded, judge_currencies(coded.group_by(CURRENCY).agg(pl.len(), pl.col(ROUNDED).sum()).collect(), rules)


def judge_currencies(counted: pl.DataFrame, rules: Rules) -> Rules:
    """Return the rules with the currency of all amounts, of which there are so many, and so many rounded, of each.

    Raises:
        DataError: They have several, of which none is kept and which are no lists of their own; amounts have more
            digits than are counted.
    """
    coded = counted.filter(pl.col(CURRENCY) != "")
    rows = coded.sort("len", CURRENCY, descending=[True, False]).select(CURRENCY, "len", ROUNDED).rows()
    if rules.keep_currency is not None:
        kept = rules.keep_currency.upper()
        rows = [row for row in rows if row[0] == kept]
        rules = replace(rules, keep_currency=kept)
    elif CURRENCY not in rules.by and len(rows) > 1:
        listed = ", ".join(f"{code} ({count:,} rows)" for code, count, _ in rows)
        message = (
            f"amounts are in several currencies, and one sum over them is no amount: {listed}. Keep one, "
            f"--keep-currency {rows[0][0]}, or grade each on its own, --by currency"
        )
        raise DataError(message)
    _refuse_cut_amounts(rows)
    known = [code for code, *_ in rows]
    return replace(rules, currency=(known[0] if len(known) == 1 else SEVERAL) if known else None)


def _refuse_cut_amounts(rows: list[tuple[str, int, int]]) -> None:
    """Refuse amounts of currencies with three decimals or more that have more than the two that are counted.

    Raises:
        DataError: There are some.
    """
    if cut := [(code, rounded) for code, _, rounded in rows if rounded and minor_unit(code) > CENTS]:
        listed = ", ".join(f"{code} ({minor_unit(code)} decimals, {rounded:,} rows)" for code, rounded in cut)
        message = (
            f"amounts have more than the two decimals that are counted exactly: {listed}. Round them to two, "
            "--column currency=none"
        )
        raise DataError(message)

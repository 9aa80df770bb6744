"""Amounts of several currencies: one is kept, each is a list of its own, or the orders are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import CURRENCY
from rfm_engine.errors import DataError
from rfm_engine.grading.summary import pluralize
from rfm_engine.orders.cells.amounts import REMAINDER
from rfm_engine.orders.order_ids.order_sums import IN_MINOR_UNITS
from rfm_engine.preparation.minor_units import count_minor_units
from rfm_engine.vocabulary.currencies import CENTS, CODES, minor_unit

if TYPE_CHECKING:
    from rfm_engine.rules import Rules


def settle_currency(orders: pl.LazyFrame, rules: Rules) -> tuple[pl.LazyFrame, Rules]:
    """Return the orders with currency codes in capitals and amounts in minor units, and the rules with the currency.

    Raises:
        DataError: As `judge_currencies`.
    """
    coded = orders.with_columns(_code())
    counted = _count_codes(coded)
    rules = judge_currencies(counted, rules)
    return _count(coded, _find_known(counted, rules), rules), rules


def find_currency(orders: pl.LazyFrame, rules: Rules) -> Rules:
    """Return the rules with the currency of the orders, of which nothing else is read; errors as `judge_currencies`."""
    return judge_currencies(_count_codes(orders.select(_code())), rules)


def _code() -> pl.Expr:
    return pl.col(CURRENCY).str.strip_chars().str.to_uppercase().replace(CODES)


def _count_codes(coded: pl.LazyFrame) -> pl.DataFrame:
    return coded.group_by(CURRENCY).len().collect()


def judge_currencies(counted: pl.DataFrame, rules: Rules) -> Rules:
    """Return the rules with the currency of all amounts, of which there are so many (`len`) of each, and its decimals.

    Raises:
        DataError: They have several, of which none is kept and which are no lists of their own.
    """
    rules = rules if rules.keep_currency is None else replace(rules, keep_currency=rules.keep_currency.upper())
    known = _find_known(counted, rules)
    if rules.keep_currency is None and CURRENCY not in rules.by and len(known) > 1:
        rows = dict(counted.select(CURRENCY, "len").iter_rows())
        listed = ", ".join(f"{code} ({pluralize(rows[code], 'row')})" for code in known)
        message = (
            f"amounts are in several currencies, and one sum over them is no amount: {listed}. Keep one, "
            f"--keep-currency {known[0]}, or grade each on its own, --by currency"
        )
        raise DataError(message)
    return rules.in_currencies(known)


def _find_known(counted: pl.DataFrame, rules: Rules) -> list[str]:
    """Return the currencies of the rows that may count, those of the most rows first."""
    coded = counted.filter(pl.col(CURRENCY) != "").sort("len", CURRENCY, descending=[True, False])
    return [code for code in coded[CURRENCY] if rules.keep_currency in (None, code)]


def _count(orders: pl.LazyFrame, known: list[str], rules: Rules) -> pl.LazyFrame:
    """Return the orders with amounts as the currencies that are `known` count them."""
    adds_lines = rules.grain == "line"
    if any(minor_unit(code) != CENTS for code in known):
        return count_minor_units(orders, known, rules.decimals, adds_lines=adds_lines)
    return orders.drop(IN_MINOR_UNITS, *([] if adds_lines else [REMAINDER]), strict=False)

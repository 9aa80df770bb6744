"""Statuses and regions that are requested in another spelling than the rows have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import REGION, STATUS
from rfm_engine.vocabulary.provinces import official_name
from rfm_engine.vocabulary.statuses import fold_status

if TYPE_CHECKING:
    from rfm_engine.rules import Rules


def match_statuses(orders: pl.LazyFrame, rules: Rules) -> Rules:
    """Return the rules with the statuses to keep as the rows spell them, whatever their case and spaces.

    A status that no row has stays as it was requested.
    """
    if not rules.keep_status or STATUS not in orders.collect_schema():
        return rules
    folded = {fold_status(status) for status in rules.keep_status}
    present = [status for status in list_values(orders, STATUS) if fold_status(status) in folded]
    found = {fold_status(status) for status in present}
    missing = [status for status in rules.keep_status if fold_status(status) not in found]
    return replace(rules, keep_status=(*present, *missing))


def join_regions(orders: pl.LazyFrame, rules: Rules) -> tuple[pl.LazyFrame, Rules]:
    """Return the orders with the official names of provinces, and the rules with those of the requested regions."""
    if REGION not in orders.collect_schema():
        return orders, rules
    names = {spelling: official_name(spelling) for spelling in list_values(orders, REGION)}
    others = {spelling: name for spelling, name in names.items() if spelling != name}
    joined = orders.with_columns(pl.col(REGION).replace(others)) if others else orders
    requested = None if rules.region is None else tuple(dict.fromkeys(map(official_name, rules.region)))
    return joined, replace(rules, region=requested)


def list_values(orders: pl.LazyFrame, column: str) -> list[str]:
    """Return the values of a column, sorted, without null."""
    values = orders.select(pl.col(column).drop_nulls().unique().sort()).collect()
    return values[column].to_list()

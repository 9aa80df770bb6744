"""Cells that are formulas of their own text, ="4711", as some exports write ids so that spreadsheets keep them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from rfm_engine.orders.understanding.interpretation import RawOrders

WRAPPED: Final = re.compile(r'^\s*="([^"]*)"\s*$')


def unwrap_formulas(raw: RawOrders) -> RawOrders:
    """Return a table of text with the plain cells of columns in which each cell is a formula of its text, ="4711".

    A column in which some are not stays as it is: there they may be other ids.
    """
    wrapped = _find_wrapped(raw)
    if not wrapped:
        return raw
    plain = raw.frame.with_columns(pl.col(one).str.replace(WRAPPED.pattern, "$1") for one in wrapped)
    first = {
        name: [WRAPPED.sub(r"\1", cell) for cell in cells] if raw.mapping[name] in wrapped else cells
        for name, cells in (raw.first or {}).items()
    }
    return replace(raw, frame=plain, first=first)


def _find_wrapped(raw: RawOrders) -> list[str]:
    first = {name: [cell for cell in cells if cell.strip()] for name, cells in (raw.first or {}).items()}
    likely = {raw.mapping[name] for name, cells in first.items() if cells and all(map(WRAPPED.fullmatch, cells))}
    if not likely:
        return []
    is_wrapped = ((pl.col(one).str.contains(WRAPPED.pattern) | (pl.col(one) == "")).all() for one in sorted(likely))
    return [one for one, are_all in raw.frame.select(*is_wrapped).collect().to_dicts()[0].items() if are_all]

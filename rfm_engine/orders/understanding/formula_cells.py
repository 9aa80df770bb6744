"""Cells that are formulas of their own text, ="4711", as some exports write ids so that spreadsheets keep them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WRAPPED: Final = re.compile(r'^\s*="([^"]*)"\s*$')


def unwrap_formulas(
    frame: pl.LazyFrame, mapping: Mapping[str, str], first: Mapping[str, Sequence[str]] | None
) -> tuple[pl.LazyFrame, Mapping[str, Sequence[str]] | None]:
    """Return a table of text and its first cells with plain cells in columns in which each cell is such a formula.

    A column in which some are not stays as it is: there they may be other ids.
    """
    wrapped = _find_wrapped(frame, mapping, first or {})
    if not wrapped or first is None:
        return frame, first
    plain = frame.with_columns(pl.col(one).str.replace(WRAPPED.pattern, "$1") for one in wrapped)
    return plain, {
        name: [WRAPPED.sub(r"\1", cell) for cell in cells] if mapping[name] in wrapped else cells
        for name, cells in first.items()
    }


def _find_wrapped(frame: pl.LazyFrame, mapping: Mapping[str, str], first: Mapping[str, Sequence[str]]) -> list[str]:
    present = {name: [cell for cell in cells if cell.strip()] for name, cells in first.items()}
    likely = {mapping[name] for name, cells in present.items() if cells and all(map(WRAPPED.fullmatch, cells))}
    if not likely:
        return []
    is_wrapped = ((pl.col(one).str.contains(WRAPPED.pattern) | (pl.col(one) == "")).all() for one in sorted(likely))
    return [one for one, are_all in frame.select(*is_wrapped).collect().to_dicts()[0].items() if are_all]

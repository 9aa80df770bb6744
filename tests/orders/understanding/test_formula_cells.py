"""Cells that are formulas of their own text are that text, where all of a column are."""

from __future__ import annotations

import polars as pl
import pytest

from rfm_engine.orders.understanding.formula_cells import unwrap_formulas


@pytest.mark.parametrize(
    ("cells", "plain"),
    [
        (['="0042"', ' ="7" ', ""], ["0042", "7", ""]),
        (['="0042"', "7"], ['="0042"', "7"]),
        (['="0042"', None], ["0042", None]),
        (["=42", '="4'], ["=42", '="4']),
    ],
)
def test_a_column_of_formulas_is_that_of_their_texts(cells: list[str | None], plain: list[str | None]) -> None:
    first = {"customer_id": [cell or "" for cell in cells]}
    frame, unwrapped = unwrap_formulas(pl.LazyFrame({"id": cells}), {"customer_id": "id"}, first)

    assert frame.collect()["id"].to_list() == plain
    assert unwrapped == {"customer_id": [cell or "" for cell in plain]}

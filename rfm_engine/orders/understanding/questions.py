"""Rejected cells that another reading would take: what was found from most of the data does not fit all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import ORDER_AMOUNT, ORDER_TIME
from rfm_engine.orders.cells.amount_evidence import question_amounts
from rfm_engine.orders.cells.evidence import TEXT
from rfm_engine.orders.cells.times.evidence import question_times
from rfm_engine.orders.rejects import rejects
from rfm_engine.orders.staging import ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.orders.understanding.interpretation import Interpretation

FRAME: Final = "orders"
"""What errors call the rows of a frame."""

NOT_READ: Final = {ORDER_AMOUNT: "not an amount", ORDER_TIME: "not a time"}


def question_rejects(rejects: pl.DataFrame, interpretations: Mapping[str, Interpretation]) -> None:
    """Ask which reading is meant where cells were rejected that another one than the one found would take.

    `interpretations` are those of the files by path. Nothing is asked of a column whose style or format was given.

    Raises:
        DataError: There are such cells; it lists the readings, with the option for each.
    """
    unread = rejects.filter(pl.col("reason").is_in([*NOT_READ.values()]))
    for (file, reason), rows in unread.group_by("file", "reason", maintain_order=True) if unread.height else ():
        interpretation = interpretations.get(str(file))
        texts = rows.lazy().select(pl.col("value").alias(TEXT))
        if interpretation is None:
            continue
        if reason == NOT_READ[ORDER_AMOUNT] and interpretation.is_style_found:
            column = interpretation.raw.describe_column(ORDER_AMOUNT, texts, where=str(file))
            question_amounts(column, interpretation.options, interpretation.forms.currencies)
        if reason == NOT_READ[ORDER_TIME] and interpretation.is_format_found:
            question_times(texts, interpretation.options, str(file))


def question_frame(orders: OrderSet, interpretation: Interpretation) -> None:
    """Ask the same of the rows of a frame, which come from no file; errors as `question_rejects`."""
    if interpretation.is_style_found or interpretation.is_format_found:
        placed = orders.rows.with_columns(pl.lit(FRAME).alias("source_file"), pl.col(ROW).alias("source_row"))
        question_rejects(rejects(placed, orders.checks, {}).collect(), {FRAME: interpretation})

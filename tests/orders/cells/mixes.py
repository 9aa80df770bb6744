"""Columns of cells in a mix of styles, read as a run reads them or asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import strategies as st

from rfm_engine.errors import DataError
from rfm_engine.orders.parsing import amount_fault, time_fault
from rfm_engine.orders.understanding.interpretation import RawOrders, interpret
from rfm_engine.orders.understanding.questions import question_rejects
from tests.orders.cells.styles import shows_its_styles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.orders.read_options import ReadOptions

MAPPING = {name: name for name in ("customer_id", "order_amount", "order_time")}


def read_texts(texts: Sequence[tuple[str, str]], options: ReadOptions) -> pl.DataFrame:
    """Return typed orders, as a run types them: it asks where rejected cells fit another reading."""
    rows = [(f"c{number}", *cells) for number, cells in enumerate(texts)]
    frame = pl.DataFrame(rows, schema=tuple(MAPPING), orient="row").lazy()
    interpretation = interpret(RawOrders(frame=frame, mapping=MAPPING, where="o.csv", is_text=True), options)
    typed = interpretation.parse().with_columns(amount=amount_fault(), time=time_fault()).collect()
    for column, fault in (("order_amount_text", "amount"), ("order_time_text", "time")):
        rejects = typed.filter(pl.col(fault).is_not_null()).select(
            pl.lit("o.csv").alias("file"), pl.col(column).alias("value"), pl.col(fault).alias("reason")
        )
        question_rejects(rejects, {"o.csv": interpretation})
    return typed


def mixes(styles: dict[str, Any]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(list(styles)), min_size=1, max_size=2, unique=True).filter(shows_its_styles)


def read_or_ask(texts: Sequence[tuple[str, str]], options: ReadOptions) -> pl.DataFrame | str:
    try:
        return read_texts(texts, options)
    except DataError as asked:
        return str(asked)

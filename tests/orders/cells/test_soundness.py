"""Orders written in any mix of styles: the engine gives the values that were written, or asks; never other ones."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine.errors import DataError
from rfm_engine.orders.parsing import amount_fault, time_fault
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.understanding.interpretation import RawOrders, interpret
from rfm_engine.orders.understanding.questions import question_rejects
from tests.examples import examples
from tests.orders.cells.styles import AMOUNTS, TIMES, shows_its_styles, some_amounts, some_times

if TYPE_CHECKING:
    from collections.abc import Sequence

MAPPING = {name: name for name in ("customer_id", "order_amount", "order_time")}


def read(texts: Sequence[tuple[str, str]], options: ReadOptions) -> pl.DataFrame:
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
        return read(texts, options)
    except DataError as asked:
        return str(asked)


@settings(max_examples=examples(60), deadline=None)
@given(st.data(), mixes(AMOUNTS), st.lists(some_amounts, min_size=1, max_size=8))
def test_amounts_in_any_mix_of_styles_are_read_as_meant_or_asked(
    data: st.DataObject, styles: list[str], values: list[Decimal]
) -> None:
    texts = [AMOUNTS[data.draw(st.sampled_from(styles))](value) for value in values]

    result = read_or_ask([(text, "2025-06-05") for text in texts], ReadOptions())

    if isinstance(result, str):
        assert "--amount-style" in result or "several currencies" in result
    else:
        assert result["order_amount_fen"].to_list() == [int(value * 100) for value in values]


@settings(max_examples=examples(60), deadline=None)
@given(st.data(), mixes(TIMES), st.lists(some_times, min_size=1, max_size=8), st.sampled_from([None, "UTC"]))
def test_times_in_any_mix_of_styles_are_read_as_meant_or_asked(
    data: st.DataObject, styles: list[str], values: list[datetime], zone: str | None
) -> None:
    texts = [TIMES[data.draw(st.sampled_from(styles))](value) for value in values]

    result = read_or_ask([("1.50", text) for text in texts], ReadOptions(time_zone=zone))

    if isinstance(result, str):
        assert "--order-time-format" in result or "--time-zone" in result
    else:
        assert result["order_time"].to_list() == values


@pytest.mark.parametrize("style", [name for name in AMOUNTS if "three" not in name])
def test_amounts_of_one_style_with_cents_are_never_asked_about(style: str) -> None:
    values = [Decimal("0.50"), Decimal("12.34"), Decimal("1234567.89"), Decimal("-3.21")]

    result = read([(AMOUNTS[style](value), "2025-06-05") for value in values], ReadOptions())

    assert result["order_amount_fen"].to_list() == [int(value * 100) for value in values]


@pytest.mark.parametrize("style", [name for name in TIMES if "short" not in name and name != "Persian calendar"])
def test_times_of_one_style_are_read_or_named_with_the_option_that_reads_them(style: str) -> None:
    values = [datetime(2025, 6, 5, 15, 22, 10), datetime(2025, 6, 28, 0, 5, 1)]
    texts = [("1.50", TIMES[style](value)) for value in values]
    calendars = {"Buddhist": "buddhist", "Minguo": "minguo", "Minguo in digits": "minguo", "Japanese": "japanese_era"}
    options = ReadOptions(time_zone="UTC", order_time_format=calendars.get(style))

    if style in calendars:
        with pytest.raises(DataError, match=f"--order-time-format {calendars[style]}"):
            read(texts, ReadOptions())

    result = read(texts, options)

    days = [value.date() for value in values]
    assert [time.date() for time in result["order_time"]] == days
    assert style in calendars or result["order_time"].to_list() == values

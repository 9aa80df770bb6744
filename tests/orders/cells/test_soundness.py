"""Orders written in any mix of styles: the engine gives the values that were written, or asks; never other ones."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rfm_engine.errors import DataError
from rfm_engine.orders.interpretation import RawOrders, interpret
from rfm_engine.orders.parsing import amount_fault, time_fault
from rfm_engine.orders.questions import question_rejects
from rfm_engine.orders.read_options import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXAMPLES = int(os.environ.get("RFM_EXAMPLES", "60"))
MAPPING = {name: name for name in ("customer_id", "order_amount", "order_time")}
COMMA = str.maketrans(",.", ".,")


def _group(amount: Decimal, separator: str, point: str) -> str:
    return f"{amount:,.2f}".replace(",", "\0").replace(".", point).replace("\0", separator)


def _indian(amount: Decimal) -> str:
    whole, _, cents = f"{abs(amount):.2f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)][::-1]
    return f"{'-' if amount < 0 else ''}{','.join([*pairs, tail])}.{cents}"


AMOUNTS: dict[str, Callable[[Decimal], str]] = {
    "plain": lambda amount: f"{amount:.2f}",
    "shortest": lambda amount: f"{amount.normalize():f}",
    "grouped": lambda amount: _group(amount, ",", "."),
    "comma": lambda amount: f"{amount:.2f}".translate(COMMA),
    "shortest comma": lambda amount: f"{amount.normalize():f}".translate(COMMA),
    "grouped comma": lambda amount: _group(amount, ".", ","),
    "grouped by spaces": lambda amount: _group(amount, "\u202f", ","),
    "Swiss": lambda amount: _group(amount, "'", "."),
    "Indian": _indian,
    "three places": lambda amount: f"{amount:.3f}",
    "three places comma": lambda amount: f"{amount:.3f}".translate(COMMA),
    "yuan": lambda amount: f"¥{amount:.2f}",
    "euro": lambda amount: f"{amount:.2f} €".translate(COMMA),
    "dollar": lambda amount: f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}",
    "brackets": lambda amount: f"({-amount:,.2f})" if amount < 0 else f"{amount:,.2f}",
    "trailing minus": lambda amount: f"{-amount:.2f}-" if amount < 0 else f"{amount:.2f}",
    "full width": lambda amount: f"{amount:.2f}".translate({ord("0") + n: ord("０") + n for n in range(10)}),
    "Persian": lambda amount: f"{amount:.2f}".translate({ord("0") + n: ord("۰") + n for n in range(10)}),
    "entity": lambda amount: f"&euro;{amount:.2f}",
    "ten thousands": lambda amount: f"{amount.scaleb(-4):f}万",
}
TIMES: dict[str, Callable[[datetime], str]] = {
    "ISO": lambda time: f"{time:%Y-%m-%d %H:%M:%S}",
    "ISO with T": lambda time: f"{time:%Y-%m-%dT%H:%M:%S.000}",
    "UTC": lambda time: f"{time:%Y-%m-%d %H:%M:%S} UTC",
    "offset": lambda time: f"{time + timedelta(hours=8):%Y-%m-%d %H:%M:%S}+08",
    "slashes": lambda time: f"{time:%Y/%m/%d %H:%M:%S}",
    "Chinese": lambda time: f"{time:%Y年%m月%d日 %H时%M分%S秒}",
    "halves": lambda time: f"{time:%Y/%m/%d} {'下午' if time.hour > 11 else '上午'}{time:%I:%M:%S}",
    "day first": lambda time: f"{time:%d/%m/%Y %H:%M:%S}",
    "day first with dots": lambda time: f"{time:%d.%m.%Y %H:%M:%S}",
    "month first": lambda time: f"{time:%m/%d/%Y %H:%M:%S}",
    "American": lambda time: f"{time.month}/{time.day}/{time.year} {time:%I:%M:%S %p}",
    "names": lambda time: f"{time:%b %d, %Y, %I:%M:%S %p}",
    "German": lambda time: f"{time.day}. {time:%B} {time.year} {time:%H:%M:%S}",
    "short": lambda time: f"{time:%d/%m/%y %H:%M:%S}",
    "short month first": lambda time: f"{time:%m/%d/%y %H:%M:%S}",
    "compact": lambda time: f"{time:%Y%m%d%H%M%S}",
    "seconds": lambda time: f"{time.replace(tzinfo=UTC).timestamp():.0f}",
    "milliseconds": lambda time: f"{time.replace(tzinfo=UTC).timestamp() * 1_000:.0f}",
    "microseconds": lambda time: f"{time.replace(tzinfo=UTC).timestamp() * 1_000_000:.0f}",
    "serial": lambda time: f"{(time - datetime(1899, 12, 30)) / timedelta(days=1):.10f}",
    "Buddhist": lambda time: f"{time.year + 543}{time:-%m-%d %H:%M:%S}",
    "Minguo": lambda time: f"民國{time.year - 1911}年{time:%m月%d日}",
    "Japanese": lambda time: f"令和{time.year - 2018}年{time:%m月%d日}",
}
amounts = st.one_of(
    st.integers(-999, 9_999).map(Decimal), st.integers(-(10**9), 10**9).map(lambda fen: Decimal(fen).scaleb(-2))
)
times = st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31)).map(lambda time: time.replace(microsecond=0))


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
    return st.lists(st.sampled_from(list(styles)), min_size=1, max_size=2, unique=True)


def read_or_ask(texts: Sequence[tuple[str, str]], options: ReadOptions) -> pl.DataFrame | str:
    try:
        return read(texts, options)
    except DataError as asked:
        return str(asked)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data(), mixes(AMOUNTS), st.lists(amounts, min_size=1, max_size=8))
def test_amounts_in_any_mix_of_styles_are_read_as_meant_or_asked(
    data: st.DataObject, styles: list[str], values: list[Decimal]
) -> None:
    assume(len(styles) == 1 or not any("three" in style for style in styles))  # a third place is as good as a thousand
    texts = [AMOUNTS[data.draw(st.sampled_from(styles))](value) for value in values]

    result = read_or_ask([(text, "2025-06-05") for text in texts], ReadOptions())

    if isinstance(result, str):
        assert "--amount-style" in result or "several currencies" in result
    else:
        assert result["order_amount_fen"].to_list() == [int(value * 100) for value in values]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data(), mixes(TIMES), st.lists(times, min_size=1, max_size=8), st.sampled_from([None, "UTC"]))
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


@pytest.mark.parametrize("style", [name for name in TIMES if name not in ("short", "short month first")])
def test_times_of_one_style_are_read_or_named_with_the_option_that_reads_them(style: str) -> None:
    values = [datetime(2025, 6, 5, 15, 22, 10), datetime(2025, 6, 28, 0, 5, 1)]
    texts = [("1.50", TIMES[style](value)) for value in values]
    calendars = {"Buddhist": "buddhist", "Minguo": "minguo", "Japanese": "japanese_era"}
    options = ReadOptions(time_zone="UTC", order_time_format=calendars.get(style))

    if style in calendars:
        with pytest.raises(DataError, match=f"--order-time-format {calendars[style]}"):
            read(texts, ReadOptions())

    result = read(texts, options)

    days = [value.date() for value in values]
    assert [time.date() for time in result["order_time"]] == days
    assert style in calendars or result["order_time"].to_list() == values

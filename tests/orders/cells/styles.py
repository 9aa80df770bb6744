"""Ways to write amounts and times: what shops, databases and spreadsheets of many countries make of a value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

COMMA = str.maketrans(",.", ".,")
WIDE = str.maketrans("0123456789,.-", "０１２３４５６７８９，．－")
ARABIC = str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫")


def _group(amount: Decimal, separator: str, point: str) -> str:
    return f"{amount:,.2f}".replace(",", "\0").replace(".", point).replace("\0", separator)


def _indian(amount: Decimal) -> str:
    whole, _, cents = f"{abs(amount):.2f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)][::-1]
    return f"{'-' if amount < 0 else ''}{','.join([*pairs, tail])}.{cents}"


SPANISH = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
RUSSIAN = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)


def _half(time: datetime) -> str:
    """Return how Chinese names the part of the day; midnight is of the morning."""
    parts = {6: "凌晨", 9: "早上", 12: "上午", 13: "中午", 18: "下午", 24: "晚上"}
    return next(word for end, word in parts.items() if time.hour < end)


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
    "hexadecimal entity": lambda amount: f"&#xA5;{amount:.2f}",
    "apostrophe before": lambda amount: f"'{amount:.2f}",
    "sign before the currency": lambda amount: f"-₹{-amount:.2f}" if amount < 0 else f"₹{amount:.2f}",
    "sign behind the currency": lambda amount: f"R$ {amount:,.2f}".translate(COMMA),
    "code before": lambda amount: f"KWD {amount:.2f}",
    "code behind": lambda amount: f"{amount:,.2f} SEK",
    "whole yuan": lambda amount: f"{amount:,.2f}元整",
    "long minus": lambda amount: f"{amount:.2f}".replace("-", "−"),
    "full-width grouped": lambda amount: f"{amount:,.2f}".translate(WIDE),
    "Arabic grouped": lambda amount: f"{amount:,.2f}".translate(ARABIC),
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
    "hours of the day in words": lambda time: f"{time:%Y年}{time.month}月{time.day}号{_half(time)}{time:%I:%M:%S}",
    "Chinese without a gap": lambda time: f"{time:%Y年%m月%d日}{time.hour}点{time.minute}分{time.second}秒",
    "Korean": lambda time: (
        f"{time.year}. {time.month}. {time.day}. {'오후' if time.hour > 11 else '오전'} {time:%I:%M:%S}"
    ),
    "day first": lambda time: f"{time:%d/%m/%Y %H:%M:%S}",
    "day first with dots": lambda time: f"{time:%d.%m.%Y %H:%M:%S}",
    "month first": lambda time: f"{time:%m/%d/%Y %H:%M:%S}",
    "American": lambda time: f"{time.month}/{time.day}/{time.year} {time:%I:%M:%S %p}",
    "names": lambda time: f"{time:%b %d, %Y, %I:%M:%S %p}",
    "of a mail": lambda time: f"{time:%a, %d %b %Y %H:%M:%S} +0000",
    "of a program": lambda time: f"{time:%a %b %d %H:%M:%S} UTC {time.year}",
    "Spanish": lambda time: f"{time.day} de {SPANISH[time.month - 1]} de {time.year}, {time:%H:%M:%S}",
    "Russian": lambda time: f"{time.day} {RUSSIAN[time.month - 1]} {time.year} г., {time:%H:%M:%S}",
    "clock with dots": lambda time: f"{time:%d.%m.%Y %H.%M.%S}",
    "short name": lambda time: f"{time:%d-%b-%y %H:%M:%S}",
    "offset at noon": lambda time: f"{time - timedelta(hours=5):%Y-%m-%dT%H:%M:%S}-05:00",
    "German": lambda time: f"{time.day}. {time:%B} {time.year} {time:%H:%M:%S}",
    "short": lambda time: f"{time:%d/%m/%y %H:%M:%S}",
    "short month first": lambda time: f"{time:%m/%d/%y %H:%M:%S}",
    "compact": lambda time: f"{time:%Y%m%d%H%M%S}",
    "seconds": lambda time: f"{time.replace(tzinfo=UTC).timestamp():.0f}",
    "milliseconds": lambda time: f"{time.replace(tzinfo=UTC).timestamp() * 1_000:.0f}",
    "microseconds": lambda time: f"{time.replace(tzinfo=UTC).timestamp() * 1_000_000:.0f}",
    "seconds as a float": lambda time: f"{time.replace(tzinfo=UTC).timestamp():.1f}",
    "serial": lambda time: f"{(time - datetime(1899, 12, 30)) / timedelta(days=1):.10f}",
    "Buddhist": lambda time: f"{time.year + 543}{time:-%m-%d %H:%M:%S}",
    "Persian calendar": lambda time: f"{time.year - 621}/{time:%m/%d %H:%M:%S}",
    "Minguo in digits": lambda time: f"{time.year - 1911:03}{time:%m%d}",
    "Minguo": lambda time: f"民國{time.year - 1911}年{time:%m月%d日}",
    "Japanese": lambda time: f"令和{time.year - 2018}年{time:%m月%d日}",
}
MONTH_FIRST = {"month first", "American", "short month first"}
DAY_FIRST = {"day first", "day first with dots", "clock with dots", "short"}


def shows_its_styles(styles: Collection[str]) -> bool:
    """Return whether a column shows that it is written in several styles, if it is.

    A third place is as good as a thousand; 02/01 of one writer among the 01/13 of another fits the order of the other.
    """
    orders = bool(MONTH_FIRST & {*styles}) + bool(DAY_FIRST & {*styles})
    return orders < 2 and (len(styles) == 1 or not any("three" in style for style in styles))


some_amounts = st.one_of(
    st.integers(-999, 9_999).map(Decimal), st.integers(-(10**9), 10**9).map(lambda fen: Decimal(fen).scaleb(-2))
)
some_times = st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31)).map(lambda time: time.replace(microsecond=0))

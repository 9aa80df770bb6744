"""Ways to write amounts and times: what shops, databases and spreadsheets of many countries make of a value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

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
some_amounts = st.one_of(
    st.integers(-999, 9_999).map(Decimal), st.integers(-(10**9), 10**9).map(lambda fen: Decimal(fen).scaleb(-2))
)
some_times = st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31)).map(lambda time: time.replace(microsecond=0))

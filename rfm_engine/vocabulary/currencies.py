"""Currencies: the digits behind the point of those that have not two (ISO 4217), and what stands for money."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MINOR_UNITS: Final = {
    code: decimals
    for decimals, codes in {
        0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
        3: "BHD IQD JOD KWD LYD OMR TND",
        4: "CLF UYW",
    }.items()
    for code in codes.split()
}
"""Currency -> decimals of its minor unit, where these are not two."""

CODE: Final = re.compile("[A-Z]{3}")
"""What a code of a currency looks like (ISO 4217)."""

CODES: Final = {
    **dict.fromkeys(("RMB", "人民币", "人民幣", "元", "¥", "CN¥"), "CNY"),
    **dict.fromkeys(("US$", "美元", "美金"), "USD"),
    **dict.fromkeys(("€", "EURO", "欧元", "歐元"), "EUR"),
    **dict.fromkeys(("£", "英镑", "英鎊"), "GBP"),
    **dict.fromkeys(("日元", "日圓", "円"), "JPY"),
    **dict.fromkeys(("HK$", "港币", "港元", "港幣"), "HKD"),
    **dict.fromkeys(("NT$", "NTD", "台币", "台幣", "新台币", "新台幣"), "TWD"),
}
"""Other words for a currency in a column of currencies, in capitals, and its code."""

UNITS: Final = {" (yuan)": " ({})", " in yuan": " in {}", "(元)": "({})", "（元）": "（{}）"}
"""How headers and words name yuan, and how another currency."""

CENTS: Final = 2
"""Decimals of yuan and most currencies; an amount of money is counted with so many at least."""

MOST_DECIMALS: Final = 4
"""The most decimals of a minor unit."""

SEVERAL: Final = ""
"""Stands for the currency of lists of which each has its own."""


def minor_unit(currency: str | None) -> int:
    """Return how many decimals amounts of a currency have.

    >>> minor_unit("JPY"), minor_unit("EUR"), minor_unit(None)
    (0, 2, 2)
    """
    return MINOR_UNITS.get(currency or "", 2)


def counted_decimals(currencies: Iterable[str]) -> int:
    """Return with how many decimals amounts of these currencies are counted in whole numbers: those of yuan at least.

    >>> counted_decimals([]), counted_decimals(["JPY", "USD"]), counted_decimals(["JPY", "KWD"])
    (2, 2, 3)
    """
    return max(CENTS, *map(minor_unit, currencies), CENTS)


def shown_decimals(currency: str | None, decimals: int) -> int:
    """Return with how many decimals money is shown that is counted with so many: those of its currency, if it has one.

    >>> shown_decimals("JPY", 2), shown_decimals("KWD", 3), shown_decimals(SEVERAL, 3), shown_decimals(None, 2)
    (0, 3, 3, 2)
    """
    return minor_unit(currency) if currency else decimals


def name_currency(text: str, currency: str | None) -> str:
    """Return a text with a currency in place of yuan, without one where there are several; None is yuan.

    >>> name_currency("新增金额(元)", "USD"), name_currency("spend (yuan)", ""), name_currency("spend (yuan)", None)
    ('新增金额(USD)', 'spend', 'spend (yuan)')
    """
    if currency is None:
        return text
    for yuan, money in UNITS.items():
        text = text.replace(yuan, money.format(currency) if currency else "")
    return text

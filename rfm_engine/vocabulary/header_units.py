"""What a header of amounts says behind its name: the currency, or how many of its units a number counts."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from rfm_engine.vocabulary.currencies import CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

TEN_THOUSANDS: Final = "ten_thousand_yuan"
MINOR: Final = "fen"
THOUSANDS: Final = "thousand"
MULTIPLES: Final = {
    **dict.fromkeys(("万元", "萬元", "万", "萬", "万人民币"), TEN_THOUSANDS),
    **dict.fromkeys(("分", "fen", "cents", "cent", "pence", "minor units"), MINOR),
    **dict.fromkeys(
        ("千元", "仟元", "千", "k", "thousands", "thousand", "'000", "000s", "百万", "百万元", "m"), THOUSANDS
    ),
}
"""Word -> what it counts; there is no unit for thousands."""

CODES_SHOWN: Final = (
    *("CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "KRW", "INR", "THB", "SGD", "MYR", "IDR", "PHP", "VND", "AUD"),
    *("CAD", "NZD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BRL", "MXN", "ZAR", "ILS", "AED", "SAR"),
    *("KWD", "BHD", "TRY", "RUB", "UAH", "EGP", "NGN"),
)
"""Codes that headers have."""

CURRENCY_WORDS: Final = {
    **{word.casefold(): code for word, code in CODES.items()},
    **dict.fromkeys(("圆", "圓", "块", "yuan"), "CNY"),
    **dict.fromkeys(("us dollars", "$"), "USD"),
    "euros": "EUR",
    "yen": "JPY",
    **{code.casefold(): code for code in CODES_SHOWN},
}
"""Word -> code of the currency (ISO 4217)."""

_IN_BRACKETS: Final = re.compile(
    r"^(.+?)\s*[(（\[【](?:in |单位[:：]|單位[:：])?([^()（）\[\]【】]{1,12})[)）\]】]\s*$"
)
_BEHIND: Final = re.compile(r"^(.+?)(?:[\s_,:/，：-]+(?:in[\s_]+)?|(?=[€£¥$]$))([A-Za-z]{3,5}|[€£¥$])\s*$")


class HeaderUnit(NamedTuple):
    """The name before the unit, the word for it, and what that is: a multiple or the code of a currency."""

    name: str
    word: str
    multiple: str | None = None
    currency: str | None = None


def split_unit(header: str) -> HeaderUnit | None:
    """Return the parts of a header that ends in a unit of money; None for any other.

    >>> split_unit("销售金额(万元)").multiple, split_unit("Order_Total USD").currency, split_unit("Total (Purchased)")
    ('ten_thousand_yuan', 'USD', None)
    """
    for pattern in (_IN_BRACKETS, _BEHIND):
        if parts := pattern.match(header):
            name, word = parts.groups()
            if found := _units().get(word.strip().casefold()):
                return HeaderUnit(name, word.strip(), *found)
    return None


@cache
def _units() -> Mapping[str, tuple[str | None, str | None]]:
    multiples = {word: (multiple, None) for word, multiple in MULTIPLES.items()}
    return multiples | {word: (None, code) for word, code in CURRENCY_WORDS.items()}

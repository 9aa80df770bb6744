"""How amounts are written: signs, currencies, grouping and decimal marks, in text made plain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from rfm_engine.orders.cells.blanks import BLANKS, PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

AmountStyle = Literal["point", "comma"]

CURRENCIES: Final = {
    "CNY": ("cny", "rmb", "cn¥", "¥", "人民币", "元整", "元", "圆", "圓", "块"),
    "USD": ("usd", "us$", "$"),
    "EUR": ("eur", "euro", "€"),
    "GBP": ("gbp", "£"),
    "JPY": ("jpy", "jp¥", "円", "yen"),
    "HKD": ("hkd", "hk$"),
    "TWD": ("twd", "ntd", "nt$"),
    "KRW": ("krw", "₩", "원"),
    "INR": ("inr", "₹", "rs.", "rs"),
    "RUB": ("rub", "₽", "руб.", "руб"),
    "TRY": ("try", "₺", "tl"),
    "VND": ("vnd", "₫", "đ"),
    "THB": ("thb", "฿"),
    "SGD": ("sgd", "s$"),
    "MYR": ("myr", "rm"),
    "IDR": ("idr", "rp.", "rp"),
    "PHP": ("php", "₱"),
    "AUD": ("aud", "au$", "a$"),
    "CAD": ("cad", "ca$", "c$"),
    "NZD": ("nzd", "nz$"),
    "CHF": ("chf", "sfr.", "sfr", "fr."),
    "SEK": ("sek",),
    "NOK": ("nok",),
    "DKK": ("dkk",),
    "kr": ("kr.", "kr"),
    "PLN": ("pln", "zł"),
    "CZK": ("czk", "kč"),
    "HUF": ("huf", "ft"),
    "BRL": ("brl", "r$"),
    "MXN": ("mxn", "mx$"),
    "ZAR": ("zar",),
    "ILS": ("ils", "₪"),
    "UAH": ("uah", "₴", "грн"),
    "NGN": ("ngn", "₦"),
    "AED": ("aed",),
    "SAR": ("sar",),
    "IRR": ("irr", "ریال"),
    "IRT": ("irt", "toman", "تومان"),
    "KWD": ("kwd", "د.ك", "kd"),
    "BHD": ("bhd", "bd"),
    "OMR": ("omr",),
    "JOD": ("jod", "jd"),
    "TND": ("tnd",),
    "QAR": ("qar",),
    "EGP": ("egp", "e£"),
    "MAD": ("mad",),
    "KZT": ("kzt", "₸"),
    "PKR": ("pkr",),
    "BDT": ("bdt", "৳"),
    "LKR": ("lkr",),
    "RON": ("ron", "lei"),
    "BGN": ("bgn", "лв.", "лв"),
    "ARS": ("ars", "ar$"),
    "CLP": ("clp",),
    "COP": ("cop",),
    "PEN": ("pen", "s/."),
    "MOP": ("mop$", "mop"),
    "KES": ("kes", "ksh"),
    "GEL": ("gel", "₾"),
}
"""How amounts of a currency name it, on either side; `kr` stands for any of the crowns."""

SHARED_SIGNS: Final = {
    "$": ("AUD", "CAD", "HKD", "NZD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP"),
    "¥": ("JPY",),
    "£": ("EGP", "LBP"),
    **dict.fromkeys(("kr", "kr."), ("SEK", "NOK", "DKK", "ISK")),
    **dict.fromkeys(("rs", "rs."), ("PKR", "LKR", "NPR", "MUR")),
}
"""Signs that stand for further currencies, where one of these is declared."""

HOME: Final = "CNY"

_NAMES: Final = {
    "€": "euro",
    "£": "pound",
    "¥": "yen",
    "$": "dollar",
    "\u00a0": "nbsp",
    "−": "minus",
    "\u202f": "",
    "\u2009": "thinsp",
    "'": "apos",
    ",": "comma",
    ".": "period",
}
"""Signs that pages write by the name of their entity, or by their number."""


def _spell_entities(sign: str, name: str) -> list[str]:
    number = f"{ord(sign):x}"
    return [f"&{name};", f"&#{ord(sign)};", *(f"&#{x}{one};" for x in "xX" for one in (number, number.upper()))]


_PLAIN_SIGNS: Final = {"\u00a0": " ", "−": "-", "\u202f": " ", "\u2009": " "}
_ENTITIES: Final = {
    entity: _PLAIN_SIGNS.get(sign, sign) for sign, name in _NAMES.items() for entity in _spell_entities(sign, name)
}
_REPLACED: Final = PLAIN | _ENTITIES | dict.fromkeys("‘’′＇`´", "'") | {"٫": ".", "٬": ",", "–": "-", "—": "-"}
_CENTLESS: Final = r"([0-9])[.,]--?([^0-9-]|$)"
"""A dash in the place of the cents, as in 5.- or 5,--."""

_SPACE_IN_SIGN: Final = re.compile(r"([a-z])(\\\$)")
"""The place in a sign such as AU$ where some write a space."""

_NUMBER: Final = r"[0-9](?:[0-9.,' ]*[0-9.,])?|[.,][0-9]+"


def clean_amount(text: pl.Expr) -> pl.Expr:
    """Return amounts with ASCII digits, marks and signs, and no white space around them."""
    cell = text.str.strip_chars(BLANKS).str.strip_prefix("'")  # which marks text in a workbook
    plain = cell.str.replace_many(_REPLACED).str.strip_chars()
    return plain.str.replace(_CENTLESS, "${1}${2}")


def currency_code(parts: pl.Expr, code_of: Mapping[str, str]) -> pl.Expr:
    """Return the currency that an amount names, of its groups by `amount_pattern`; null where it names none."""
    import polars as pl  # noqa: PLC0415 the options of a command import this module, and Polars is loaded later

    named = (parts.struct.field(group) for group in ("3", "8"))
    sign = pl.coalesce(pl.when(one.str.len_bytes() > 0).then(one) for one in named)
    return sign.str.to_lowercase().str.replace_all(" ", "").replace(code_of)


def name_signs(declared: str | None) -> dict[str, str]:
    """Return which currency each sign or code names; a sign that several share names the one that is declared.

    >>> name_signs(None)["$"], name_signs("CAD")["$"], name_signs("EUR")["$"]
    ('USD', 'CAD', 'USD')
    """
    signs = {sign: code for code, signs in CURRENCIES.items() for sign in signs}
    if declared is None:
        return signs
    own = [declared.lower(), *(sign for sign, codes in SHARED_SIGNS.items() if declared in codes)]
    return signs | dict.fromkeys(own, declared)


def amount_pattern(signs: Iterable[str], *, takes_ten_thousands: bool) -> str:
    """Return the pattern of a clean amount that may have one of the signs of currencies.

    Its groups: 1 an open bracket, 2 to 4 what stands before the number (sign, currency, sign), 5 the number with its
    marks, 6 the exponent, 7 ten thousand, 8 a currency, 9 a trailing minus, 10 the closing bracket.
    """
    longest_first = sorted(signs, key=len, reverse=True)
    words = "|".join(_SPACE_IN_SIGN.sub(r"\1 ?\2", re.escape(sign)) for sign in longest_first)
    currency = f"({words})?" if words else "()"
    ten_thousand = "([万萬])?" if takes_ten_thousands else "()"
    before = rf"(\()?\s*([+-])?\s*{currency}\s*([+(-])?"
    return rf"(?i)^{before}\s*({_NUMBER})(?:e([+-]?[0-9]{{1,9}}))?\s*{ten_thousand}\s*{currency}\s*(-)?\s*(\))?$"


def number_pattern(style: AmountStyle) -> str:
    """Return the pattern of a number with its marks: groups of three by the other mark, a space or an apostrophe.

    Groups of two before the last three are the Indian way. Group 1 is the whole part, group 2 the fraction.
    """
    mark, point = (",", r"\.") if style == "point" else (r"\.", ",")
    grouped = "|".join(rf"[1-9][0-9]{{0,2}}(?:{separator}[0-9]{{3}})+" for separator in (mark, "'", " "))
    indian = rf"[1-9][0-9]?(?:{mark}[0-9]{{2}})+{mark}[0-9]{{3}}"
    return rf"^([0-9]+|{grouped}|{indian})?(?:{point}([0-9]*))?$"

"""What an amount in text is, by `re` and `decimal` alone."""

from __future__ import annotations

import html
import re
from decimal import Context, Decimal

EXACT = Context(prec=2_000)
SPACES = " \t\r\n\v\f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
SPACES += "\u2028\u2029\u202f\u205f\u3000\ufeff"
UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069\ufeff"
ALIKE = {ord(sign): ord(plain) for sign, plain in zip("．，－−–—＋￥＄￡（）٫٬", ".,----+¥$£().,", strict=True)}
ALIKE |= {ord(zero) + digit: ord("0") + digit for zero in "０٠۰" for digit in range(10)}
ALIKE |= dict.fromkeys(map(ord, "\u3000\u00a0\u202f\u2007\u2009"), ord(" ")) | dict.fromkeys(
    map(ord, "‘’′＇`´"), ord("'")
)
YUAN = r"(?:cny|rmb|cn¥|¥|人民币|元|圆|圓|块)?"
AMOUNT = re.compile(
    rf"(?P<open>\()?\s*(?P<early>[+-])?\s*{YUAN}\s*(?P<late>[+(-])?\s*(?P<number>\d(?:[\d.,' ]*[\d.,])?|[.,]\d+)"
    rf"(?:e(?P<power>[+-]?\d{{1,9}}))?\s*(?P<many>[万萬])?\s*{YUAN}\s*(?P<after>-)?\s*(?P<close>\))?",
    re.ASCII | re.IGNORECASE,
)


def plain(cell: str) -> str:
    """The cell with ASCII digits, marks and signs, without white space around it, and without a dash for the cents."""
    cell = cell.strip(SPACES).removeprefix("'")  # which marks text in a workbook
    text = html.unescape(cell) if re.search(r"&(#\w+|\w+);", cell) else cell
    text = text.translate(ALIKE | dict.fromkeys(map(ord, UNSEEN))).strip(SPACES)
    return re.sub(r"(?<=\d)[.,]--?(?![\d-])", "", text, count=1)


def number_of(text: str, *, comma: bool) -> Decimal | None:
    """Digits in groups of three, or of two before the last three, and a decimal mark."""
    mark, point = (".", ",") if comma else (",", ".")
    whole, _, fraction = text.partition(point)
    if not (whole or fraction) or (fraction and not fraction.isdecimal()):
        return None
    for separator in (mark, "'", " "):
        first, *groups = whole.split(separator)
        in_threes = all(re.fullmatch(r"\d{3}", group, re.ASCII) for group in groups) and len(first) <= 3
        in_twos = all(re.fullmatch(r"\d{2}", group, re.ASCII) for group in groups[:-1]) and len(groups) > 1
        indian = separator == mark and in_twos and re.fullmatch(r"\d{3}", groups[-1], re.ASCII) and len(first) <= 2
        if groups and (in_threes or indian) and re.fullmatch(r"[1-9]\d*", first, re.ASCII):
            return Decimal(f"{first}{''.join(groups)}.{fraction or 0}")
    return Decimal(f"{whole or 0}.{fraction or 0}") if re.fullmatch(r"\d*", whole, re.ASCII) else None


def decimal_of(cell: str, *, comma: bool = False) -> Decimal | None:
    """The amount in yuan of a cell in the given style; None where it is none."""
    hit = AMOUNT.fullmatch(plain(cell))
    size = number_of(hit["number"], comma=comma) if hit else None
    if hit is None or size is None:
        return None
    signs = [hit["open"], hit["early"], hit["late"], hit["after"]]
    is_bracket = "(" in signs
    if sum(map(bool, signs)) > 1 or is_bracket != bool(hit["close"]):
        return None
    power = min(max(int(hit["power"] or 0), -1_000), 1_000) + 4 * bool(hit["many"])
    return EXACT.multiply(EXACT.scaleb(size, power if size else 0), -1 if is_bracket or "-" in signs else 1)

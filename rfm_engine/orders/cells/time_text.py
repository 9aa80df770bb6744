"""How times are written: text of any usual form rewritten as year-month-day, hours, minutes, seconds and offset."""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from rfm_engine.orders.cells.blanks import BLANKS, PLAIN

DateOrder = Literal["ymd", "dmy", "mdy"]

_MONTHS: Final = (
    ("january", "jan", "januar", "janvier", "enero", "ene", "gennaio", "gen"),
    ("february", "feb", "februar", "février", "févr", "febrero", "febbraio"),
    ("march", "mar", "märz", "mär", "mrz", "mars", "marzo"),
    ("april", "apr", "avril", "avr", "abril", "abr", "aprile"),
    ("may", "mai", "mayo", "maggio", "mag"),
    ("june", "jun", "juni", "juin", "junio", "giugno", "giu"),
    ("july", "jul", "juli", "juillet", "juil", "julio", "luglio", "lug"),
    ("august", "aug", "août", "agosto", "ago"),
    ("september", "sept", "sep", "septembre", "septiembre", "settembre", "set"),
    ("october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "ott"),
    ("november", "nov", "novembre", "noviembre"),
    ("december", "dec", "dezember", "dez", "décembre", "déc", "diciembre", "dic", "dicembre"),
)
"""Names of the months: English, German, French, Spanish, Italian."""

_NUMBER_OF: Final = {name: f"{number:02}" for number, names in enumerate(_MONTHS, start=1) for name in names}
_NAMES: Final = "|".join(sorted(_NUMBER_OF, key=len, reverse=True))
_NAME: Final = rf"(?i)(^|[0-9 ,./-])({_NAMES})([0-9 ,./-]|$)"
_HALVES: Final = {
    **dict.fromkeys(("上午", "午前", "오전", "a.m.", "A.M.", "a. m."), " AM "),
    **dict.fromkeys(("下午", "午後", "午后", "오후", "p.m.", "P.M.", "p. m."), " PM "),
}
_REWRITES: Final = (
    (r"\[[A-Za-z]+/[A-Za-z_/+-]+\]$", ""),  # 2025-06-05T10:00+08:00[Asia/Shanghai]
    (r"\s*\([^)]*\)", " "),  # a weekday or the name of a zone in brackets
    (r"\s*(?:星期|礼拜|禮拜|周|週)[一二三四五六日天]\s*", " "),
    (r"(?i)^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[,.]?\s+", ""),
    (r"([0-9]{1,2})\s*[时時点點시]\s*([0-9]{1,2})\s*[分분]\s*([0-9]{1,2})\s*[秒초]?$", "$1:$2:$3"),
    (r"([0-9]{1,2})\s*[时時点點시]\s*([0-9]{1,2})\s*[分분]?$", "$1:$2"),
    (r"([0-9]{1,2})\s*[时時点點시]$", "$1:00"),
    (r"(?i)\s*(?:UTC|GMT)$", "Z"),
    (r"(?i)\s*(?:UTC|GMT)([+-])", "$1"),
    (r"^([0-9]{8})T([0-9]{2})([0-9]{2})([0-9]{2})", "${1}T$2:$3:$4"),
    (r"^([0-9]{8})T([0-9]{2})([0-9]{2})([^0-9:]|$)", "${1}T$2:$3$4"),
    (r"^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})$", "$1-$2-$3 $4:$5:$6"),
    (r"^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})$", "$1-$2-$3 $4:$5"),
    (r"T([0-9]{2})(Z|[+-][0-9:]+)?$", "T$1:00$2"),
    (r"(?i)^([^:]*[ T])([0-9]{1,2})\s*([AP]M)$", "$1$2:00 $3"),
    (r"^([0-9]{1,2})(?:st|nd|rd|th)?[ ./-]*<([0-9]{2})>[ .,/-]*([0-9]{4})", "$3-$2-$1"),
    (r"^<([0-9]{2})>[ ./-]*([0-9]{1,2})(?:st|nd|rd|th)?[ ,./-]+([0-9]{4})", "$3-$1-$2"),
    (r"^<([0-9]{2})>\s+([0-9]{1,2})\s+([0-9:]+)(\s*Z|\s+[+-][0-9:]+)?\s+([0-9]{4})$", "$5-$1-$2 $3$4"),
    (r"^([0-9]{4})[ ./-]*<([0-9]{2})>[ ./-]*([0-9]{1,2})", "$1-$2-$3"),
    (r"^([0-9]{4}\. ?[0-9]{1,2}\. ?[0-9]{1,2})\.", "$1"),  # 2025. 6. 5.
)
_MIDDLE: Final = r"(?:/([0-9]{1,2})/|-([0-9]{1,2})-|\. ?([0-9]{1,2})\. ?)"
_CENTURIES: Final = {"20": "0[0-9]|[1-5][0-9]|6[0-8]", "19": "69|[7-9][0-9]"}
"""Years of two digits are 1969 to 2068."""

_ERAS: Final = {
    **dict.fromkeys(("令和", "r"), 2018),
    **dict.fromkeys(("平成", "h"), 1988),
    **dict.fromkeys(("昭和", "s"), 1925),
    **dict.fromkeys(("大正", "t"), 1911),
    **dict.fromkeys(("明治", "m"), 1867),
    **dict.fromkeys(("民國", "民国", "中華民國", "中华民国"), 1911),
}
_OFFSETS: Final = {"buddhist": -543, "minguo": 1911, "japanese_era": 0}
"""What to add to a year of a calendar without the name of an era."""

ERA_NAMES: Final = "|".join(sorted(_ERAS, key=len, reverse=True))
_CALENDAR_DATE: Final = (
    rf"(?i)^({ERA_NAMES})?\s*([0-9]{{1,4}}|元)(?:年|[-/.])\s*([0-9]{{1,2}})(?:月|[-/.])\s*([0-9]{{1,2}})日?(.*)$"
)


def plain_time(text: pl.Expr) -> pl.Expr:
    """Return times with ASCII digits and marks and the date as year-month-day wherever its order is beyond doubt."""
    plain = text.str.strip_chars(BLANKS).str.replace_many(PLAIN | _HALVES).str.strip_chars()
    return _rewrite(_number_months(plain), _REWRITES).str.strip_chars()


def date_first(text: pl.Expr, order: DateOrder, *, short_years: bool) -> pl.Expr:
    """Return plain times whose numbers stand in the given order as year-month-day; years of two digits on request."""
    pairs = _numeric_rewrites(order, "[0-9]{4}", "")
    for century, years in _CENTURIES.items() if short_years else ():
        pairs += _numeric_rewrites(order, years, century)
    return _rewrite(text, pairs)


def _numeric_rewrites(order: DateOrder, year: str, century: str) -> tuple[tuple[str, str], ...]:
    one_or_two, after = "([0-9]{1,2})", "([^0-9]|$)"
    if order == "ymd":
        short = (rf"^({year})[-/.]{one_or_two}[-/.]{one_or_two}{after}", f"{century}${{1}}-$2-$3$4")
        return (short,) if century else ()
    first, second = ("${2}${3}${4}", "${1}") if order == "dmy" else ("${1}", "${2}${3}${4}")
    numbers = (rf"^{one_or_two}{_MIDDLE}({year}){after}", f"{century}${{5}}-{first}-{second}${{6}}")
    named = (rf"^{one_or_two}[ ./-]*<([0-9]{{2}})>[ ./-]*({year}){after}", f"{century}${{3}}-${{2}}-${{1}}${{4}}")
    month_first = (rf"^<([0-9]{{2}})>[ ./-]*{one_or_two}[ ,./-]+({year}){after}", f"{century}${{3}}-$1-${{2}}${{4}}")
    return (numbers, named, month_first)


def gregorian(text: pl.Expr, calendar: str) -> pl.Expr:
    """Return plain times whose years count in another calendar with the years of ours; null where there is no date."""
    part = [text.str.extract(_CALENDAR_DATE, group) for group in range(1, 6)]
    offset = part[0].str.to_lowercase().replace_strict(_ERAS, default=_OFFSETS[calendar], return_dtype=pl.Int64)
    counted = part[1].str.replace("元", "1", literal=True).cast(pl.Int64, strict=False)
    year = (counted + offset).cast(pl.String).str.zfill(4)
    return pl.concat_str(year, part[2], part[3], separator="-") + part[4]


def _number_months(text: pl.Expr) -> pl.Expr:
    """Return text with the name of a month as its number in angle brackets: 5 <06> 2025."""
    number = text.str.extract(_NAME, 2).str.to_lowercase().replace_strict(_NUMBER_OF, default=None)
    marked = text.str.replace(_NAME, "${1}<>${3}")
    return marked.str.replace("<>", "<" + number + ">", literal=True)


def _rewrite(text: pl.Expr, pairs: tuple[tuple[str, str], ...]) -> pl.Expr:
    """Return text with each pattern replaced once, one after the other."""
    for pattern, replacement in pairs:
        text = text.str.replace(pattern, replacement)
    return text

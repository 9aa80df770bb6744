"""How times are written: text of any usual form rewritten as year-month-day, hours, minutes, seconds and offset."""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from rfm_engine.orders.cells.blanks import BLANKS, PLAIN
from rfm_engine.orders.cells.times.calendars import CALENDARS_IN_DAYS
from rfm_engine.orders.cells.times.month_names import NUMBER_OF

DateOrder = Literal["ymd", "dmy", "mdy"]

_NAMES: Final = "|".join(sorted(NUMBER_OF, key=len, reverse=True))
_NAME: Final = rf"(?i)(^|[0-9 ,./-])({_NAMES})([0-9 ,./-]|$)"
_HALVES: Final = {
    **dict.fromkeys(("上午", "午前", "오전", "凌晨", "清晨", "早晨", "早上", "a.m.", "A.M.", "a. m."), " AM "),
    **dict.fromkeys(("下午", "午後", "午后", "오후", "p.m.", "P.M.", "p. m."), " PM "),
}
_WEEKDAY: Final = (
    r"(?i)^(?:mo|di|mi|do|fr|sa|so|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend"
    r"|(?:lun|mer|jeu|ven|sam|dim)\.|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche"
    r"|lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo)[,.]?\s+"
)
"""The days of the week in German, French and Spanish before a date."""

_REWRITES: Final = (
    (
        r"(?:晚上|傍晚|夜里|夜晚)\s*([1-9]|0[1-9]|1[0-1]|1[7-9]|2[0-3])([:时時点點])",
        " PM $1$2",
    ),  # not 12, which is midnight
    (r"中午\s*(1[01])([:时時点點])", " AM $1$2"),
    (r"中午\s*([0-9]{1,2})([:时時点點])", " PM $1$2"),
    (r"^([0-9]{4})\s*[年년]\s*([0-9]{1,2})\s*[月월]\s*([0-9]{1,2})\s*[日일号號]\s*", "$1年$2月$3日 "),
    (r"(?i)^([^<]*<[0-9]{2}>[^:]*?),?\s+(?:at|um|à|a las|às)\s+([0-9])", "$1 $2"),
    (r"(?i)\s+(?:de|del|of)\s+(<[0-9]{2}>)", " $1"),
    (r"(?i)(<[0-9]{2}>)\s+(?:de|del)\s+", "$1 "),
    (r"(?i)\s*uhr$", ""),
    (r"(?i)\s+г\.?(,|$)", "$1"),
    (r"\[[A-Za-z]+/[A-Za-z_/+-]+\]$", ""),  # 2025-06-05T10:00+08:00[Asia/Shanghai]
    (r"\s*\([^)]*\)", " "),  # a weekday or the name of a zone in brackets
    (r"\s*(?:星期|礼拜|禮拜|周|週)[一二三四五六日天]\s*", " "),
    (r"(?i)^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[,.]?\s+", ""),
    (_WEEKDAY, ""),
    (r"([时時点點시])\s*([0-9])(\s*[分분]|$)", "${1}0$2$3"),
    (r"([分분])\s*([0-9])(\s*[秒초]|$)", "${1}0$2$3"),
    (r"([0-9]{1,2})\s*[时時点點시]\s*([0-9]{1,2})\s*[分분]\s*([0-9]{1,2})\s*[秒초]?$", "$1:$2:$3"),
    (r"([0-9]{1,2})\s*[时時点點시]\s*([0-9]{1,2})\s*[分분]?$", "$1:$2"),
    (r"([0-9]{1,2})\s*[时時点點시]$", "$1:00"),
    (r"(?i)\s*(?:UTC|GMT)$", "Z"),
    (r"(?i)\s+(?:UTC|GMT)\s+([0-9]{4})$", " Z $1"),
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
    (r"^([0-9]{4})\. ?([0-9]{1,2})\. ?([0-9]{1,2})(?:\.|([^0-9.])|$)", "$1-$2-$3$4"),  # 2025. 6. 15.
    (r"([0-9>] +[0-9]{1,2})\.([0-9]{2})\.([0-9]{2}(?:\.[0-9]{1,9})?(?: *[AP]M)?)$", "$1:$2:$3"),
    (r"^(0[89][0-9]|1[0-9]{2})(0[1-9]|1[0-2])([0-2][0-9]|3[01])$", "$1-$2-$3"),  # 1150605, of the Republic of China
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
    cell = text.str.strip_chars(BLANKS).str.strip_prefix("'")  # which marks text in a workbook
    plain = cell.str.replace_many(PLAIN | _HALVES).str.strip_chars()
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
    if calendar in CALENDARS_IN_DAYS:
        numbers = [one.cast(pl.Int64, strict=False) for one in part[1:4]]
        return CALENDARS_IN_DAYS[calendar](*numbers).cast(pl.String) + part[4]
    offset = part[0].str.to_lowercase().replace_strict(_ERAS, default=_OFFSETS[calendar], return_dtype=pl.Int64)
    counted = part[1].str.replace("元", "1", literal=True).cast(pl.Int64, strict=False)
    year = (counted + offset).cast(pl.String).str.zfill(4)
    return pl.concat_str(year, part[2], part[3], separator="-") + part[4]


def _number_months(text: pl.Expr) -> pl.Expr:
    """Return text with the name of a month as its number in angle brackets: 5 <06> 2025."""
    number = text.str.extract(_NAME, 2).str.to_lowercase().replace_strict(NUMBER_OF, default=None)
    marked = text.str.replace(_NAME, "${1}<>${3}")
    return marked.str.replace("<>", "<" + number + ">", literal=True)


def _rewrite(text: pl.Expr, pairs: tuple[tuple[str, str], ...]) -> pl.Expr:
    """Return text with each pattern replaced once, one after the other."""
    for pattern, replacement in pairs:
        text = text.str.replace(pattern, replacement)
    return text

"""Words that stand where a customer is missing: what databases, spreadsheets, shops and registers write for no one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_CUSTOMER: Final = (
    *(
        "null",
        "(null)",
        "<null>",
        "nil",
        "none",
        "nan",
        "NaN",
        "na",
        "n/a",
        "#n/a",
        "<na>",
        "nat",
        "undefined",
        "\\n",
        "n.a.",
        "(blank)",
    ),
    *("blank", "(empty)", "empty", "(none)", "#ref!", "#value!", "#null!", "0.0"),
    *("-", "--", "---", "/", "\\", ".", "?", "0", "*", "#", "－", "—", "——"),
    *("guest", "guest customer", "guest user", "guest checkout", "anonymous", "anonymous customer", "anon"),
    *("unknown", "unknown customer", "no customer", "not available", "not set", "not provided", "walk-in", "walk in"),
    *("walk-in customer", "walk in customer", "walkin", "cash customer", "cash sale", "invité", "invitado", "gast"),
    *("nobody", "no one", "no name", "not applicable", "visitor", "cash", "walk-in guest", "retail customer"),
    *("游客", "遊客", "访客", "訪客", "匿名", "匿名用户", "匿名用戶", "匿名买家", "匿名買家", "散客", "路人", "过路客"),
    *(
        "非会员",
        "非會員",
        "普通散客",
        "零售客户",
        "无",
        "無",
        "空",
        "暂无",
        "暫無",
        "未知",
        "未知客户",
        "未知客戶",
        "匿名客户",
        "匿名客戶",
        "现金客户",
        "零散客户",
        "临时客户",
        "普通顾客",
        "不详",
        "不詳",
        "未登录",
        "ゲスト",
        "非会員",
    ),
)
"""Whatever their case; a plain 0 is what several shops number their guests with."""

OFF: Final = "none"
_FULL_WIDTH: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def no_customer_spellings(further: Iterable[str]) -> list[str]:
    """Return every spelling of the words for no customer: the listed and further ones, in each usual case and width.

    The further word `none` alone takes the listed ones out of force.

    >>> no_customer_spellings(["None"])
    []
    >>> {"NULL", "Null", "null", "House Account", "house account"} <= {*no_customer_spellings(["House Account"])}
    True
    """
    return _spell_words(tuple(further))


@cache
def _spell_words(further: tuple[str, ...]) -> list[str]:
    words = [word.strip() for word in further]
    own = [word for word in words if word.casefold() != OFF]
    listed = NO_CUSTOMER if len(own) == len(words) else ()
    cases = (str, str.lower, str.upper, str.capitalize, str.title)
    narrow = {case(word) for word in (*listed, *own) for case in cases}
    return sorted(narrow | {word.translate(_FULL_WIDTH) for word in narrow})

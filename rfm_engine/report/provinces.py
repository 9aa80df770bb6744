"""The provinces of China as a grid of tiles, roughly where they lie: no outline map, which would need an approval."""

from __future__ import annotations

from typing import Final

from rfm_engine.vocabulary.provinces import OFFICIAL, official_name

ROWS: Final = (
    ". . . . . . . . 黑龙江",
    "新疆 . . . 内蒙古 . . . 吉林",
    ". 甘肃 宁夏 陕西 山西 河北 北京 辽宁 .",
    "西藏 青海 四川 重庆 河南 山东 天津 . .",
    ". . 云南 贵州 湖北 安徽 江苏 上海 .",
    ". . . . 湖南 江西 浙江 . .",
    ". . . 广西 广东 福建 . 台湾 .",
    ". . . 海南 澳门 香港 . . .",
)
TILES: Final = {
    name: (row, column) for row, line in enumerate(ROWS) for column, name in enumerate(line.split()) if name != "."
}
"""Row and column of each of the 34 provinces, by short name."""


def short_name(region: str) -> str | None:
    """Return the short name of a province however it is spelled, None where the region is none.

    >>> short_name("四川省"), short_name("Guangdong"), short_name("华东")
    ('四川', '广东', None)
    """
    spellings = OFFICIAL.get(official_name(region))
    return spellings[0] if spellings else None

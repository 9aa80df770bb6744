"""The provinces of China as a grid of tiles, roughly where they lie: no outline map, which would need an approval."""

from __future__ import annotations

from typing import Final

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

SUFFIXES: Final = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市")


def short_name(region: str) -> str | None:
    """Return the short name of a province, None where the region is none.

    >>> short_name("四川省"), short_name("新疆维吾尔自治区"), short_name("上海"), short_name("华东")
    ('四川', '新疆', '上海', None)
    """
    for suffix in SUFFIXES:
        if (name := region.removesuffix(suffix)) in TILES:
            return name
    return None

"""The provinces of China: official names, and the other ways in which order files spell them."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

OFFICIAL: Final = {
    "北京市": ("北京", "Beijing", "Peking"),
    "天津市": ("天津", "Tianjin"),
    "河北省": ("河北", "Hebei"),
    "山西省": ("山西", "Shanxi"),
    "内蒙古自治区": ("内蒙古", "内蒙", "內蒙古", "內蒙古自治區", "Inner Mongolia", "Nei Mongol", "Neimenggu"),
    "辽宁省": ("辽宁", "遼寧", "遼寧省", "Liaoning"),
    "吉林省": ("吉林", "Jilin"),
    "黑龙江省": ("黑龙江", "黑龍江", "黑龍江省", "Heilongjiang"),
    "上海市": ("上海", "Shanghai"),
    "江苏省": ("江苏", "江蘇", "江蘇省", "Jiangsu"),
    "浙江省": ("浙江", "Zhejiang"),
    "安徽省": ("安徽", "Anhui"),
    "福建省": ("福建", "Fujian"),
    "江西省": ("江西", "Jiangxi"),
    "山东省": ("山东", "山東", "山東省", "Shandong"),
    "河南省": ("河南", "Henan"),
    "湖北省": ("湖北", "Hubei"),
    "湖南省": ("湖南", "Hunan"),
    "广东省": ("广东", "廣東", "廣東省", "Guangdong", "Canton"),
    "广西壮族自治区": ("广西", "广西省", "广西自治区", "廣西", "廣西壯族自治區", "Guangxi"),
    "海南省": ("海南", "Hainan"),
    "重庆市": ("重庆", "重慶", "重慶市", "Chongqing"),
    "四川省": ("四川", "Sichuan", "Szechuan"),
    "贵州省": ("贵州", "貴州", "貴州省", "Guizhou"),
    "云南省": ("云南", "雲南", "雲南省", "Yunnan"),
    "西藏自治区": ("西藏", "西藏自治區", "Tibet", "Xizang"),
    "陕西省": ("陕西", "陝西", "陝西省", "Shaanxi"),
    "甘肃省": ("甘肃", "甘肅", "甘肅省", "Gansu"),
    "青海省": ("青海", "Qinghai"),
    "宁夏回族自治区": ("宁夏", "宁夏自治区", "寧夏", "寧夏回族自治區", "Ningxia"),
    "新疆维吾尔自治区": ("新疆", "新疆自治区", "新疆維吾爾自治區", "Xinjiang"),
    "香港特别行政区": ("香港", "香港特別行政區", "Hong Kong", "Hongkong"),
    "澳门特别行政区": ("澳门", "澳門", "澳門特別行政區", "Macau", "Macao"),
    "台湾省": ("台湾", "台灣", "臺灣", "台灣省", "臺灣省", "Taiwan"),
}
"""Official name -> other spellings, whatever their case and spaces."""


def fold_region(region: str) -> str:
    """Return a region without its width, case, spaces, hyphens and the English word for province."""
    text = unicodedata.normalize("NFKC", region).casefold().replace("province", "")
    return "".join(text.split()).replace("-", "")


@cache
def _spellings() -> dict[str, str]:
    return {fold_region(one): name for name, others in OFFICIAL.items() for one in (name, *others)}


def official_name(region: str) -> str:
    """Return the official name of a province, or the region as it is spelled.

    >>> official_name("四川"), official_name("Sichuan Province"), official_name("East")
    ('四川省', '四川省', 'East')
    """
    return _spellings().get(fold_region(region), region)

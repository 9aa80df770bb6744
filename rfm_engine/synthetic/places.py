"""The provinces of the generator: GB/T 2260 letters, and inhabitants in millions (rounded) as their weight."""

from __future__ import annotations

from typing import Final, NamedTuple


class Province(NamedTuple):
    """A province: its letters begin the codes of its stores, its weight is its share of customers and stores."""

    name: str
    letters: str
    weight: int

    @property
    def stores(self) -> int:
        """How many stores there are: one, and one more for every ten millions."""
        return 1 + self.weight // 10


PROVINCES: Final = {
    name: Province(name, letters, weight)
    for name, letters, weight in (
        ("广东省", "GD", 127),
        ("山东省", "SD", 101),
        ("河南省", "HA", 98),
        ("江苏省", "JS", 85),
        ("四川省", "SC", 84),
        ("河北省", "HE", 74),
        ("湖南省", "HN", 66),
        ("浙江省", "ZJ", 66),
        ("安徽省", "AH", 61),
        ("湖北省", "HB", 58),
        ("广西壮族自治区", "GX", 50),
        ("云南省", "YN", 47),
        ("江西省", "JX", 45),
        ("辽宁省", "LN", 42),
        ("福建省", "FJ", 42),
        ("陕西省", "SN", 40),
        ("贵州省", "GZ", 38),
        ("山西省", "SX", 35),
        ("重庆市", "CQ", 32),
        ("黑龙江省", "HL", 31),
        ("新疆维吾尔自治区", "XJ", 26),
        ("上海市", "SH", 25),
        ("甘肃省", "GS", 25),
        ("内蒙古自治区", "NM", 24),
        ("吉林省", "JL", 24),
        ("北京市", "BJ", 22),
        ("天津市", "TJ", 14),
        ("海南省", "HI", 10),
        ("宁夏回族自治区", "NX", 7),
        ("青海省", "QH", 6),
        ("西藏自治区", "XZ", 4),
    )
}
"""Every province by its name, largest first."""

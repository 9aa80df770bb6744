"""The markets that `rfm-engine generate --profile` knows: one for each bundled order file, and one for large files."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from rfm_engine.errors import UsageError, nearest
from rfm_engine.synthetic.markets import Market

OUTDOOR: Final = {
    "徒步袜": 39,
    "速干头巾": 49,
    "登山杖": 139,
    "速干T恤": 119,
    "头灯": 89,
    "防晒皮肤衣": 239,
    "徒步背包": 459,
    "徒步鞋": 599,
    "软壳裤": 329,
    "冲锋衣": 899,
    "三季帐篷": 1299,
    "羽绒睡袋": 1099,
}

CURTAINS: Final = {
    "smart curtain motor": 399,
    "smart roller blind": 329,
    "curtain track": 159,
    "wireless wall switch": 89,
    "light sensor": 129,
    "blackout fabric": 269,
    "sheer fabric": 199,
    "motorised Roman blind": 899,
    "motorised skylight blind": 1899,
}

HEATING: Final = {
    "智能温控阀": 2600,
    "循环水泵": 9800,
    "板式换热器": 26000,
    "变频控制柜": 18500,
    "换热机组": 68000,
    "保温管道": 5200,
}

HIKING_SEASON: Final = (60, 55, 85, 125, 150, 105, 110, 105, 120, 150, 85, 60)
CURTAIN_SEASON: Final = (70, 50, 100, 105, 110, 120, 80, 80, 115, 120, 145, 90)
HEATING_SEASON: Final = (60, 30, 40, 60, 80, 110, 150, 200, 240, 170, 80, 60)
NORTH: Final = ("山东省", "河南省", "河北省", "辽宁省", "陕西省", "北京市")
SOUTH: Final = ("广东省", "江苏省", "浙江省", "四川省", "湖北省", "上海市")
NATIONAL: Final = {"products": OUTDOOR, "months": HIKING_SEASON, "language": "zh", "cancelled_percent": 6, "faults": 3}

PROFILES: Final[dict[str, dict[str, Any]]] = {
    "outdoor": {"orders": 1_000_000, "customers": 90_000, "products": OUTDOOR, "months": HIKING_SEASON},
    "sichuan-hiking": {
        "orders": 2_300,
        "customers": 648,
        "seed": 51,
        "regions": ("四川省",),
        "products": OUTDOOR,
        "months": HIKING_SEASON,
        "language": "zh",
        "prefix": "SC",
    },
    "taian-curtains": {
        "orders": 1_500,
        "customers": 593,
        "seed": 3709,
        "since": date(2021, 9, 1),
        "regions": ("山东省",),
        "products": CURTAINS,
        "months": CURTAIN_SEASON,
        "times": "day",
        "prefix": "TA",
    },
    "national-outdoor-north": NATIONAL
    | {"orders": 4_000, "customers": 1_300, "seed": 1, "regions": NORTH, "prefix": "N"},
    "national-outdoor-south": NATIONAL
    | {"orders": 7_500, "customers": 2_100, "seed": 2, "regions": SOUTH, "prefix": "S"},
    "harbin-heating": {
        "orders": 1_400,
        "customers": 412,
        "seed": 2301,
        "regions": ("黑龙江省",),
        "products": HEATING,
        "months": HEATING_SEASON,
        "growth_percent": 10,
        "times": "day",
        "unit": "ten_thousand_yuan",
        "language": "zh",
        "prefix": "HRB",
    },
}
"""Each profile as the fields of its `Market`."""


def market(profile: str = "outdoor", **changes: Any) -> Market:  # noqa: ANN401 any field of Market
    """Return a profile's market with the changes that are not None.

    Orders without customers bring customers in the profile's proportion.

    >>> market("outdoor", orders=2_000_000).customers
    180000

    Raises:
        UsageError: An unknown profile, or fields that contradict each other; it lists all of them.
    """
    if profile not in PROFILES:
        message = f"unknown profile {profile!r}{nearest(profile, PROFILES)} (known: {', '.join(PROFILES)})"
        raise UsageError(message)
    fields = PROFILES[profile]
    given = {name: value for name, value in changes.items() if value is not None}
    if "orders" in given and "customers" not in given:
        given["customers"] = max(1, given["orders"] * fields["customers"] // fields["orders"])
    try:
        return Market.model_validate(fields | given)
    except ValidationError as error:
        message = "; ".join(_describe_fault(fault["loc"], fault["msg"]) for fault in error.errors(include_url=False))
        raise UsageError(message) from error


def _describe_fault(place: tuple[int | str, ...], words: str) -> str:
    return ": ".join((*map(str, place[:1]), words.removeprefix("Value error, ").removeprefix("Input should be ")))

"""The colours of the page, light and dark; old browsers cannot mix colours, so ramps are computed here."""

from __future__ import annotations

from math import sqrt
from typing import Final, NamedTuple

TIER_ANCHORS: Final = {
    "light": ("#0b4f5a", "#35878f", "#93c1c3", "#d3dadd"),
    "dark": ("#8fe3e6", "#3d9ca5", "#2a636d", "#36424b"),
}
"""From the best tier to the last."""

SHADE_ANCHORS: Final = {"light": ("#edf4f4", "#8fc3c4", "#0b5f69"), "dark": ("#1d2a31", "#2b6a74", "#8fe3e6")}
"""From few to many."""

SHADES: Final = 7
INK: Final = "#10202a"
WHITE: Final = "#ffffff"


class Colour(NamedTuple):
    """A fill, and the text colour that is read best on it."""

    fill: str
    ink: str


def ramp(anchors: tuple[str, ...], steps: int) -> list[Colour]:
    """Return so many colours from the first anchor to the last.

    >>> [colour.fill for colour in ramp(("#000000", "#ffffff"), 3)]
    ['#000000', '#808080', '#ffffff']
    """
    last = max(steps - 1, 1)
    return [_with_ink(_mix(anchors, step / last)) for step in range(steps)]


def _mix(anchors: tuple[str, ...], share: float) -> str:
    place = share * (len(anchors) - 1)
    low = min(int(place), len(anchors) - 2)
    pairs = zip(_channels(anchors[low]), _channels(anchors[low + 1]), strict=True)
    return "#" + "".join(f"{int(one + (other - one) * (place - low) + 0.5):02x}" for one, other in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, 1 to 21.

    >>> contrast("#ffffff", "#000000")
    21.0
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return round((high + 0.05) / (low + 0.05), 2)


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 sRGB's curve
        for value in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _with_ink(fill: str) -> Colour:
    return Colour(fill, max((WHITE, INK), key=lambda ink: contrast(fill, ink)))


def shade(value: int, greatest: int) -> int:
    """Return which shade, from 0, stands for a value; by its root, so that small values differ.

    >>> shade(0, 100), shade(1, 100), shade(100, 100)
    (0, 1, 6)
    """
    if value <= 0 or greatest <= 0:
        return 0
    return min(1 + int((SHADES - 1) * sqrt(value / greatest)), SHADES - 1)


def themes(tiers: int) -> dict[str, dict[str, list[Colour]]]:
    """Return, for each theme, the colours of so many tiers and of the shades of heat maps."""
    return {
        theme: {"tier": ramp(TIER_ANCHORS[theme], tiers), "shade": ramp(SHADE_ANCHORS[theme], SHADES)}
        for theme in ("light", "dark")
    }

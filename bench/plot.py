"""The growth plot: seconds over orders on two logarithmic axes, as SVG written by hand (no library)."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from bench.orders import short
from bench.tables import LABELS, exponent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 780, 420, 60, 270, 30, 50
COLOURS = ("#0b6e4f", "#c8553d", "#3d5a99", "#8a6d1d", "#7a4b94", "#666666")
Points = list[tuple[float, float]]


def plot(curves: Mapping[str, Points]) -> str:
    """Return the SVG of each contender's curve; its fitted exponent stands beside its name."""
    points = [point for curve in curves.values() for point in curve]
    if not points:
        return _svg(["<text x='20' y='40'>no comparison of the headline job yet</text>"])
    xs, ys = (_decades([point[axis] for point in points]) for axis in (0, 1))
    parts = _grid(xs, ys)
    for position, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[position % len(COLOURS)]
        spots = [(_x(rows, xs), _y(seconds, ys)) for rows, seconds in curve]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        parts.append(f"<polyline points='{line}' fill='none' stroke='{colour}' stroke-width='2'/>")
        parts += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour}'/>" for x, y in spots]
        fitted = exponent(curve)
        words = escape(LABELS[name].partition(":")[0]) + (f" (rows^{fitted:.2f})" if fitted else "")
        parts.append(f"<text x='{WIDTH - RIGHT + 12}' y='{TOP + 14 + 20 * position}' fill='{colour}'>{words}</text>")
    return _svg(parts)


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)


def _x(rows: float, decades: tuple[int, int]) -> float:
    low, high = decades
    return LEFT + (log10(rows) - low) / (high - low) * (WIDTH - LEFT - RIGHT)


def _y(seconds: float, decades: tuple[int, int]) -> float:
    low, high = decades
    return HEIGHT - BOTTOM - (log10(seconds) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def _grid(xs: tuple[int, int], ys: tuple[int, int]) -> list[str]:
    parts, right, bottom = [], WIDTH - RIGHT, HEIGHT - BOTTOM
    for power in range(xs[0], xs[1] + 1):
        x = _x(10**power, xs)
        parts.append(f"<path d='M{x:.1f} {TOP}V{bottom}' stroke='#ddd'/>")
        parts.append(f"<text x='{x:.1f}' y='{bottom + 18}' text-anchor='middle'>{short(10**power)}</text>")
    for power in range(ys[0], ys[1] + 1):
        y = _y(10.0**power, ys)
        parts.append(f"<path d='M{LEFT} {y:.1f}H{right}' stroke='#ddd'/>")
        parts.append(f"<text x='{LEFT - 8}' y='{y + 4:.1f}' text-anchor='end'>{10.0**power:g}</text>")
    parts.append(f"<text x='{(LEFT + right) / 2}' y='{HEIGHT - 10}' text-anchor='middle'>orders</text>")
    return [*parts, f"<text x='{LEFT - 40}' y='{TOP - 12}'>seconds, whole process</text>"]


def _svg(parts: Sequence[str]) -> str:
    size = f"width='{WIDTH}' height='{HEIGHT}' font-family='sans-serif' font-size='12'"
    head = f"<svg xmlns='http://www.w3.org/2000/svg' {size}>"
    return "\n".join([head, f"<rect width='{WIDTH}' height='{HEIGHT}' fill='white'/>", *parts, "</svg>\n"])

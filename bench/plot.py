"""The growth plot: seconds over orders on two logarithmic axes, drawn by the macros of the report."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

from bench.orders import short
from bench.tables import LABELS, exponent
from rfm_engine.report.page import load_templates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLOURS: Final = ("#0b6e4f", "#c8553d", "#3d5a99", "#8a6d1d", "#7a4b94", "#666666")
STYLE: Final = (
    "svg{background:#fff;font:12px sans-serif}.line{stroke:#ddd}.mid{text-anchor:middle}.end{text-anchor:end}"
    ".curve{fill:none;stroke-width:2}"
    + "".join(f".c{place}{{stroke:{colour}}}text.c{place}{{stroke:none}}" for place, colour in enumerate(COLOURS))
    + "".join(f"circle.c{place},text.c{place}{{fill:{colour}}}" for place, colour in enumerate(COLOURS))
)
Points = list[tuple[float, float]]


def plot(curves: Mapping[str, Points]) -> str:
    """Return the SVG of each contender's curve; its fitted exponent stands beside its name."""
    rows, seconds = (_decades([point[axis] for curve in curves.values() for point in curve]) for axis in (0, 1))
    series = [
        (f"c{place % len(COLOURS)}", [(_place(x, rows), _place(y, seconds)) for x, y in curve], _name(name, curve))
        for place, (name, curve) in enumerate(curves.items())
    ]
    return str(
        load_templates()
        .get_template("charts.svg")
        .module.lines(  # type: ignore[attr-defined]
            "seconds over orders",
            series,
            [(_place(10.0**power, rows), short(10**power)) for power in range(rows[0], rows[1] + 1)],
            [(_place(10.0**power, seconds), f"{10.0**power:g}") for power in range(seconds[0], seconds[1] + 1)],
            "orders",
            "seconds, whole process",
            style=STYLE,
            width=780,
            height=420,
            right=270,
        )
    )


def _name(name: str, curve: Points) -> str:
    fitted = exponent(curve)
    return LABELS[name].partition(":")[0] + (f" (rows^{fitted:.2f})" if fitted else "")


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = floor(log10(min(values, default=1))), ceil(log10(max(values, default=1)))
    return low, max(high, low + 1)


def _place(value: float, decades: tuple[int, int]) -> float:
    """Return where a value stands between two powers of ten, from 0 to 1."""
    low, high = decades
    return (log10(value) - low) / (high - low)

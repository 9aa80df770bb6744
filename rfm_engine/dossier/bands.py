"""Rules as figures: which values get each score, and which totals belong to each tier."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from rfm_engine.columns import FREQUENCY, MONETARY, RECENCY_DAYS
from rfm_engine.plugin_api import Metric

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfm_engine.rules import Rules

SYMBOLS: Final = {RECENCY_DAYS: "D", FREQUENCY: "S", MONETARY: "Z"}
OPTION_OF: Final = {Metric.RECENCY: RECENCY_DAYS, Metric.FREQUENCY: FREQUENCY, Metric.MONETARY: MONETARY}
LETTERS: Final = "ABCD"
Band = tuple[str, int]


def plain(number: object) -> str:
    """Return a number without an exponent or trailing zeros.

    >>> plain("100.0"), plain(Decimal("0.30"))
    ('100', '0.3')
    """
    value = Decimal(str(number))
    return format(value.normalize(), "f") if value else "0"


def fixed_bands(scheme: Mapping[str, Any], metric: Metric) -> list[Band]:
    """Return each condition with its score, by rising value, where the scheme has cut points as options; else none.

    >>> fixed_bands({"recency_days": [10, 30]}, Metric.RECENCY)
    [('0≤D≤10', 3), ('10<D≤30', 2), ('D>30', 1)]
    """
    option = OPTION_OF[metric]
    cuts = [plain(cut) for cut in scheme.get(option) or ()] if isinstance(scheme.get(option), list) else []
    if not cuts:
        return []
    sign = SYMBOLS[option]
    least = {Metric.RECENCY: "0≤", Metric.FREQUENCY: "", Metric.MONETARY: "0<"}[metric]
    between = [f"{low}<{sign}≤{high}" for low, high in pairwise(cuts)]
    conditions = [f"{least}{sign}≤{cuts[0]}", *between, f"{sign}>{cuts[-1]}"]
    scores = range(1, len(conditions) + 1)
    return [*zip(conditions, reversed(scores) if metric is Metric.RECENCY else scores, strict=True)]


def rank_shares(bins: int) -> list[tuple[str, int]]:
    """Return which part of the ranks gets each score, best first.

    >>> rank_shares(5)[:2]
    [('0%–20%', 5), ('20%–40%', 4)]
    """
    ends = [plain((Decimal(100 * step) / bins).quantize(Decimal("0.01"))) for step in range(bins + 1)]
    return [(f"{low}%–{high}%", bins - step) for step, (low, high) in enumerate(pairwise(ends))]


def total_range(rules: Rules | None) -> tuple[str, str] | None:
    """Return the least and the greatest total that the scheme and the weights can give, None where no one knows."""
    if rules is None:
        return None
    ranges = [rules.scheme.score_range(metric) for metric in Metric]
    ends = ([one.lowest for one in ranges], [one.highest for one in ranges])
    low, high = (sum((w * s for w, s in zip(rules.weights, end, strict=True)), Decimal()) for end in ends)
    return plain(low), plain(high)


def tier_conditions(tiers: Mapping[str, Any], ends: tuple[str, str] | None) -> dict[str, str]:
    """Return which totals or scores belong to each tier, by name; nothing where the policy decides otherwise.

    >>> tier_conditions({"name": "abcd", "bounds": ["2", "3", "4"]}, ("1", "5"))
    {'A': '4≤X≤5', 'B': '3≤X<4', 'C': '2≤X<3', 'D': '1≤X<2'}
    >>> tier_conditions({"table": [{"name": "A", "above": "6"}, {"name": "B", "above": 3, "at_most": 6}]}, None)
    {'A': 'X>6', 'B': '3<X≤6'}
    """
    if isinstance(tiers.get("bounds"), list):
        return _by_bounds([plain(bound) for bound in tiers["bounds"]], ends)
    table = tiers.get("table")
    return {str(row["name"]): _by_row(row) for row in table} if isinstance(table, list) else {}


def _by_bounds(bounds: Sequence[str], ends: tuple[str, str] | None) -> dict[str, str]:
    low, high = ends or ("", "")
    top = f"{bounds[-1]}≤X≤{high}" if high else f"X≥{bounds[-1]}"
    bottom = f"{low}≤X<{bounds[0]}" if low else f"X<{bounds[0]}"
    between = [f"{one}≤X<{other}" for one, other in pairwise(bounds)]
    return dict(zip(LETTERS, [top, *reversed(between), bottom], strict=False))


def _by_row(row: Mapping[str, Any]) -> str:
    scores = [f"{letter.upper()} {_interval(row[letter])}" for letter in "rfm" if row.get(letter) is not None]
    if scores:
        return ", ".join(scores)
    low = next((f"{plain(row[key])}{sign}" for key, sign in (("at_least", "≤"), ("above", "<")) if key in row), "")
    high = next((f"{sign}{plain(row[key])}" for key, sign in (("at_most", "≤"), ("below", "<")) if key in row), "")
    if low and not high:
        return f"X{'≥' if low.endswith('≤') else '>'}{low[:-1]}"
    return f"{low}X{high}" if high else ""


def _interval(value: object) -> str:
    ends = [value["low"], value["high"]] if isinstance(value, dict) else value
    ends = ends if isinstance(ends, list) else [ends, ends]
    return f"{ends[0]}" if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"

"""What a tier policy's expressions look at: single rows or whole lists, scores or metrics, and which numbers."""

from __future__ import annotations

import json
from itertools import chain
from math import ceil, floor, isfinite
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from polars.exceptions import ComputeError

from rfm_engine.columns import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW_WISE: Final = {
    *("IsBetween", "IsIn", "IsNull", "IsNotNull", "Not", "AllHorizontal", "AnyHorizontal", "SumHorizontal"),
    *("MinHorizontal", "MaxHorizontal", "Clip", "FillNull", "Coalesce", "Negate", "Abs"),
}
"""The functions of Polars that are known to look at one row alone; of any other it is not assumed."""

COMPARISONS: Final = {"Eq", "NotEq", "Lt", "LtEq", "Gt", "GtEq", "EqValidity", "NotEqValidity"}
CONNECTIVES: Final = {"And", "Or", "Xor", "LogicalAnd", "LogicalOr"}
BOOLEAN_FUNCTIONS: Final = {"Not", "AllHorizontal", "AnyHorizontal"}
METRIC_COLUMNS: Final = {metric.column for metric in Metric}


def looks_at_rows_alone(expression: pl.Expr) -> bool:
    """Return whether each row's value depends on that row only, so that no window, rank or length is needed.

    >>> import polars as pl
    >>> looks_at_rows_alone(pl.col("r_score").is_between(4, 5)), looks_at_rows_alone(pl.len() > 9)
    (True, False)
    """
    try:
        return _is_row_wise(_parse(expression))
    except ComputeError:  # a Python function, which may look at anything
        return False


def find_metric_borders(expression: pl.Expr) -> dict[str, set[int]] | None:
    """Return the whole numbers on either side of which the expression may change, by metric column.

    None where a metric is not simply compared with a number (it is computed with, or compared with another column), so
    that no set of values stands for all.

    >>> import polars as pl
    >>> find_metric_borders((pl.col("frequency") > 3) & (pl.col("r_score") < 4))
    {'frequency': {3}}
    >>> find_metric_borders(pl.col("frequency") > pl.col("recency_days"))
    """
    borders: dict[str, set[int]] = {}
    for found in _walk_borders(_parse(expression)):
        if found is None:
            return None
        column, number = found
        borders.setdefault(column, set()).update((floor(number), ceil(number)))
    return borders


def find_numbers(expression: pl.Expr) -> set[int]:
    """Return the whole numbers next to every number that an expression names, whatever it does with them.

    >>> import polars as pl
    >>> sorted(find_numbers((pl.col("monetary_fen") // pl.col("frequency") > 99.5) | pl.col("frequency").is_in([7])))
    [7, 99, 100]
    """
    if not expression.meta.is_literal():
        return set().union(*map(find_numbers, expression.meta.pop()))
    values = pl.select(expression).to_series()
    values = values.explode() if values.dtype.is_nested() else values
    if not values.dtype.is_numeric():
        return set()
    return {whole for value in values.drop_nulls() if isfinite(value) for whole in (floor(value), ceil(value))}


def _parse(expression: pl.Expr) -> Any:  # noqa: ANN401 whatever JSON holds
    return json.loads(expression.meta.serialize(format="json"))


def _is_row_wise(node: Any) -> bool:  # noqa: ANN401 whatever JSON holds
    match node:
        case {"Column": _}:
            return True
        case {"Literal": value}:
            return "Series" not in value
        case {"Function": {"function": function}} if _name(function) not in ROW_WISE:
            return False
        case {"Function": {"input": [_, among], "function": function}} if _name(function) == "IsIn" and _columns(among):
            return False
        case _:
            inner = _inner(node)
            return bool(inner) and all(map(_is_row_wise, inner))


def _inner(node: Any) -> list[Any]:  # noqa: ANN401 whatever JSON holds
    """Return the parts that an expression computes with; empty for what is not known."""
    match node:
        case {"BinaryExpr": {"left": left, "right": right}}:
            return [left, right]
        case {"Ternary": {"predicate": predicate, "truthy": truthy, "falsy": falsy}}:
            return [predicate, truthy, falsy]
        case {"Cast": {"expr": inner}} | {"Alias": [inner, _]}:
            return [inner]
        case {"Function": {"input": inputs}}:
            return list(inputs)
        case _:
            return []


def _name(function: Any) -> str:  # noqa: ANN401 whatever JSON holds
    """Return the name of a function, such as `IsBetween` of `{"Boolean": {"IsBetween": {"closed": "Both"}}}`."""
    if isinstance(function, dict):
        name, options = next(iter(function.items()))
        return _name(options) if name == "Boolean" else str(name)
    return str(function)


def _walk_borders(node: Any) -> Iterator[tuple[str, float] | None]:  # noqa: ANN401 whatever JSON holds
    if not _columns(node) & METRIC_COLUMNS:
        return
    match node:
        case {"BinaryExpr": {"op": op, "left": left, "right": right}} if op in COMPARISONS:
            yield from _compare(left, [right]) if "Literal" in right else _compare(right, [left])
        case {"Function": {"input": [value, *numbers], "function": function}} if _name(function) == "IsBetween":
            yield from _compare(value, numbers)
        case {"BinaryExpr": {"op": op}} if op in CONNECTIVES:
            yield from chain.from_iterable(map(_walk_borders, _inner(node)))
        case {"Function": {"function": function}} if _name(function) in BOOLEAN_FUNCTIONS:
            yield from chain.from_iterable(map(_walk_borders, _inner(node)))
        case {"Ternary": _} | {"Alias": _}:
            yield from chain.from_iterable(map(_walk_borders, _inner(node)))
        case _:
            yield None


def _compare(value: Any, literals: list[Any]) -> Iterator[tuple[str, float] | None]:  # noqa: ANN401 whatever JSON holds
    for literal in literals:
        number = _number(literal)
        yield (value["Column"], number) if "Column" in value and number is not None else None


def _number(node: Any) -> float | None:  # noqa: ANN401 whatever JSON holds
    match node:
        case {"Literal": {"Dyn": {"Int": number}} | {"Dyn": {"Float": number}}}:
            return number  # type: ignore[no-any-return]
        case {"Literal": {"Scalar": dict() as scalar}}:
            (number,) = scalar.values()
            return number if isinstance(number, int | float) and not isinstance(number, bool) else None
        case _:
            return None


def _columns(node: Any) -> set[str]:  # noqa: ANN401 whatever JSON holds
    if isinstance(node, dict) and isinstance(node.get("Column"), str):
        return {node["Column"]}
    return set().union(*map(_columns, _inner(node)))

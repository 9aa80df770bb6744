"""The checks that schemes and tier policies share."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from polars import Categories
from polars.exceptions import ComputeError

from rfm_engine.columns import CUSTOMER_ID, Metric
from rfm_engine.errors import PluginError
from rfm_engine.grading.guard import guard_description
from rfm_engine.plugin_api import Scheme, TierPolicy
from rfm_engine.plugins.validation import find_class_faults, round_trip_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rfm_engine.plugin_api import Language, PluginBase

PROMISED_COLUMNS: Final = (CUSTOMER_ID, *(metric.column for metric in Metric))
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
PHYSICAL: Final = {"U8": pl.UInt8, "U16": pl.UInt16, "U32": pl.UInt32}
MET_BEFORE: Final = "customers whom the process has met before; codes of categories depend on that, so use text"
PYTHON_NODES: Final = ("AnonymousFunction", "callback")


def can_be_registered(thing: PluginBase, *_: object) -> None:
    """The class has a name, a docstring and its method, so that the engine takes it in."""
    found = find_class_faults(type(thing), Scheme if isinstance(thing, Scheme) else TierPolicy)
    if found:
        raise PluginError("; ".join(found))


def options_survive_toml(thing: PluginBase, *_: object) -> None:
    """The options, written to a TOML file and read again, make an equal object."""
    again = type(thing).model_validate(round_trip_toml(thing))
    if again != thing:
        message = f"{thing!r} becomes {again!r} by way of a TOML file"
        raise PluginError(message)


def describes_itself_in_both_languages(thing: PluginBase, *_: object) -> None:
    """`describe` says something in English and in Chinese, the same each time."""
    for language in LANGUAGES:
        if guard_description(thing, language) != guard_description(thing, language):
            message = f"describe({language!r}) differs from call to call"
            raise PluginError(message)


def require_no_python_function(expression: pl.Expr, what: str) -> None:
    """Raise a `PluginError` when Polars would call Python while it runs the expression."""
    if calls_python(expression):
        message = f"the expression for {what} calls a Python function; say it in Polars expressions"
        raise PluginError(message)


def require_equal_expressions(first: pl.Expr, second: pl.Expr, what: str) -> None:
    """Raise a `PluginError` when a second call gave another expression."""
    if not calls_python(first) and not first.meta.eq(second):
        message = f"the expression for {what} differs from call to call: {first}, then {second}"
        raise PluginError(message)


def require_promised_columns(expression: pl.Expr, promised: set[str], what: str) -> None:
    """Raise a `PluginError` when an expression reads columns that need not be there."""
    others = sorted(set(expression.meta.root_names()) - promised)
    if others:
        message = (
            f"the expression for {what} reads {', '.join(others)}; only {', '.join(sorted(promised))} are promised"
        )
        raise PluginError(message)


@contextmanager
def met_before(texts: pl.Series, expressions: Iterable[pl.Expr]) -> Iterator[None]:
    """Let the process know these texts, last first, in every category that the expressions make.

    The codes of a category number its texts as Polars meets them, and as long as any column has them.
    """
    order = texts.unique().sort(descending=True)
    known = [order.cast(dtype) for expression in expressions for dtype in _list_categories(expression)]
    yield
    known.clear()


def _list_categories(expression: pl.Expr) -> list[pl.Categorical]:
    if calls_python(expression):
        return []
    tree = json.loads(expression.meta.serialize(format="json"))
    found = [inner for node, inner in _nodes(tree) if node == "Categorical"]
    named = (Categories(one["name"], one["namespace"], PHYSICAL[one["physical"]]) for one in found if one["name"])
    return [pl.Categorical(), *map(pl.Categorical, named)] if found else []


def calls_python(expression: pl.Expr) -> bool:
    """Return whether the expression holds a Python function: map_elements, map_batches, rolling_map, fold and so on.

    >>> import polars as pl
    >>> calls_python(pl.col("frequency").rank().over("region")), calls_python(pl.col("frequency").map_elements(abs) + 1)
    (False, True)
    """
    try:
        tree = json.loads(expression.meta.serialize(format="json"))
    except ComputeError as error:
        # Only Python functions need cloudpickle, which may be missing or refuse them.
        if str(error).startswith("python:"):
            return True
        raise
    return any(node in PYTHON_NODES or (node == "Map" and isinstance(inner, list)) for node, inner in _nodes(tree))


def _nodes(tree: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 whatever JSON holds
    if isinstance(tree, dict):
        yield from tree.items()
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(inner)

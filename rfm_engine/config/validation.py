"""A table checked by a pydantic model, and everything that is wrong with it in words for the person who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from rfm_engine.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfm_engine.config.origins import Origins

Model = TypeVar("Model", bound=BaseModel)

WORDS = {
    "tuple_type": 'a list, such as ["a", "b"]',
    "dict_type": "a table",
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "date_from_datetime_inexact": "a date such as 2025-07-01",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
"""What is expected, by pydantic's type of error, where its own words are not for everybody."""


MOST_SHOWN = 80
"""Letters of a value in a message."""

MOST_FAULTS = 20
"""What is wrong with a table, told at once: a message must not be larger than its file."""


def validate(model: type[Model], table: dict[str, Any], key: str, origins: Origins) -> tuple[Model | None, list[str]]:
    """Return the object that a table describes, or None and everything that is wrong with it.

    `key` names the table within its file, `origins` says where a dotted key was given.
    """
    try:
        return model.model_validate(table), []
    except ValidationError as error:
        fields = {field.alias or name: field.description for name, field in model.model_fields.items()}
        faults = error.errors(include_url=False)
        lines = [_describe_fault(dict(fault), key, fields, origins) for fault in faults[:MOST_FAULTS]]
        more = len(faults) - len(lines)
        return None, [*lines, *([f"{origins.of(key)}: {more:,} more of the kind"] if more else [])]


def _describe_fault(fault: Mapping[str, Any], key: str, fields: Mapping[str, str | None], origins: Origins) -> str:
    path = ".".join([*([key] if key else []), *map(str, fault["loc"])])
    place = f"{origins.of(path)}: {path}" if path else origins.of("")
    name = str(fault["loc"][-1]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        near = nearest(name, fields) if len(fault["loc"]) == 1 else ""
        return f"{place}: unknown key" + (near or f" (known: {', '.join(fields)})")
    if fault["type"] == "missing":
        return f"{place}: must be given" + (f" ({fields[name]})" if fields.get(name) else "")
    if fault["type"] == "too_long":
        at_most, there = fault["ctx"]["max_length"], fault["ctx"]["actual_length"]
        return f"{place}: expected at most {at_most:,} values, got {there:,}"
    words = WORDS.get(fault["type"]) or fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    expected = (
        words if words.startswith("expected") or fault["type"] in ("value_error", "secret") else f"expected {words}"
    )
    return f"{place}: {expected}" + (
        f", got {_quote(fault['input'])}"
        if path and not isinstance(fault["input"], dict) and fault["type"] != "secret"
        else ""
    )


def _quote(value: object) -> str:
    """Return a value as it is shown: a long one by its beginning, for a message must not be as long as a file.

    >>> _quote("paid"), _quote([1] * 99)
    ("'paid'", '[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 ... (99 values)')
    """
    if isinstance(value, str):
        return _shorten(repr(value[: MOST_SHOWN + 1]), f"{len(value):,} letters")
    if isinstance(value, list):
        return _shorten(repr(value[: MOST_SHOWN + 1]), f"{len(value):,} values")
    return _shorten(str(value), "and so on")


def _shorten(text: str, size: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]} ... ({size})"

"""The options that a refusal names, as commented keys of a dataset file: what makes it run once its sign is gone."""

from __future__ import annotations

import re
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import tomli_w
from pydantic import ValidationError

from rfm_engine.config.dataset import Dataset
from rfm_engine.config.keywords import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTION: Final = re.compile(r"""--([a-z][a-z-]*)(?: (?!--)("[^"]*"|'[^']*'|[^\s,;:)]+))?""")
"""An option in a message, and the word behind it, in quotes or not."""

SOUND: Final[dict[str, Any]] = {"name": "orders", "as_of": "2025-12-31", "orders": ["orders.csv"], "time_zone": "UTC"}
"""A dataset that a choice is tried in."""


def list_choices(message: str) -> list[str]:
    r"""Return a commented key for each option in a message that a dataset file can have, once each.

    >>> list_choices('choose: --column "customer_id=Buyer ID", --grain line, or leave --unit out')
    ['# columns.customer_id = "Buyer ID"\n', '# grain = "line"\n']
    """
    found = (choice for option, word in OPTION.findall(message) for choice in _choose(option, word))
    return list(dict.fromkeys(found))


def _choose(option: str, word: str) -> Iterator[str]:
    """Yield the key of an option and its value, if it has that value; words of prose are none."""
    key = option.replace("-", "_")
    value = " ".join(shlex.split(word)) if word else ""
    if key == "column":
        name, _, header = value.partition("=")
        table: dict[str, Any] = {"columns": {name: header or "HEADER"}} if name else {}
    else:
        plain: Any = int(value) if value.isdecimal() else value or True
        table = {key: [value] if key in LISTS else plain}
    with suppress(ValidationError):
        Dataset.model_validate(SOUND | table)
        for found, plain in (table.get("columns") or table).items():
            yield f"# {'columns.' if 'columns' in table else ''}{found} = {_write_value(plain)}\n"


def _write_value(value: object) -> str:
    """Return a value as TOML has it, in one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(_write_value, value))}]"
    return tomli_w.dumps({"value": value}).removeprefix("value = ").strip()

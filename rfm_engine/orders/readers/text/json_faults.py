"""Lines of JSON that a fast parser would change in silence: a key twice, numbers cut to a float, half a character."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FLOAT_DIGITS: Final = 15
"""A float keeps any number of so many digits."""

_LONG_NUMBER: Final = "|".join(
    [rf"0\.[0-9]{{{FLOAT_DIGITS + 1},}}", rf"[1-9]\.[0-9]{{{FLOAT_DIGITS},}}"]
    + [rf"[1-9][0-9]{{{whole - 1}}}\.[0-9]{{{FLOAT_DIGITS + 1 - whole},}}" for whole in range(2, FLOAT_DIGITS)]
    + [rf"[0-9]{{{FLOAT_DIGITS},}}(?:\.|[eE])"]
)
_DOUBTFUL: Final = rf"\\u[dD][89a-fA-F]|[:,\[]\s*-?(?:{_LONG_NUMBER})"


def refuse_lossy_lines(path: Path, text: Path, keys: Sequence[str]) -> None:
    """Refuse a file of JSON lines whose values would not be read as they are written.

    All lines are searched for signs of it (1 million in 0.5 s); only where there are some is each line parsed twice.

    Raises:
        DataError: A key given twice, a number of more digits than a float keeps, an escape that is half a character.
    """
    line = pl.col("line")
    ends = [f"{json.dumps(key, ensure_ascii=False)}:" for key in keys]
    several = line.str.count_matches('":', literal=True) > pl.sum_horizontal(
        line.str.contains(end, literal=True).cast(pl.UInt32) for end in ends
    )
    spaced = line.str.contains(r"[ \t\r]:")
    is_doubtful = (several | spaced | line.str.contains(_DOUBTFUL)).any()
    if not pl.scan_lines(text, name="line", glob=False).select(is_doubtful).collect(engine="streaming").item():
        return
    with text.open(encoding="utf-8", errors="surrogateescape") as file:
        for number, content in enumerate(file, start=1):
            if content.strip() and (fault := _find_loss(content)):
                message = f"{path}: line {number}: {fault}"
                raise DataError(message)


def _find_loss(line: str) -> str:
    try:
        json.dumps(
            json.loads(line, object_pairs_hook=refuse_twice, parse_float=_refuse_cut), ensure_ascii=False
        ).encode()
    except UnicodeEncodeError:
        return "an escape \\ud800 to \\udfff that is half a character; export the file as UTF-8"
    except json.JSONDecodeError:
        return ""  # is refused where it is parsed
    except ValueError as error:
        return str(error)
    return ""


def refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of some keys and values.

    Raises:
        ValueError: A key is given twice.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"the key {twice!r} is given twice; delete one"
        raise ValueError(message)
    return found


def _refuse_cut(digits: str) -> float:
    value = float(digits)
    if len(digits) > FLOAT_DIGITS and Decimal(repr(value)) != Decimal(digits):
        message = f"the number {digits} has more digits than a number of JSON keeps; write it as text, in quotes"
        raise ValueError(message)
    return value

"""Dataset files: found, read as TOML within bounds, listed."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rfm_engine.errors import DatasetError, UsageError
from rfm_engine.orders.read_options import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.config.dataset import Table

FILE = "dataset.toml"
DATASETS = Path("datasets")


def find_dataset_file(place: Path) -> Path:
    """Return the dataset file at a path that names it or its folder.

    Raises:
        UsageError: There is none.
    """
    path = place / FILE if place.is_dir() else place
    if path.is_file() and ReadOptions().format_of(path):
        message = f"{path}: no dataset file but orders? score it by: rfm-engine run --orders {path} --as-of DATE"
        raise UsageError(message)
    if not path.is_file():
        nearby = DATASETS / path
        known = f"did you mean {nearby}?" if (nearby / FILE).is_file() else ""
        hint = known or f"name a folder with a {FILE}, or score plain files with --orders FILE"
        message = f"{path}: no such dataset file; {hint}"
        raise UsageError(message)
    return path


def read_dataset_file(path: Path) -> Table:
    """Return the dataset file as it is written, with exact decimals; the name defaults to the folder's.

    Raises:
        DatasetError: It cannot be read as TOML, with the line; it is too large, or too deep.
    """
    try:
        table = parse_toml(read_bounded_text(path))
    except (ValueError, OSError) as error:
        message = f"{path}: not a readable TOML file: {error}"
        raise DatasetError(message) from error
    except RecursionError:
        table = None
    if table is None or is_deep(table):
        message = f"{path}: tables within tables, more than {SETTINGS_LEVELS} levels deep; no dataset file needs them"
        raise DatasetError(message)
    return {"name": path.resolve().parent.name if path.name == FILE else path.stem} | table


def list_bundled_datasets(folder: Path = DATASETS) -> list[Path]:
    """Return every dataset file below a folder, sorted.

    Raises:
        UsageError: There is none.
    """
    found = sorted(folder.glob(f"*/{FILE}"))
    if not found:
        message = f"no dataset in ./{folder}; name one, or score plain files: rfm-engine run --orders FILE --as-of DATE"
        raise UsageError(message)
    return found


SETTINGS_BYTES: Final = 1 << 20
SETTINGS_LEVELS: Final = 20
_PART: Final = r"""(?:"[^"\n]*+"|'[^'\n]*+'|[\w-]++)[ \t]*+"""
DEEP_KEY: Final = re.compile(rf"(?<![\w.-])(?:{_PART}\.[ \t]*+){{{SETTINGS_LEVELS}}}{_PART}[.=\]]")
SETTINGS_LETTERS: Final = 4_096
"""Of a key or a text: the longest path that systems know, and more than any header or sentence needs."""

MOST_EXPONENT: Final = 1_000


def parse_toml(text: str) -> dict[str, Any]:
    """Return the table that a TOML text describes, with exact decimals.

    Python's reader takes time that grows as the square of a dotted key's parts, so these are counted before.

    Raises:
        ValueError: It is no TOML, or a key, a text or a number is larger than any dataset needs.
    """
    if DEEP_KEY.search(text):
        message = f"a key of more than {SETTINGS_LEVELS} parts"
        raise ValueError(message)
    table = tomllib.loads(text, parse_float=_parse_decimal)
    if found := next((one for one in _list_texts(table) if len(one) > SETTINGS_LETTERS), None):
        message = f"a key or a text of {len(found):,} letters, more than {SETTINGS_LETTERS:,}: {found[:20]!r} ..."
        raise ValueError(message)
    return table


def _list_texts(value: object) -> Iterator[str]:
    """Yield every key and text within a table."""
    waiting: list[object] = [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case dict() as table:
                yield from table
                waiting.extend(table.values())
            case list() as inner:
                waiting.extend(inner)


def _parse_decimal(text: str) -> Decimal:
    number = Decimal(text)
    if number.is_finite() and abs(number.adjusted()) > MOST_EXPONENT:
        message = f"{text[:20]} is out of range (at most {MOST_EXPONENT} digits before or after the point)"
        raise ValueError(message)
    return number


def read_bounded_text(path: Path, most: int = SETTINGS_BYTES) -> str:
    """Return the text of a dataset file of at most 1 MiB, or so many bytes.

    Raises:
        DatasetError: It is larger; no more of it has been read.
    """
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        message = f"{path}: larger than {most:,} bytes; is this a dataset file?"
        raise DatasetError(message)
    return content.decode("utf-8-sig")


def is_deep(value: object, levels: int = SETTINGS_LEVELS) -> bool:
    """Return whether tables and lists stand within each other more than so many levels deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(levels == 0 or is_deep(one, levels - 1) for one in inner)

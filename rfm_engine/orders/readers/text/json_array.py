"""A file that is one JSON array of objects, or an object that holds one, as lines of JSON."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

from rfm_engine.columns import REQUIRED, fold_header, known_headers
from rfm_engine.errors import DataError
from rfm_engine.orders.readers.text.json_faults import refuse_twice
from rfm_engine.system.disk_space import reports_full_disk
from rfm_engine.system.temp_dir import process_temp_dir

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfm_engine.orders.files.order_file import OrderFile

MOST_BYTES: Final = 512 << 20
"""An array is parsed as a whole, into some ten times its size."""


def unpack_array(file: OrderFile, text: Path) -> Path:
    """Return lines of the objects of an array; the file itself where it has lines already.

    Numbers become text, so that they stay as they are written.

    Raises:
        DataError: No JSON, an array of something else, one too large to be parsed as a whole.
    """
    if not _is_one_value(text, file):
        return text
    if text.stat().st_size > MOST_BYTES:
        message = f"{file.path}: one JSON value of more than {MOST_BYTES:,} bytes; export one object a line (.ndjson)"
        raise DataError(message)
    try:
        value = json.loads(text.read_bytes(), parse_float=str, parse_int=str, object_pairs_hook=refuse_twice)
    except (ValueError, RecursionError) as error:
        message = f"{file.path}: is no JSON ({error}); export it again, as one array or one object a line"
        raise DataError(message) from error
    return _write_lines(_find_objects(value, file))


def _is_one_value(text: Path, file: OrderFile) -> bool:
    """Return whether a file is no object a line: its first line is no whole object, or holds all orders."""
    with text.open("rb") as content:
        lines = (line.strip() for line in content if line.strip())
        first, is_alone = next(lines, b""), next(lines, None) is None
    if not first.startswith(b"{"):
        return first.startswith(b"[")
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return not first.endswith(b"}")
    return is_alone and not _is_order(value, file) and _find_list(value, file) is not None


def _is_order(value: Mapping[str, object], file: OrderFile) -> bool:
    """Return whether an object is one order itself, with its items in it: it has headers of orders.

    One alone may be a page's: `total`.
    """
    keys, mapped = {*map(fold_header, value)}, {*map(fold_header, file.options.columns.values())}
    known = {known_headers().get(key) for key in keys} & {*REQUIRED}
    return len(known) > 1 or not keys.isdisjoint(mapped)


def _find_list(value: object, file: OrderFile) -> list[dict[str, object]] | None:
    """Return the one list of objects that a value is or holds, however deep; None where there is none or several."""
    if isinstance(value, list):
        return value if value and all(isinstance(one, dict) for one in value) else None
    if not isinstance(value, dict):
        return None
    if _is_order(value, file):
        return [value]
    found = [inner for one in value.values() if (inner := _find_list(one, file))]
    return found[0] if len(found) == 1 else None


def _find_objects(value: object, file: OrderFile) -> list[dict[str, object]]:
    if (objects := _find_list(value, file)) is None:
        message = f"{file.path}: expected an array of objects, one for each order; export one object a line (.ndjson)"
        raise DataError(message)
    return objects


def _write_lines(objects: list[dict[str, object]]) -> Path:
    folder = process_temp_dir()
    with reports_full_disk(), NamedTemporaryFile("w", encoding="ascii", dir=folder, delete=False) as lines:
        lines.writelines(f"{json.dumps(one)}\n" for one in objects)
        return Path(lines.name)

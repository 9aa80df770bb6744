"""The ledger of customers that were counted elsewhere: what became of the rows of their orders."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from rfm_engine.errors import DataError
from rfm_engine.orders.cleaning import LEFT_OUT_OUTCOMES, OTHER_REGION, OTHER_STATUS, OUTSIDE_WINDOW
from rfm_engine.orders.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PLAIN = ("used", OUTSIDE_WINDOW, OTHER_STATUS, OTHER_REGION, "duplicates")
MOST_BYTES = 1 << 20


def read_ledger(path: Path, orders: int) -> Ledger:
    """Return the ledger that a file has: outcome -> rows, as a JSON object, or as rows of JSON or CSV with two columns.

    An outcome is `used`, `outside_window`, `other_status`, `other_region`, `duplicates`, a reason why rows are left
    out, or `column: reason` of rejected rows. `read`, where it is given, is their sum.

    Raises:
        DataError: The file can't be read, has other values, does not add up, or fewer rows are used than the `orders`
            of the customers.
    """
    rows = _read_outcomes(path)
    read = rows.pop("read", sum(rows.values()))
    if read != sum(rows.values()):
        message = f"{path}: {read:,} rows were read but {sum(rows.values()):,} are accounted for"
        raise DataError(message)
    if rows.get("used", 0) < orders:
        message = f"{path}: {rows.get('used', 0):,} rows were used, fewer than the {orders:,} orders of the customers"
        raise DataError(message)
    return count_ledger(rows)


def count_ledger(rows: Mapping[str, int], warnings: Mapping[str, int] | None = None) -> Ledger:
    """Return the ledger of these outcomes and their rows, with its warnings by name; errors as `Ledger`."""
    further = {name: count for name, count in rows.items() if name not in PLAIN}
    return Ledger(
        read=sum(rows.values()),
        used=rows.get("used", 0),
        outside_window=rows.get(OUTSIDE_WINDOW, 0),
        other_status=rows.get(OTHER_STATUS, 0),
        other_region=rows.get(OTHER_REGION, 0),
        duplicates=rows.get("duplicates", 0),
        rejected={name: count for name, count in further.items() if name not in LEFT_OUT_OUTCOMES},
        left_out={name: count for name, count in further.items() if name in LEFT_OUT_OUTCOMES},
        **(warnings or {}),  # type: ignore[arg-type]
    )


def _read_outcomes(path: Path) -> dict[str, int]:
    try:
        if path.stat().st_size > MOST_BYTES:
            message = f"{path}: larger than {MOST_BYTES:,} bytes; is it a ledger?"
            raise DataError(message)
        pairs = [*_pairs(path.read_text("utf-8-sig").strip())]
        rows = {str(name): int(str(count)) for name, count in pairs}
    except (OSError, ValueError, TypeError, csv.Error) as error:
        message = f"{path}: no ledger of outcomes and their rows ({error})"
        raise DataError(message) from error
    if len(rows) < len(pairs) or any(count < 0 for count in rows.values()):
        message = f"{path}: an outcome stands twice in it, or has fewer than 0 rows"
        raise DataError(message)
    return rows


def _pairs(text: str) -> list[tuple[Any, Any]]:
    if not text.startswith(("{", "[")):
        lines = csv.reader(text.splitlines()[1:])
        return [(outcome, count) for outcome, count in lines]
    try:
        found = json.loads(text)
    except ValueError:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(found, dict) and {*found} != {"outcome", "row_count"}:
        return [*found.items()]
    objects = found if isinstance(found, list) else [found]
    return [(row["outcome"], row["row_count"]) for row in objects]

"""Bounds, beyond which a run is refused rather than carried through: rejected rows, and sizes of what is read."""

from __future__ import annotations

import mmap
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BeforeValidator

from rfm_engine.errors import DataError, DatasetError

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.ledger import Ledger

SETTINGS_BYTES: Final = 1 << 20


SETTINGS_LEVELS: Final = 20


LINE_BLOCK: Final = 1 << 20


UNPACKED_SMALL: Final = 64 << 20


UNPACKED_RATIO: Final = 250


REASONS: Final = 3


_LIMIT: Final = re.compile(r"(\d{1,15}(?:\.\d{1,9})?) ?%|\d{1,15}")


def _reject_limit(value: object) -> object:
    text = str(value).strip() if isinstance(value, int) and not isinstance(value, bool) else value
    if text is None:
        return None
    found = _LIMIT.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None or Decimal(found[1] or 0) > 100:  # noqa: PLR2004 per cent
        message = "expected a number of rows such as 100, or a share of those read such as 1%"
        raise ValueError(message)
    return found[0].replace(" ", "")


RejectLimit = Annotated[str, BeforeValidator(_reject_limit)]
"""The most rejected rows that a run may have: `100`, or `1%` of the rows read."""


def refuse_rejects(ledger: Ledger, limit: str | None) -> None:
    """Stop when more rows were rejected than the limit allows; a share is compared exactly.

    Raises:
        DataError: They were; it tells the commonest reasons.
    """
    rejected = sum(ledger.rejected.values())
    if limit is None or rejected <= allowed(ledger.read, limit):
        return
    commonest = sorted(ledger.rejected.items(), key=lambda reason: (-reason[1], reason[0]))
    reasons = ", ".join(f"{rows:,} {reason}" for reason, rows in commonest[:REASONS])
    more = f", and {len(commonest) - REASONS} more reasons" if len(commonest) > REASONS else ""
    message = (
        f"{rejected:,} of {ledger.read:,} rows read were rejected ({100 * rejected / ledger.read:.2f} %), more than "
        f"max_rejects {limit} allows: {reasons}{more}. Nothing was written; mend the orders or the mapping "
        "(rfm-engine check shows it), or state a higher --max-rejects"
    )
    raise DataError(message)


def allowed(read: int, limit: str) -> Decimal:
    """Return how many rows a limit allows to be rejected.

    >>> allowed(2_000, "0.5%"), allowed(2_000, "100")
    (Decimal('10.0'), Decimal('100'))
    """
    return read * Decimal(limit[:-1]) / 100 if limit.endswith("%") else Decimal(limit)


def settings_text(path: Path) -> str:
    """Return the text of a dataset file of at most 1 MiB.

    Raises:
        DatasetError: It is larger; no more of it has been read.
    """
    with path.open("rb") as file:
        content = file.read(SETTINGS_BYTES + 1)
    if len(content) > SETTINGS_BYTES:
        message = f"{path}: larger than {SETTINGS_BYTES:,} bytes; is this a dataset file?"
        raise DatasetError(message)
    return content.decode("utf-8-sig")


def is_deep(value: object, levels: int = SETTINGS_LEVELS) -> bool:
    """Return whether tables and lists stand within each other more than so many levels deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(levels == 0 or is_deep(one, levels - 1) for one in inner)


def most_unpacked(path: Path) -> int:
    """Return how many bytes a compressed file may unpack to.

    Tables of orders shrink 5 to 30 times; beyond 250 times a file is a bomb, if it is large at all.
    """
    return max(UNPACKED_SMALL, UNPACKED_RATIO * path.stat().st_size)


def refuse_unpacked(size: int, path: Path) -> None:
    """Stop where a compressed file has unpacked to far more than its size.

    Raises:
        DataError: It has.
    """
    if size > most_unpacked(path):
        message = f"{path}: unpacks to {size:,} bytes or more, which no table of orders does; unpack it yourself first"
        raise DataError(message)


def refuse_long_lines(text: Path, path: Path) -> None:
    """Refuse a text file that has a line of 2 MiB or more, before anything tries to hold it.

    One line end is looked for in each MiB of the file, from its start: that reads a page of each (4 ms for a file of
    1 GB), and no line of two MiB can do without holding one of these whole. A shorter line may pass.

    Raises:
        DataError: There is one; it tells where.
    """
    size = text.stat().st_size
    if size < 2 * LINE_BLOCK:
        return
    with text.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for start in range(0, size - LINE_BLOCK, LINE_BLOCK):
            if content.find(b"\n", start, start + LINE_BLOCK) < 0:
                message = (
                    f"{path}: no line ends between bytes {start:,} and {start + LINE_BLOCK:,} of its text, "
                    "which no line of orders needs; is this a text file of one order a line?"
                )
                raise DataError(message)

"""How much memory a run may hold before it spills to disk: the amount given, or a share of what is free."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Final

from rfm_engine.errors import UsageError

SHARE: Final = Decimal("0.5")
"""Of the memory that is free: the customers that are found, and what is made of them, cannot be spilled."""

PERCENT: Final = re.compile(r"(\d{1,3}(?:\.\d{1,6})?) ?%", re.ASCII)
MOST_LETTERS: Final = 20
LEAST: Final = 10**6
MOST: Final = 1 << 60
PROC, GROUPS = Path("/proc"), Path("/sys/fs/cgroup")


def resolve_memory_budget(given: str | None) -> int | None:
    """Return the bytes of a budget such as 8GB, 500MB or 50%; without one a half of `available`, None if unknown.

    Raises:
        UsageError: The text is no amount of memory, it is nothing, or more than all.
    """
    if given is None:
        free = available_memory()
        return free and int(SHARE * free)
    share = PERCENT.fullmatch(given.strip())
    amount = _share_of_free(Decimal(share[1])) if share else _parse_size(given.strip())
    if not LEAST <= amount <= MOST:
        message = f"option --memory-budget {given}: give an amount or a share of the free memory: 500MB, 8GB, 50%"
        raise UsageError(message)
    return amount


def _parse_size(text: str) -> int:
    """Return the bytes of an amount such as 8GB or 1.5GiB; 0 if it is none."""
    from pydantic import ByteSize, TypeAdapter, ValidationError  # noqa: PLC0415 only where an amount is given

    if len(text) > MOST_LETTERS or not text.isascii():
        return 0
    try:
        return TypeAdapter(ByteSize).validate_python(text.upper().replace("IB", "iB"))
    except ValidationError:
        return 0


def _share_of_free(percent: Decimal) -> int:
    """Return so many per cent of the free memory; 0 if that is more than all."""
    free = available_memory()
    if free is None:
        message = (
            "option --memory-budget: this system does not show how much memory is free; give an amount, such as 8GB"
        )
        raise UsageError(message)
    return int(percent * free / 100) if percent <= 100 else 0  # noqa: PLR2004 per cent


def available_memory() -> int | None:
    """Return the bytes that are free for programs, or the limit of the process's group where that is less.

    None where the system shows neither.
    """
    free = _free_memory()
    found = [] if free is None else [free]
    for line in _text(PROC / "self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        found += _limits(controllers, Path(path.lstrip("/")))
    return min(found, default=None)


def _free_memory() -> int | None:
    """Return the bytes that are free, as Linux writes them; psutil knows other systems, and takes 0.02 s to load."""
    if free := re.search(r"^MemAvailable:\s+(\d+) kB$", _text(PROC / "meminfo"), re.MULTILINE):
        return int(free[1]) * 1024
    import psutil  # noqa: PLC0415 see above

    try:
        return int(psutil.virtual_memory().available)
    except (psutil.Error, OSError):
        return None


def _limits(controllers: str, group: Path) -> list[int]:
    """Return the limits of a group and those above it, of either version of control groups."""
    if controllers not in ("", "memory"):
        return []
    root, name = (GROUPS, "memory.max") if not controllers else (GROUPS / "memory", "memory.limit_in_bytes")
    texts = [_text(root / place / name).strip() for place in (group, *group.parents)]
    return [int(text) for text in texts if text.isdecimal()]  # "max" is no limit


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""

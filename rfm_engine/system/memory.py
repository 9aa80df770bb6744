"""How much memory a run may hold before it spills to disk: the amount given, or a share of what is free."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Final

from rfm_engine.errors import UsageError

SHARE: Final = Decimal("0.5")
"""Of the memory that is free: the customers that are found, and what is made of them, cannot be spilled."""

UNITS: Final = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
AMOUNT: Final = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) ?(MB|GB|TB|%)", re.IGNORECASE | re.ASCII)
LEAST: Final = 10**6
PROC, GROUPS = Path("/proc"), Path("/sys/fs/cgroup")


def resolve_memory_budget(given: str | None) -> int | None:
    """Return the bytes of a budget such as 8GB, 500MB or 50%; without one a half of `available`, None if unknown.

    Raises:
        UsageError: The text is no amount of memory, it is nothing, or more than all.
    """
    if given is None:
        free = available_memory()
        return free and int(SHARE * free)
    found = AMOUNT.fullmatch(given.strip())
    amount = Decimal(found[1]) * _unit(found[2].upper()) if found else Decimal(0)
    if amount < LEAST or (found and found[2] == "%" and Decimal(found[1]) > 100):  # noqa: PLR2004 per cent
        message = f"option --memory-budget {given}: give an amount or a share of the free memory: 500MB, 8GB, 50%"
        raise UsageError(message)
    return int(amount)


def _unit(name: str) -> Decimal:
    if name != "%":
        return Decimal(UNITS[name])
    free = available_memory()
    if free is None:
        message = (
            "option --memory-budget: this system does not show how much memory is free; give an amount, such as 8GB"
        )
        raise UsageError(message)
    return Decimal(free) / 100


def available_memory() -> int | None:
    """Return the bytes that are free for programs, or the limit of the process's group where that is less.

    None where the system shows neither (they are read as Linux writes them).
    """
    free = re.search(r"^MemAvailable:\s+(\d+) kB$", _text(PROC / "meminfo"), re.MULTILINE)
    found = [int(free[1]) * 1024] if free else []
    for line in _text(PROC / "self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        found += _limits(controllers, Path(path.lstrip("/")))
    return min(found, default=None)


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

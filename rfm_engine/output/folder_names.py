"""Values of orders as names of files and folders, on any file system."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from typing import Final

MOST_BYTES: Final = 120
DIGITS: Final = 12


def distinguish_by_case(names: list[str]) -> list[str]:
    """Write the capitals of names that differ by case alone as %XX, for file systems that take them for one."""
    alike = Counter(name.casefold() for name in names)
    coded = {name: re.sub("[A-Z]", lambda sign: f"%{ord(sign[0]):02X}", name) for name in names}
    return [coded[name] if alike[name.casefold()] > 1 else name for name in names]


def folder_name(value: str) -> str:
    """Return a value as a name of a file or folder; signs that a folder can't have become %XX, so that no two meet."""
    return "".join(f"%{ord(sign):02X}" if sign in '/\\:*?"<>|%' or ord(sign) < 32 else sign for sign in value).replace(  # noqa: PLR2004
        ".", "%2E", 1 if value.startswith(".") else 0
    )


def shorten_name(name: str) -> str:
    """Return a name that every file system takes: of a long one its beginning and digits that stand for the whole.

    >>> shorten_name("Wang"), len(shorten_name("long" * 1000))
    ('Wang', 119)
    """
    if len(name.encode()) <= MOST_BYTES:
        return name
    beginning = name.encode()[: MOST_BYTES - DIGITS - 2].decode(errors="ignore")
    return f"{beginning}-{sha256(name.encode()).hexdigest()[:DIGITS]}"

"""The one table of words, `catalogue.toml`: English and Chinese for each key."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Catalogue(NamedTuple):
    """The tables: (English, Chinese) by `section.key` and by period; Chinese of data, findings, and headers by file.

    `sentences` has the Chinese of what commands print by its English, which stands in the code.
    """

    words: dict[str, tuple[str, str]]
    contacts: dict[str, tuple[str, str]]
    data: dict[str, str]
    findings: dict[str, str]
    headers: dict[str, dict[str, str]]
    sentences: dict[str, str]

    @property
    def english(self) -> dict[str, str]:
        """English by the Chinese of data."""
        return {chinese: english for english, chinese in self.data.items()}

    def by_key(self, prefix: str) -> dict[str, tuple[str, str]]:
        """Return (English, Chinese) of the keys that begin so, without the prefix."""
        return {key.removeprefix(prefix): pair for key, pair in self.words.items() if key.startswith(prefix)}


@cache
def load_catalogue() -> Catalogue:
    """Return the catalogue; it is read once."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    words = {f"{section}.{key}": pair for section, pairs in table["words"].items() for key, pair in pairs.items()}
    return Catalogue(words, table["contacts"], table["data"], table["findings"], table["headers"], table["sentences"])

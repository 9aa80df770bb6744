"""The one table of words, `catalogue.toml`: English and Chinese for each key."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Catalogue(NamedTuple):
    """The tables: (English, Chinese) by `section.key` and by period; Chinese of words in data, and of findings."""

    words: dict[str, tuple[str, str]]
    contacts: dict[str, tuple[str, str]]
    data: dict[str, str]
    findings: dict[str, str]


@cache
def load_catalogue() -> Catalogue:
    """Return the catalogue; it is read once."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    words = {f"{section}.{key}": pair for section, pairs in table["words"].items() for key, pair in pairs.items()}
    return Catalogue(words, table["contacts"], table["data"], table["findings"])

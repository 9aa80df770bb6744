"""What every section of the page has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A section: its key (of its words and its template), the sentence above it, and what its template shows."""

    key: str
    headline: str
    content: object

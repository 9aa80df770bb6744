"""Reads a report as its readers do: headings, tables and what the page refers to, by Python's own HTML parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Table = list[list[str]]


@dataclass
class Page:
    """The tables of each section by the section's id, in order; all text; every tag with its attributes."""

    tables: dict[str, list[Table]] = field(default_factory=dict)
    headlines: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._section, self._in = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, dict(attrs)))
        tables = self.page.tables.setdefault(self._section, [])
        if tag == "section":
            self._section = dict(attrs)["id"] or ""
        elif tag == "table":
            tables.append([])
        elif tag == "tr":
            tables[-1].append([])
        elif tag in {"td", "th"}:
            tables[-1][-1].append("")
        if tag in {"td", "th", "h2", "style"}:
            self._in = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            self._in = ""

    def handle_data(self, data: str) -> None:
        data = data.replace("\N{NO-BREAK SPACE}", " ")
        if self._in in {"td", "th"}:
            self.page.tables[self._section][-1][-1][-1] += data
        elif self._in == "h2":
            self.page.headlines[self._section] = self.page.headlines.get(self._section, "") + data
        if self._in != "style":
            self.page.text.append(data)


def read_page(path: Path) -> Page:
    """Return what a report shows."""
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    return reader.page

"""Orders that a run refuses, and the options that make it take them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.terminal import rfm

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Orders that are refused with the options `given`; each of the answers makes them run in their stead."""

    content: str | bytes
    answers: tuple[str, ...]
    given: str = ""
    file: str = "o.csv"
    spared: frozenset[str] = field(default=frozenset())

    def run(self, folder: Path, options: str) -> tuple[int, str]:
        path = folder / self.file
        path.write_bytes(self.content.encode() if isinstance(self.content, str) else self.content)
        dated = () if "--as-of" in options else ("--as-of", "2025-07-01")
        answer = rfm(
            "run",
            "--orders",
            path,
            *dated,
            *(word.replace("\u00a0", " ") for word in options.split(" ") if word),
            "--output",
            folder / "out",
        )
        return answer.code, answer.err

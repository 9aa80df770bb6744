"""Exports as shops have them: many headers that are blank, rows, and what each customer spent."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, NamedTuple

from tests.terminal import AS_OF, done, read_rows, record_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Export(NamedTuple):
    """Headers that are blank in all rows, the rows, the spend of each customer, and the currency."""

    blank: str
    rows: tuple[Mapping[str, str], ...]
    spends: Mapping[str, str]
    currency: str | None = None


def write(folder: Path, export: Export) -> Path:
    path = folder / "export.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*export.rows[0], *export.blank.split(",")], restval="")
        writer.writeheader()
        writer.writerows(export.rows)
    return path


def read_without_question(export: Export, folder: Path) -> None:
    """Run an export: its customers are those expected, and it has no finding but what it is."""
    words = ("--time-zone", "UTC", "--by", "none", "--output", folder)

    answer = done("run", "--orders", write(folder, export), *AS_OF, *words)

    rows = read_rows(folder / "export" / "customers.csv")
    assert {row["customer_id"]: row["monetary"] for row in rows} == export.spends
    assert [line[:6] for line in answer.out.splitlines() if line.startswith("RFM")] == ["RFM102"]
    assert record_of(folder / "export")["currency"] == export.currency or export.currency is None

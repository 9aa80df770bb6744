"""A list's file is the one that would be written of its customers alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings

from rfm_engine.output.formats import WRITERS, Style
from rfm_engine.output.split import lists, writers
from rfm_engine.output.split.lists import split_customers
from rfm_engine.output.split.writers import SPLIT_WRITERS
from rfm_engine.vocabulary.currencies import SEVERAL
from tests.output.split.customers import customers

if TYPE_CHECKING:
    from rfm_engine.output.formats import Format

MOST = 64
STYLES = [Style("en", date(2025, 7, 1)), Style("zh", date(2025, 7, 1), SEVERAL)]


def written(table: pl.DataFrame, form: Format, style: Style, folder: Path) -> list[tuple[Path, Path]]:
    """Write each list with all others, and alone; return its two files."""
    found = split_customers(table, ["region"])
    SPLIT_WRITERS[form](found, folder, style)
    for name, place in found.slices().items():
        WRITERS[form](found.customers[place].lazy(), folder / f"{name}.{form}", style)
    return [(folder / name / f"customers.{form}", folder / f"{name}.{form}") for name in found.rows]


@pytest.mark.parametrize("form", ["csv", "ndjson"])
@pytest.mark.parametrize("style", STYLES, ids=str)
@given(table=customers())
@settings(max_examples=25)
def test_text_has_the_same_bytes(table: pl.DataFrame, form: Format, style: Style) -> None:
    with TemporaryDirectory() as folder:
        for together, alone in written(table, form, style, Path(folder)):
            assert together.read_bytes() == alone.read_bytes()


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet", "xlsx"])
@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("most_together", [MOST, MOST + 1])
def test_lists_of_many_customers_have_the_same_bytes_in_several_batches(
    form: Format, style: Style, most_together: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "BATCH_ROWS", 2 * MOST)
    monkeypatch.setattr(writers, "MOST_TOGETHER", most_together)
    monkeypatch.setattr(writers, "MOST_THREADS", 1)
    monkeypatch.setattr(writers, "MOST_OPEN", 2)
    number = pl.int_range(3 * (MOST + 1))
    table = pl.select(
        region=pl.format("L{}", number // (MOST + 1)),
        customer_id=pl.format("={}", number),
        monetary=(number * 1_005).cast(pl.Decimal(18, 2)),
        focus=pl.lit("move up"),
        currency=pl.lit("JPY"),
        tier=pl.lit("A", dtype=pl.Enum(["A", "B"])),
    )

    files = written(table, form, style, tmp_path)

    assert len(files) == 3
    assert all(together.read_bytes() == alone.read_bytes() for together, alone in files)

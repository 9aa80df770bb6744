"""A release has the same tables in every format, under headers that are words."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import fastexcel
import polars as pl
import pytest

from rfm_engine.runs.verify import verify
from tests.insight.attack.releases import TABLES
from tests.terminal import done, read_rows

DATASET = Path(__file__).parents[2] / "datasets" / "taian-curtains"
COLUMN = re.compile(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"')


def test_the_tables_are_the_same_in_every_format_and_language(releases: Path) -> None:
    english, chinese = releases / "national-outdoor.insight", releases / "zh" / "national-outdoor.insight"

    for position, name in enumerate(TABLES):
        rows = read_rows(english / f"{name}.csv")
        translated = read_rows(chinese / f"{name}.csv")
        sheet = fastexcel.read_excel(chinese / "insight.xlsx").load_sheet(position).to_polars()
        assert len(rows) == len(translated) == sheet.height == pl.read_parquet(chinese / f"{name}.parquet").height
        assert sheet.columns == [*translated[0]]
        assert not [header for header in sheet.columns if header.isascii()]
        assert (english / f"{name}.parquet").read_bytes() == (chinese / f"{name}.parquet").read_bytes()
    assert verify(english).differences == []


def count_width(text: str) -> int:
    return sum(1 if sign.isascii() else 2 for sign in text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_headers_are_words_and_no_column_is_narrower_than_what_stands_in_it(language: str, tmp_path: Path) -> None:
    done("insight", DATASET, "--language", language, "--period", "year", "--output", tmp_path)
    path = tmp_path / "taian-curtains.insight" / "insight.xlsx"
    book = fastexcel.read_excel(path)

    for number, name in enumerate(book.sheet_names, 1):
        table = book.load_sheet(name).to_polars()
        with ZipFile(path) as parts:
            found = COLUMN.findall(parts.read(f"xl/worksheets/sheet{number}.xml").decode())
        widths = [float(width) for first, last, width in found for _ in range(int(first), int(last) + 1)]
        assert len(widths) == table.width
        for column, width in zip(table, widths, strict=True):
            texts = [f"{value:,.12g}" if isinstance(value, float) else str(value) for value in column.drop_nulls()]
            assert max(map(count_width, texts), default=0) < width, column.name
            assert max(map(len, re.findall(r"[A-Za-z]+", column.name)), default=0) + 2 < width, column.name
            assert count_width(column.name) < 2 * width
            assert "_" not in column.name

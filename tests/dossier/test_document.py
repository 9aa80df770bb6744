"""The document has its tables, whatever the names, or says what it needs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from docx import Document

from rfm_engine.runs.verify import verify
from tests.terminal import done, rfm

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@pytest.mark.parametrize(("language", "heads"), [("en", ["Sample", "Fields"]), ("zh", ["样例数据", "字段说明"])])
def test_tables_are_headed_in_the_language_and_no_id_is_broken_over_lines(
    bundled: Path, language: str, heads: list[str]
) -> None:
    done("dossier", bundled / "sichuan-hiking", "--not-public", "--language", language)
    folder = bundled / "sichuan-hiking.dossier" / "四川省"
    document = Document(str(folder / "登记申请材料.docx"))

    assert [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 1"] == heads
    sample = document.tables[1]
    em_mm, padding_mm = 7.5 * 25.4 / 72, 3.8
    for row in sample.rows[1:]:
        for cell, column in zip(row.cells, sample.columns, strict=True):
            if " " not in cell.text and cell.text.isascii():
                assert column.width is not None
                assert 0.56 * em_mm * len(cell.text) + padding_mm <= column.width.mm, cell.text


def test_hostile_names_are_text(hostile_run: Path) -> None:
    done("dossier", hostile_run, "--all-lists", "--not-public", "--language", "en", "--sample", "2")

    folders: Iterable[Path] = hostile_run.with_name(f"{hostile_run.name}.dossier").iterdir()
    for folder in folders:
        if folder.is_dir():
            assert Document(str(folder / "登记申请材料.docx")).tables
            assert verify(folder).differences == []


def test_a_missing_extra_is_one_line(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)

    answer = rfm("dossier", runs / "national-outdoor", "--list", "上海市")

    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "pip install 'rfm-engine[dossier]'" in answer.err

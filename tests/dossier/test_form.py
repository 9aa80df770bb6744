"""The form has every item, filled by the run or by a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from docx import Document

from tests.terminal import done, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_the_form_has_every_item_and_the_statement(package: Path) -> None:
    document = Document(str(package / "登记申请材料.docx"))
    form = {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}

    assert form["所属行业"] == "零售"
    assert form["更新频次"] == "每月"
    assert "648 条记录，14 个字段" in form["数据规模"]
    statement = (package / "算法规则简要说明.txt").read_text("utf-8")
    assert form["算法规则简要说明"] == statement.strip()
    assert [len(table.rows) for table in document.tables[1:]] == [11, 15]
    assert not any(section.header.paragraphs[0].text for section in document.sections)


def test_what_only_a_person_can_fill_in_is_asked_for_and_listed(runs: Path) -> None:
    answer = done("dossier", runs / "national-outdoor", "--list", "四川省")

    keys = ["industry", "scenario", "source", "update_frequency"]
    assert answer.out.splitlines()[-1].endswith("：" + ", ".join(keys))
    folder = runs / "national-outdoor.dossier" / "四川省"
    assert json.loads((folder / "dossier.json").read_text("utf-8"))["to_fill_in"] == keys
    table = Document(str(folder / "登记申请材料.docx")).tables[0]
    assert sum(row.cells[1].text == "〔请填写〕" for row in table.rows) == 4


def test_the_items_of_the_form_are_a_template(runs: Path, tmp_path: Path) -> None:
    form = tmp_path / "form.toml"
    form.write_text('title = "T"\n[[items]]\nname = "N"\ntext = "{{ list }} {{ dossier.owner }}"\n', "utf-8")
    answer = done("dossier", runs / "sichuan-hiking", "--template", form)
    assert answer.out.splitlines()[-1].endswith("owner")

    for text in ('title = "T"\n', "title =", 'title="T"\n[[items]]\nname="N"\ntext="{{ nothing }}"\n'):
        form.write_text(text, "utf-8")
        refused = rfm("dossier", runs / "sichuan-hiking", "--template", form)
        assert (refused.code, "template" in refused.err) == (2, True)

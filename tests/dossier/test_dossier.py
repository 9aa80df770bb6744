"""`rfm-engine dossier`: a package that others can check, that names no one unless it says so."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from frictionless import validate

from rfm_engine import open_run
from rfm_engine.runs.verify import verify
from tests.terminal import done, everything_below, read_rows, rfm

if TYPE_CHECKING:
    from collections.abc import Iterable

DATASETS = Path(__file__).parents[2] / "datasets"
FILES = {
    *("数据.csv", "样例数据.csv", "字段说明.csv", "算法规则简要说明.txt", "质量与脱敏说明.txt"),
    *("登记申请材料.docx", "datapackage.json", "SHA256SUMS", "dossier.json", "run.json"),
}
ANSWERS = ("industry=零售", "scenario=客户维护", "source=自有订单", "update_frequency=每月")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs with tokens for customers: of one list with all answers, and of twelve lists without any."""
    output = tmp_path_factory.mktemp("tokens")
    (output / "key").write_bytes(b"0123456789abcdef")
    tokens = ("--pseudonymize", "customer_id", "--pseudonym-key-file", output / "key", "--output", output, "--quiet")
    answers = [word for answer in ANSWERS for word in ("--dossier", answer)]
    done("run", DATASETS / "sichuan-hiking", *answers, *tokens)
    done("run", DATASETS / "national-outdoor", *tokens)
    return output


@pytest.fixture(scope="module")
def package(runs: Path) -> Path:
    """The dossier of the one list."""
    answer = done("dossier", runs / "sichuan-hiking")
    assert "to fill in" not in answer.out
    return runs / "sichuan-hiking.dossier" / "四川省"


def test_the_package_has_its_files_and_each_digest_is_right(package: Path) -> None:
    assert {path.name for path in package.iterdir()} == FILES
    assert verify(package).differences == []
    sums = shutil.which("sha256sum")
    if sums:
        checked = subprocess.run([sums, "-c", "SHA256SUMS"], cwd=package, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout


def test_the_data_are_the_lists_customers_under_the_published_headers(package: Path, runs: Path) -> None:
    rows = read_rows(package / "数据.csv")
    customers = open_run(runs / "sichuan-hiking").customers().collect().to_dicts()

    assert ",".join(rows[0]) == (
        "省份,客户编号,店铺代码,产品名称,最近一次的下单时间,距统计时间天数,历史购买总次数,历史购买总金额(元),"
        "R评分,F评分,M评分,RFM总分,客户等级,统计时间"
    )
    found = [(row["客户编号"], row["历史购买总金额(元)"], row["RFM总分"], row["客户等级"]) for row in rows]
    assert found == [(c["customer_id"], str(c["monetary"]), str(c["rfm_score"]), c["tier"]) for c in customers]
    assert {row["统计时间"] for row in rows} == {"2025-07-01"}
    assert len(read_rows(package / "样例数据.csv")) == 20


def test_the_table_of_fields_is_that_of_the_data(package: Path) -> None:
    rows, fields = read_rows(package / "数据.csv"), read_rows(package / "字段说明.csv")

    assert [field["字段名称"] for field in fields] == [*rows[0]]
    assert all(field["含义"] and field["来源或计算规则"] for field in fields)
    by_name = {field["英文名称"]: field for field in fields}
    days = [int(row["距统计时间天数"]) for row in rows]
    assert (by_name["recency_days"]["最小值"], by_name["recency_days"]["最大值"]) == (str(min(days)), str(max(days)))
    assert by_name["recency_days"]["不同值数"] == f"{len({*days}):,}"
    assert by_name["customer_id"]["最小值"] == ""


def test_the_package_is_a_valid_data_package(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(package)

    report: Any = validate("datapackage.json")

    assert report.valid, report.to_summary()
    assert report.tasks[0].stats["rows"] == 648


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


def test_the_same_run_gives_the_same_bytes(package: Path, runs: Path) -> None:
    before = everything_below(package)

    done("dossier", runs / "sichuan-hiking")

    assert everything_below(package) == before


def test_what_only_a_person_can_fill_in_is_asked_for_and_listed(runs: Path) -> None:
    answer = done("dossier", runs / "national-outdoor", "--list", "四川省")

    keys = ["industry", "scenario", "source", "update_frequency"]
    assert answer.out.splitlines()[-1].endswith("：" + ", ".join(keys))
    folder = runs / "national-outdoor.dossier" / "四川省"
    assert json.loads((folder / "dossier.json").read_text("utf-8"))["to_fill_in"] == keys
    table = Document(str(folder / "登记申请材料.docx")).tables[0]
    assert sum(row.cells[1].text == "〔请填写〕" for row in table.rows) == 4


def test_every_list_has_a_folder_and_stands_in_the_index(runs: Path) -> None:
    done("dossier", runs / "national-outdoor", "--all-lists", "--sample", "3")

    folder = runs / "national-outdoor.dossier"
    with (folder / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        index = list(csv.DictReader(file))
    assert len(index) == 12
    for row in index:
        assert len(read_rows(folder / row["folder"] / "数据.csv")) == int(row["customers"])
        assert verify(folder / row["folder"]).differences == []


def test_named_customers_are_refused_or_every_page_is_marked(bundled: Path, package: Path) -> None:
    refused = rfm("dossier", bundled / "sichuan-hiking")
    assert (refused.code, "--not-public" in refused.err) == (2, True)

    done("dossier", bundled / "sichuan-hiking", "--not-public")

    folder = bundled / "sichuan-hiking.dossier" / "四川省"
    mark = "内部资料，不得公开"
    assert all((folder / name).read_text("utf-8").startswith(mark) for name in FILES if name.endswith(".txt"))
    assert mark in Document(str(folder / "登记申请材料.docx")).sections[0].header.paragraphs[0].text
    assert mark not in (package / "算法规则简要说明.txt").read_text("utf-8")


def test_a_list_that_is_not_there_is_refused_with_those_that_are(runs: Path) -> None:
    for words in ((), ("--list", "四川")):
        answer = rfm("dossier", runs / "national-outdoor", *words)
        assert answer.code == 2
        assert "四川省" in answer.err


def test_the_items_of_the_form_are_a_template(runs: Path, tmp_path: Path) -> None:
    form = tmp_path / "form.toml"
    form.write_text('title = "T"\n[[items]]\nname = "N"\ntext = "{{ list }} {{ dossier.owner }}"\n', "utf-8")
    answer = done("dossier", runs / "sichuan-hiking", "--template", form)
    assert answer.out.splitlines()[-1].endswith("owner")

    for text in ('title = "T"\n', "title =", 'title="T"\n[[items]]\nname="N"\ntext="{{ nothing }}"\n'):
        form.write_text(text, "utf-8")
        refused = rfm("dossier", runs / "sichuan-hiking", "--template", form)
        assert (refused.code, "template" in refused.err) == (2, True)


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

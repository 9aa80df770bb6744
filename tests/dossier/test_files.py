"""A dossier is a package that others can check, that names no one unless it says so."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from frictionless import validate

from rfm_engine import open_run
from rfm_engine.dossier.files import dossier_folder
from rfm_engine.runs.verify import verify
from tests.terminal import done, everything_below, read_rows, rfm

if TYPE_CHECKING:
    from pathlib import Path


FILES = {
    *("数据.csv", "样例数据.csv", "字段说明.csv", "算法规则简要说明.txt", "质量与脱敏说明.txt"),
    *("登记申请材料.docx", "datapackage.json", "SHA256SUMS", "dossier.json", "run.json"),
}


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


def test_the_package_is_a_valid_data_package(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(package)

    report: Any = validate("datapackage.json")

    assert report.valid, report.to_summary()
    assert report.tasks[0].stats["rows"] == 648


def test_the_same_run_gives_the_same_bytes(package: Path, runs: Path) -> None:
    before = everything_below(package)

    done("dossier", runs / "sichuan-hiking")

    assert everything_below(package) == before


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


def test_a_list_has_a_folder_whatever_its_name(tmp_path: Path) -> None:
    names = ["a/b", "Ü" * 200, "Ü" * 201, "North", "north"]
    rows = [f"c{place},{name},5,2025-06-01" for place, name in enumerate(names)]
    (tmp_path / "orders.csv").write_text("\n".join(["customer_id,region,order_amount,order_time", *rows]), "utf-8")
    done("run", "--orders", tmp_path / "orders.csv", "--as-of", "2025-07-01", "--output", tmp_path / "out", "--quiet")
    run = open_run(tmp_path / "out" / "orders")

    folders = [dossier_folder(run, {"region": name}) for name in names]

    assert {folder.parent for folder in folders} == {tmp_path / "out" / "orders.dossier"}
    assert len({folder.name.casefold() for folder in folders}) == len(names)
    assert max(len(folder.name.encode()) for folder in folders) <= 255


@pytest.mark.parametrize(("name", "slug"), [("My Shop 2", "my-shop-2"), ("四川", "customers"), ("-x.y_z-", "x.y_z")])
def test_a_data_package_has_a_name_of_plain_letters(name: str, slug: str, shop: Path, tmp_path: Path) -> None:
    words = ("--orders", shop, "--as-of", "2025-07-01", "--name", name, "--by", "none", "--quiet")
    done("run", *words, "--output", tmp_path)
    done("dossier", tmp_path / name, "--not-public", "--language", "en")

    (path,) = tmp_path.glob("*.dossier/*/datapackage.json")
    package = json.loads(path.read_text("utf-8"))

    assert (package["name"], package["title"]) == (slug, name)

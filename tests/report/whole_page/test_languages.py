"""The Chinese page is Chinese: but for names from the data, no English word stands in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.report.page_reader import read_page
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = """\
客户编号,订单号,店铺代码,省份,产品名称,订单金额(元),下单时间
甲,1,一店,四川省,帐篷,100.00,2025-06-21 08:00:00
甲,2,二店,四川省,头灯,250.01,2025-06-20 09:30:00
乙,3,一店,四川省,帐篷,1500.10,2025-03-03 00:00:00
丙,4,一店,江苏省,绳索,80.00,2024-01-01 12:00:00
丁,5,三店,江苏省,绳索,5,2025-07-01 23:59:59
丁,5,三店,江苏省,绳索,5,2025-07-01 23:59:59
,6,三店,江苏省,绳索,5,2025-06-01 10:00:00
戊,7,三店,江苏省,绳索,0,2025-06-01 10:00:00
戊,8,三店,江苏省,绳索,不详,2025-06-01 10:00:00
戊,9,三店,江苏省,绳索,7,2025-06
戊,10,三店,江苏省,绳索,7,2026-06-01
"""
NAMES = {"rfm", "engine", "csv", "json", "sha", "run", "customers", "rejects", "orders"}
"""Latin words that are names: of the product, its files and the digest."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Runs of Chinese orders by both schemes."""
    folder = tmp_path_factory.mktemp("chinese")
    (folder / "orders.csv").write_text(ORDERS, "utf-8")
    ranks = ["--scheme", "quintile", "--by", "region,store_code"]
    frozen = ["--scheme", "frozen", "--set", f"from={folder / '分界.toml'}", *ranks[2:]]
    for name, rules in {"甲一": [], "乙二": ranks, "丙三": frozen}.items():
        common = ("--orders", folder / "orders.csv", "--as-of", "2025-07-01", "--name", name, "--output", folder)
        done("run", *common, *rules, "--language", "zh", "--report", "--quiet")
        if rules == ranks:
            done("fit", folder / name, "-o", folder / "分界.toml")
    return [folder / name for name in ("甲一", "乙二", "丙三")]


def test_no_english_word_stands_in_the_chinese_page(folders: list[Path]) -> None:
    for folder in folders:
        page = read_page(folder.with_name(f"{folder.name}.report.html"))
        labels = [
            value or "" for _, attributes in page.tags for name, value in attributes.items() if name == "aria-label"
        ]
        shown = " ".join([*page.text, *labels]).partition("软件版本")[0]
        words = {word.lower() for word in re.findall(r"[A-Za-z]{2,}", re.sub(r"[0-9a-f]{64}|/\S+|RFM\d*", " ", shown))}

        assert words - NAMES == set()


def test_the_rules_stand_there_in_sentences(folders: list[Path]) -> None:
    said = ["".join(read_page(folder.with_name(f"{folder.name}.report.html")).text) for folder in folders]

    assert "固定分界：天数 10, 30, 60, 120；次数 1, 3, 5, 7；金额 100, 350, 800, 1500" in said[0]
    assert "按总分分四级：A 不低于 4，B 不低于 3，C 不低于 2，其余为 D" in said[0]
    assert "在名单内排名，分为 5 等份；数值相同时取最低" in said[1]
    assert "在名单内排名，分为 5 等份；数值相同时取最低；沿用 2025-07-01 的分界值" in said[2]


def test_what_was_requested_and_matches_no_row_is_reported(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, "utf-8")
    words = (
        "--as-of",
        "2025-07-01",
        "--region",
        "四川省",
        "--region",
        "西藏",
        "--exclude-customer",
        "子",
        "--output",
        tmp_path,
        "-q",
    )
    done("run", "--orders", tmp_path / "orders.csv", *words)
    pages = {}
    for language in ("en", "zh"):
        done("report", tmp_path / "orders", "--language", language)
        pages[language] = "".join(read_page(tmp_path / "orders.report.html").text)

    assert "No row has region ‘西藏’; there are: 四川省, 江苏省." in pages["en"]
    assert "no row is of a customer to exclude" in pages["en"]
    assert "没有一行的省份是“西藏”；现有：四川省, 江苏省。" in pages["zh"]
    assert "没有一行属于要排除的客户" in pages["zh"]


def test_the_page_names_its_language(folders: list[Path]) -> None:
    text = folders[0].with_name("甲一.report.html").read_text("utf-8")

    assert '<html lang="zh-CN">' in text


def test_no_english_word_stands_in_any_file_of_two_chinese_months(tmp_path: Path) -> None:
    (tmp_path / "订单.csv").write_text(ORDERS, "utf-8")
    (tmp_path / "完成.csv").write_text("客户编号,实际联系日期,结果\n子,2025-06-03,已接通\n甲,昨天,已接通\n", "utf-8")
    names = ("--orders", tmp_path / "订单.csv", "--name", "甲一", "--language", "zh", "--quiet")
    old, new = tmp_path / "旧", tmp_path / "新"
    done("run", *names, "--as-of", "2025-06-25", "--output", old, "--plan")
    done("run", *names, "--as-of", "2025-07-01", "--output", new, "--compare-with", old, "--plan", "--report")
    plan = ("--after", old / "甲一.plan/2025-06", "--done", tmp_path / "完成.csv", "--language", "zh")
    done("plan", new / "甲一", *plan)

    written = sorted(new.rglob("*.csv"))
    sheets = {
        f"{path.name} {name}": sheet
        for path in new.rglob("*.xlsx")
        for name, sheet in pl.read_excel(path, sheet_id=0, infer_schema_length=0).items()
    }
    texts = {path.name: path.read_text("utf-8-sig") for path in written}
    texts |= {name: name.partition(" ")[2] + sheet.write_csv() for name, sheet in sheets.items()}
    english = {name: re.findall(r"[A-Za-z]{2,}", re.sub(r"RFM|\S+\.csv", " ", text)) for name, text in texts.items()}

    assert {"customers.csv", "rejects.csv", "movement.csv", "matrix.csv", "watch.csv", "plan.csv"} <= texts.keys()
    assert {"carried-over.csv", "done-rejects.csv", "plan.xlsx 汇总"} <= texts.keys()
    assert {name: words for name, words in english.items() if words} == {}
    assert not re.search("calls|first", "".join(path.read_text("utf-8") for path in new.rglob("*.ics")))

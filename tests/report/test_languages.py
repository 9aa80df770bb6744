"""The Chinese page is Chinese: but for names from the data, no English word stands in it."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from rfm_engine.findings import KINDS
from rfm_engine.vocabulary.catalogue import load_catalogue
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
WORDS = load_catalogue().words
NAMES = {"rfm", "engine", "csv", "json", "sha", "run", "customers", "rejects", "orders"}
"""Latin words that are names: of the product, its files and the digest."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Runs of Chinese orders by both schemes."""
    folder = tmp_path_factory.mktemp("chinese")
    (folder / "orders.csv").write_text(ORDERS, "utf-8")
    for name, rules in (("甲一", []), ("乙二", ["--scheme", "quintile", "--by", "region,store_code"])):
        common = ("--orders", folder / "orders.csv", "--as-of", "2025-07-01", "--name", name, "--output", folder)
        done("run", *common, *rules, "--language", "zh", "--report", "--quiet")
    return [folder / "甲一", folder / "乙二"]


def test_no_english_word_stands_in_the_chinese_page(folders: list[Path]) -> None:
    for folder in folders:
        page = read_page(folder.with_name(f"{folder.name}.report.html"))
        labels = [
            value or "" for _, attributes in page.tags for name, value in attributes.items() if name == "aria-label"
        ]
        shown = " ".join([*page.text, *labels]).partition("软件版本")[0]
        words = {word.lower() for word in re.findall(r"[A-Za-z]{2,}", re.sub(r"[0-9a-f]{64}|/\S+|RFM\d*", " ", shown))}

        assert words - NAMES == set()


def test_the_page_names_its_language(folders: list[Path]) -> None:
    text = folders[0].with_name("甲一.report.html").read_text("utf-8")

    assert '<html lang="zh-CN">' in text


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_have_the_same_places(key: str) -> None:
    places = [{name for _, name, _, _ in Formatter().parse(words) if name} for words in WORDS[key]]

    assert places[0] == places[1]


def test_english_words_are_english() -> None:
    assert [key for key, (english, _) in WORDS.items() if re.search("[\u4e00-\u9fff]", english)] == []


def test_the_chinese_of_findings_is_that_of_codes_there_are() -> None:
    assert load_catalogue().findings.keys() <= KINDS.keys()

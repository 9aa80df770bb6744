"""What a run prints is in the language of its lists."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import rfm_engine
from rfm_engine.vocabulary.catalogue import load_catalogue
from tests.conftest import DATASETS
from tests.terminal import done

COMMANDS = Path(rfm_engine.__file__).parent / "cli"
ORDERS = """\
客户编号,订单号,店铺代码,省份,产品名称,订单金额(元),下单时间,订单状态
甲,1,一店,四川省,帐篷,100.005,2025-06-21 08:00:00,已完成
甲,2,二店,四川省,头灯,250.01,2025-06-20 09:30:00,已完成
甲,2,二店,四川省,头灯,250.01,2025-06-20 09:30:00,已完成
乙,3,一店,四川省,帐篷,1500.10,2025-03-03 00:00:00,已完成
丙,4,一店,四川,绳索,80.00,2024-01-01 12:00:00,已完成
丁,5,三店,四川省,绳索,5,2019-07-01 23:59:59,已完成
,6,三店,四川省,绳索,5,2025-06-01 10:00:00,已完成
戊,8,三店,四川省,绳索,不详,2025-06-01 10:00:00,已完成
己,9,三店,四川省,绳索,9,2025-06-01 10:00:00,已取消
"""
WINDOW = ("--since", "2020-01-01", "--as-of", "2025-07-01", "--keep-status", "已完成", "--keep-status", "已签收")
RULES = ("--region", "四川省", "--region", "西藏", "--name", "甲一", "--scheme", "quintile")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What two Chinese months print: with rejects, findings, frozen cut points, a plan, a comparison and a report."""
    folder = tmp_path_factory.mktemp("打印")
    (folder / "订单.csv").write_text(ORDERS, "utf-8")
    words = ("--orders", folder / "订单.csv", *WINDOW, *RULES, "--language", "zh")
    first = done("run", *words, "--output", folder / "旧", "--split").out
    done("fit", folder / "旧" / "甲一", "-o", folder / "分界.toml")
    frozen = ("--scheme", "frozen", "--set", f"from={folder / '分界.toml'}", "--compare-with", folder / "旧")
    then = done("run", *words, *frozen, "--output", folder / "新", "--plan", "--report", "--dormant").out
    return first + then + done("report", folder / "新" / "甲一", "--language", "zh").out


def test_a_chinese_run_prints_no_english_word(printed: str) -> None:
    names = r"RFM\d+|--[a-z-]+|\S*/\S*|[\w-]+\.(csv|json|parquet|xlsx|ics)|(?<![a-z])utf-8"
    assert re.findall(r"[A-Za-z]{2,}", re.sub(names, " ", printed)) == []


def test_a_chinese_run_prints_the_ledger_its_notes_and_what_it_wrote(printed: str) -> None:
    for line in (
        "订单 2020-01-01 至 2025-07-01，评分方案：五分位排名，分级：四级（按总分）",
        "拒绝 1（订单金额(元)：不是金额）",
        "注意：四舍五入到分的金额：1",
        "注意：没有一行的省份是“西藏”；现有：四川, 四川省。",
        "位客户在统计期内没有订单、之前有订单，未列出（--dormant 可列出）",
        "沿用分界：若重新计算分界，0 位客户的等级会不同",
        "RFM502 有的行因所选地区写法不同而未计入。例如 '四川'。可用选项：--same-region",
        "未分配：应联系",
        "报告：",
    ):
        assert line in printed


def test_what_a_chinese_release_and_a_chinese_dossier_print_is_chinese(tmp_path: Path) -> None:
    words = ("--title", "供热", "--language", "zh", "--output", tmp_path)
    released = done("insight", DATASETS / "harbin-heating", *words).out
    done("run", DATASETS / "harbin-heating", *words)
    package = done("dossier", tmp_path / "harbin-heating", "--not-public", "--language", "zh").out

    assert re.match(
        r"供热：按(月|季度|半年|年)\n按产品和地区公开的消费占比：\d+%\n审计：不予公开的数字 \d+ 个，其中可被推算 0 个",
        released,
    )
    assert package.startswith("登记材料：")
    assert "待填写（或写在数据集文件的 [dossier] 中）：industry" in package


def test_every_sentence_of_the_catalogue_is_said_by_a_command() -> None:
    said = {
        node.value
        for path in COMMANDS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    by_name = {"movement: ", "plan: "}
    assert {*load_catalogue().sentences} - said == by_name


def test_both_languages_have_the_same_places() -> None:
    places = [
        [{name for _, name, _, _ in Formatter().parse(text) if name} for text in pair]
        for pair in load_catalogue().sentences.items()
    ]
    assert [pair for pair in places if pair[0] != pair[1]] == []

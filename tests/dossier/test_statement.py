"""The statement says what the published notices say, figure for figure, and what they leave out."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from rfm_engine import open_run
from rfm_engine.dossier.list_data import choose_list, name_list
from rfm_engine.dossier.statement import list_undescribed, state_rules
from rfm_engine.grading.schemes import Quintile
from rfm_engine.plugin_api import PluginBase
from rfm_engine.report.words import Words
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

SICHUAN = {
    "统计期": ["2020-01-01", "2025-07-01"],
    "客户数": ["648"],
    "R": ["0≤D≤10，5 分", "10<D≤30，4 分", "30<D≤60，3 分", "60<D≤120，2 分", "D>120，1 分"],
    "F": ["S≤1，1 分", "1<S≤3，2 分", "3<S≤5，3 分", "5<S≤7，4 分", "S>7，5 分"],
    "M": ["0<Z≤100，1 分", "100<Z≤350，2 分", "350<Z≤800，3 分", "800<Z≤1500，4 分", "Z>1500，5 分"],
    "X": ["0.3R", "0.3F", "0.4M"],
    "A": ["4≤X≤5", "每月 1–2 次", "技术支持", "定制产品", "升级款", "团队采购", "活动"],
    "B": ["3≤X<4", "每季度 1–2 次", "保持联系", "活跃度", "升为A级"],
    "C": ["2≤X<3", "每半年 1–2 次", "趋势和需求", "增长快的客户"],
    "D": ["1≤X<2", "每年 1 次", "节日优惠", "新品", "唤醒"],
}
"""Each line of the published Sichuan rules with its figures."""

TAIAN = {
    "统计期": ["2021-09-01", "2025-07-01"],
    "客户数": ["593"],
    "在名单内排名（D 由短到长，S、Z 由多到少）": [
        "0%–20%，5 分",
        "20%–40%，4 分",
        "40%–60%，3 分",
        "60%–80%，2 分",
        "80%–100%，1 分",
    ],
    "X": ["0.3R", "0.3F", "0.4M"],
    "A": ["4≤X", "每月 1 次", "继续保持"],
    "B": ["3≤X<4", "每季度 1 次"],
    "C": ["2≤X<3", "每半年 1 次"],
    "D": ["X<2", "每年 1 次"],
}
"""Each line of the published Tai'an rules with its figures."""


def statement_of(folder: Path, language: Any = "zh") -> str:  # noqa: ANN401 a language
    run = open_run(folder)
    values = choose_list(run, None)
    return state_rules(run, values, name_list(run, values), Words(language, run.record.currency))


def lines_of(statement: str) -> dict[str, str]:
    """Return the lines by what stands before the sign; the metrics' own letters come first and give way."""
    found = (re.fullmatch("(.*?)[：=](.*)", line) for line in statement.splitlines())
    return {line[1]: line[2] for line in found if line}


@pytest.mark.parametrize(("dataset", "notice"), [("sichuan-hiking", SICHUAN), ("taian-curtains", TAIAN)])
def test_every_figure_of_the_published_notice_stands_in_its_line(
    bundled: Path, dataset: str, notice: dict[str, list[str]]
) -> None:
    lines = lines_of(statement_of(bundled / dataset))

    lacking = {name: [figure for figure in figures if figure not in lines[name]] for name, figures in notice.items()}
    assert {name: figures for name, figures in lacking.items() if figures} == {}


@pytest.mark.parametrize("dataset", ["sichuan-hiking", "taian-curtains"])
def test_no_band_or_bound_stands_there_that_is_not_published(bundled: Path, dataset: str) -> None:
    lines, notice = lines_of(statement_of(bundled / dataset)), SICHUAN if dataset == "sichuan-hiking" else TAIAN

    for name in {*notice} & {*"RFM"}:
        assert lines[name].split("；") == notice[name]
    assert [lines[tier].split("；")[0] for tier in "ABCD"] == ["4≤X≤5", "3≤X<4", "2≤X<3", "1≤X<2"]
    assert lines["X"] == "0.3R+0.3F+0.4M"


def test_what_the_ranked_notice_omits_is_stated_as_observed(bundled: Path) -> None:
    lines = lines_of(statement_of(bundled / "taian-curtains"))
    customers = open_run(bundled / "taian-curtains").customers().collect().to_dicts()

    assert "最低的名次" in lines["数值相同时"]
    for letter, score, metric in (
        ("R", "r_score", "recency_days"),
        ("F", "f_score", "frequency"),
        ("M", "m_score", "monetary"),
    ):
        values: dict[int, list[Any]] = defaultdict(list)
        for customer in customers:
            values[customer[score]].append(customer[metric])
        expected = [
            f"{score} 分：{'–'.join(dict.fromkeys((f'{min(found):,}', f'{max(found):,}')))}（{len(found):,} 位）"
            for score, found in sorted(values.items(), reverse=True)
        ]
        assert lines[f"{letter} 实际取值"].split("；") == expected


def test_other_rules_have_their_own_figures(bundled: Path) -> None:
    statement = statement_of(bundled / "harbin-heating", "en")

    for figure in ("X=0.3R+0.4F+0.6M", "A: X>6; 2 per month", "B: 3<X≤6; 1 per quarter", "C: X≤3; 1 per year"):
        assert figure in statement
    assert "M: 0<Z≤10000: 1; 10000<Z≤30000: 2; 30000<Z≤80000: 3; 80000<Z≤200000: 4; Z>200000: 5" in statement


def test_segments_are_stated_by_their_scores(shop: Path, tmp_path: Path) -> None:
    table = "[{name='Champions', r=[4, 5], f=5, contacts='1 per month'}, {name='Others'}]"
    rules = ("--tiers", "segments", "--set", f"tiers.table={table}", "--by", "none")
    done("run", "--orders", shop, "--as-of", "2025-07-01", *rules, "--output", tmp_path)

    statement = statement_of(tmp_path / "shop", "en")

    assert "Champions: R 4–5, F 5; 1 per month" in statement
    assert statement.endswith("Others: \n")


class Silent(Quintile):
    """A scheme of someone else that says nothing of itself."""

    name: ClassVar[str] = "silent"
    describe = PluginBase.describe


def test_a_scheme_that_does_not_describe_itself_is_named(bundled: Path) -> None:
    rules = open_run(bundled / "sichuan-hiking").rules

    assert list_undescribed(rules) == []
    assert list_undescribed(replace(rules, scheme=Silent())) == ["silent"]

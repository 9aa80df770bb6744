"""What schemes and policies say of their rules, to readers of either language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rfm_engine.errors import PluginError
from rfm_engine.grading.guard import guard_description
from rfm_engine.grading.policies import Abcd, Segments, Weighted
from rfm_engine.grading.schemes import Quintile, Thresholds
from rfm_engine.plugin_api import Language, PluginBase, Scheme
from tests.conformance.wrong_schemes import Mute


class Halves(Scheme):
    """The better half of each list scores 2, the others 1."""

    name = "halves"
    strict: bool = True

    def describe(self, language: Language = "en") -> str:
        return "分为两半" if language == "zh" else super().describe(language)


@pytest.mark.parametrize(
    ("thing", "english", "chinese"),
    [
        (
            Thresholds(),
            "fixed cut points: days 10, 30, 60, 120; orders 1, 3, 5, 7; spend 100, 350, 800, 1500",
            "固定分界：天数 10, 30, 60, 120；次数 1, 3, 5, 7；金额 100, 350, 800, 1500",
        ),
        (
            Quintile(bins=10, ties="max"),
            "ranks in each list, in 10 equal parts; ties: max",
            "在名单内排名，分为 10 等份；数值相同时取最高",
        ),
        (
            Abcd(bounds=(Decimal(1), Decimal("2.5"), Decimal(4))),
            "four tiers by the total: A from 4, B from 2.5, C from 1, D below",
            "按总分分四级：A 不低于 4，B 不低于 2.5，C 不低于 1，其余为 D",
        ),
        (
            Weighted.model_validate(
                {"table": [{"name": "甲", "above": 6, "focus": "回访"}, {"name": "乙", "at_most": 6}]}
            ),
            "tiers by the total: 甲 above 6; 乙 at most 6",
            "按总分分级：甲 高于 6；乙 不高于 6",
        ),
        (
            Segments.model_validate({"table": [{"name": "冠军", "r": [4, 5]}, {"name": "其他"}]}),
            "tiers by the three scores, the first that fits: 冠军 r 4–5; 其他",
            "按三项评分分级，取最先符合者：冠军 r 4–5；其他",
        ),
        (Halves(), "halves (strict = True)", "分为两半"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_rules_are_described_in_both_languages(thing: PluginBase, english: str, chinese: str) -> None:
    assert (guard_description(thing, "en"), guard_description(thing, "zh")) == (english, chinese)


@pytest.mark.parametrize(("language", "fault"), [("en", "expected a text, got ''"), ("zh", "ZeroDivisionError")])
def test_who_fails_to_describe_itself_is_named(language: Language, fault: str) -> None:
    with pytest.raises(PluginError, match=r"scheme 'sound' of .* failed to describe itself") as caught:
        guard_description(Mute(), language)

    assert fault in str(caught.value)

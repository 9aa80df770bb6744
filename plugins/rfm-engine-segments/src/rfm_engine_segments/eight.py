"""The eight types: each of R, F and M high or low."""

from __future__ import annotations

from typing import ClassVar

import polars as pl
from pydantic import Field

from rfm_engine.plugin_api import SCORES, Language, Tier
from rfm_engine_segments.spoken import SpokenPolicy


def _tier(name: str, contacts: str, focus: str) -> Tier:
    return Tier.model_validate({"name": name, "contacts": contacts, "focus": focus})


HIGH, LOW = True, False
EIGHT = {
    (HIGH, HIGH, HIGH): _tier("重要价值客户", "1-2 per month", "重点维护：专属服务、新品优先、请其转介绍"),
    (HIGH, LOW, HIGH): _tier("重要发展客户", "1-2 per month", "提高频次：会员权益、搭配推荐、复购优惠"),
    (LOW, HIGH, HIGH): _tier("重要保持客户", "1-2 per month", "主动联系：了解近期未购原因，邀请回访"),
    (LOW, LOW, HIGH): _tier("重要挽留客户", "1-2 per quarter", "重点挽留：一对一回访，限时专属优惠"),
    (HIGH, HIGH, LOW): _tier("一般价值客户", "1-2 per quarter", "提高客单价：组合购买、推荐高价位产品"),
    (HIGH, LOW, LOW): _tier("一般发展客户", "1-2 per quarter", "培养新客：使用指导、试用与首次复购优惠"),
    (LOW, HIGH, LOW): _tier("一般保持客户", "1 per half-year", "保持联系：活动通知、新品资讯"),
    (LOW, LOW, LOW): _tier("一般挽留客户", "1 per year", "低成本唤醒：节日优惠，不必强求"),
}
"""The types by (R, F, M)."""


class EightTypes(SpokenPolicy):
    """The eight types 重要价值客户 to 一般挽留客户: R, F and M each high or low, from one score on.

    M decides between 重要 and 一般, R and F between 价值 (both high), 发展 (R), 保持 (F) and 挽留 (neither). Every
    combination of scores has exactly one type, whatever the range of the scores; the highest must be the best.
    """

    name: ClassVar[str] = "eight-types"

    high_from: int = Field(default=4, description="the lowest score that counts as high")

    def describe(self, language: Language = "en") -> str:
        """Return the rule in words."""
        if language == "zh":
            return f"八类客户：R、F、M 各分高低，{self.high_from} 分起为高"
        return super().describe(language)

    def segments(self) -> tuple[Tier, ...]:
        """Return the eight types."""
        return tuple(EIGHT.values())

    def belongs(self, position: int) -> pl.Expr:
        """Return whether R, F and M are high and low as the type says."""
        high_or_low = list(EIGHT)[position]
        return pl.all_horizontal(
            pl.col(score).ge(self.high_from) == high for score, high in zip(SCORES, high_or_low, strict=True)
        )

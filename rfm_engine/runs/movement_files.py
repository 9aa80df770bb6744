"""The files of a comparison: movement, matrix and watch list, in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, LAST_ORDER_TIME, MONETARY, RECENCY_DAYS, RFM_SCORE, TIER
from rfm_engine.grading.published import translate_headers
from rfm_engine.output.derived import write_derived
from rfm_engine.output.formats import write_csv
from rfm_engine.output.record import Record, read_record
from rfm_engine.runs.compare import ALL, GONE, NEW, OLD_TIER, STEPS
from rfm_engine.vocabulary.currencies import name_currency

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.runs.compare import Movement
    from rfm_engine.runs.finished import FinishedRun

MOVEMENT_FILES: Final = ("movement.csv", "matrix.csv", "watch.csv")
CHANGES: Final = ("r_change", "f_change", "m_change")
LOOK_AHEAD: Final = ("needs_orders", "needs_amount", "needs_by", "drops_on")
HEADERS: Final = {
    OLD_TIER: "原客户等级",
    "tier_if_nothing_bought": "未再购买时的等级",
    "tier_on_old_cuts": "按原分界点的等级",
    "direction": "变动方向",
    "reason": "变动原因",
    "watch": "关注",
    "old_rfm_score": "原RFM总分",
    "old_recency_days": "原距统计时间天数",
    "orders_gained": "新增订单数",
    "spend_gained": "新增金额(元)",
    "r_change": "R评分变动",
    "f_change": "F评分变动",
    "m_change": "M评分变动",
    "needs_orders": "升级所需订单数",
    "needs_amount": "升级所需金额(元)",
    "needs_by": "升级截止日期",
    "drops_on": "降级日期",
    "customers": "客户数",
    "days": "天数",
    "orders": "订单",
    "cuts": "分界点",
    "rules": "规则",
}
"""Chinese headers of the files of a comparison."""

WORDS: Final = {
    "days": ("days passed", "时间推移"),
    "orders": ("orders came or left", "订单增减"),
    "cuts": ("the cut points moved", "分界点变动"),
    "rules": ("the rules differ", "规则不同"),
    "window": ("the last order left the window", "最后一单已不在统计期内"),
    "up": ("up", "上升"),
    "down": ("down", "下降"),
    "same": ("same", "不变"),
    "new": ("new", "新客户"),
    "gone": ("gone", "已离开"),
    "near_up": ("near the next tier", "接近升级"),
    "about_to_drop": ("about to drop", "即将降级"),
    "fast_growing": ("growing fast", "快速增长"),
    "asleep": ("fell asleep", "进入沉睡"),
    "woken": ("woken", "被唤醒"),
    "all": ("all", "合计"),
}
"""What stands in cells for readers, in English and Chinese."""


def write_movement(folder: Path, movement: Movement, options: dict[str, Any], language: str) -> Path:
    """Write `movement.csv` and `.parquet`, `matrix.csv` and `watch.csv` below the folder, whole or not at all.

    `movement` needs the columns that `watch_customers` adds. Parquet keeps canonical names and words in any language.
    """
    currency = read_record(movement.runs[-1], Record).currency

    def fill(partial: Path) -> None:
        customers = select_movement(movement)
        customers.write_parquet(partial / "movement.parquet")
        tables = {"movement": customers, "matrix": movement.matrix, "watch": select_watched(movement)}
        for name, table in tables.items():
            write_csv(translate(table, language, currency), partial / f"{name}.csv", language)

    return write_derived(folder, "compare", options, movement.runs, fill)


def select_movement(movement: Movement) -> pl.DataFrame:
    """Return what is published of each customer of either run."""
    tiers, totals = (OLD_TIER, *STEPS, TIER), (f"old_{RFM_SCORE}", RFM_SCORE)
    facts = (f"old_{RECENCY_DAYS}", RECENCY_DAYS, FREQUENCY, MONETARY, "orders_gained", "spend_gained", *CHANGES)
    names = (*movement.by, CUSTOMER_ID, *tiers, "direction", "reason", *totals, *facts, LAST_ORDER_TIME, "watch")
    return movement.customers.select(*names, *LOOK_AHEAD)


def select_watched(movement: Movement) -> pl.DataFrame:
    """Return one row per customer and thing worth a look; the least amount and the first deadline come first."""
    names = ("watch", CUSTOMER_ID, OLD_TIER, TIER, RFM_SCORE, RECENCY_DAYS, FREQUENCY, MONETARY, "spend_gained")
    each = movement.customers.filter(pl.col("watch").is_not_null()).with_columns(pl.col("watch").str.split(" + "))
    order = [*movement.by, "watch", "needs_amount", "needs_by", "drops_on", CUSTOMER_ID]
    return each.explode("watch").sort(order, nulls_last=True).select(*movement.by, *names, *LOOK_AHEAD)


def translate(table: pl.DataFrame, language: str, currency: str | None = None) -> pl.DataFrame:
    """Return a table as readers see it: words in cells and headers in the language."""
    words = {key: texts[language == "zh"] for key, texts in WORDS.items()}
    of_tiers = {key: words[key] for key in (NEW, GONE, ALL)}
    known = {"direction": words, "reason": words, "watch": words, OLD_TIER: of_tiers, TIER: of_tiers}
    spoken = table.with_columns(_replace_words(name, known[name]) for name in table.columns if name in known)
    headers = {name: name_currency(header, currency) for name, header in HEADERS.items()}
    translated = translate_headers(spoken.lazy(), language, currency).collect()
    return translated.rename(headers, strict=False) if language == "zh" else translated


def _replace_words(name: str, words: dict[str, str]) -> pl.Expr:
    parts = pl.col(name).cast(pl.String).str.split(" + ")
    return parts.list.eval(pl.element().replace(words)).list.join("; ").alias(name)


def movement_folder(old: FinishedRun, new: FinishedRun) -> Path:
    """Return where a comparison is written: beside the newer run, named by the two statistics dates."""
    return new.folder.with_name(f"{new.folder.name}.movement") / f"{old.rules.as_of}_to_{new.rules.as_of}"


def count_words(movement: Movement, direction: str) -> tuple[int, dict[str, int]]:
    """Return how many customers went in a direction, and how many of them for which reason, the commonest first."""
    moved = movement.customers.filter(pl.col("direction") == direction)
    counts = moved["reason"].value_counts(name="count").sort("count", "reason", descending=[True, False])
    return moved.height, dict(counts.rows())

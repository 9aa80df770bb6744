"""The words of a plan in English and Chinese: headers, reasons, summary."""

from __future__ import annotations

from typing import Final

from rfm_engine.columns import CHINESE

HEADERS: Final = CHINESE | {
    "list": "名单",
    "owner": "负责人",
    "date": "联系日期",
    "call": "第几次联系",
    "due": "应联系日期",
    "overdue_days": "逾期天数",
    "attempt": "尝试次数",
    "last_contact": "上次接通日期",
    "why": "原因",
    "also_in": "同时在",
    "done_on": "实际联系日期",
    "outcome": "结果",
    "note": "备注",
    "customer_name": "姓名",
    "phone": "电话",
    "file": "文件",
    "sheet": "工作表",
    "row": "行号",
    "value": "值",
    "reason": "原因",
    "planned": "计划联系",
    "room": "可联系次数",
    "due_calls": "应联系客户",
    "carried_over": "顺延",
    "utilisation": "占用率",
    "reached": "上月已接通",
    "late": "上月未完成",
}
"""Chinese headers of the files of a plan, besides those of a run."""

WHY: Final = {
    "first": ("first call", "首次联系"),
    "due": ("due", "按期"),
    "overdue": ("overdue", "逾期"),
    "retry": ("no answer before", "上次未接通"),
    "second": ("second contact", "第二次联系"),
}
"""Why a call is planned, in English and Chinese."""

OUTCOME_LISTS: Final = {
    "en": ["reached", "no answer", "refused", "do not call"],
    "zh": ["已接通", "未接通", "拒绝", "勿扰"],
}
"""What a caller chooses from."""

SUMMARY: Final = {"en": "Summary", "zh": "汇总"}

"""What the engine itself writes into Chinese files is Chinese."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rfm_engine import open_run
from tests.terminal import done, read_rows

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = re.compile(r"[A-Za-z]{2,}")
ROWS = """\
顾客,订单号,订单金额,下单时间
一,1,10,2025-06-01
二,2,-5,2025-06-02
三,3,多,2025-06-03
四,4,7,昨天
,5,8,2025-06-05
五,6,1,2025-06-06
五,6,2,2025-06-06
六,7,999999999999999,2025-06-07
"""


def run_in_chinese(folder: Path) -> Path:
    (folder / "orders.csv").write_text(ROWS, "utf-8")
    words = ("--as-of", "2025-07-01", "--column", "customer_id=顾客", "--language", "zh", "--quiet")
    done("run", "--orders", folder / "orders.csv", *words, "--output", folder)
    return folder / "orders"


def test_rejects_have_chinese_headers_and_reasons(tmp_path: Path) -> None:
    rows = read_rows(run_in_chinese(tmp_path) / "rejects.csv")
    assert list(rows[0]) == ["文件", "行号", "列", "值", "原因"]
    assert {row["原因"] for row in rows} == {"不是正数", "不是金额", "不是时间", "缺失", "互相矛盾", "超出范围"}
    assert next(row["值"] for row in rows if row["原因"] == "不是正数") == "-5"


def test_the_focus_of_a_built_in_policy_is_chinese(tmp_path: Path) -> None:
    rows = read_rows(run_in_chinese(tmp_path) / "customers.csv")
    assert not any(ENGLISH.search(row["工作重点"]) for row in rows)
    assert not any(ENGLISH.search(header.replace("RFM", "")) for header in rows[0])


def test_a_chinese_run_is_read_back_under_canonical_names(tmp_path: Path) -> None:
    customers = open_run(run_in_chinese(tmp_path)).customers().collect()
    assert customers["customer_id"].to_list() == ["一"]

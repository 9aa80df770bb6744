"""The command says why customers moved, in either language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = re.compile(r"[A-Za-z]{2,}")


def test_the_command_says_in_words_why_customers_moved(monthly_runs: Path) -> None:
    old, new = (monthly_runs / day / "sichuan-hiking" for day in ("2025-06-01", "2025-07-01"))
    out = done("compare", old, new, "--growing-orders", "3").out
    assert "20 down: 20 because days passed" in out
    assert "worth a look: 109 near the next tier" in out
    assert "silence is followed for 31 days; asleep from 180 days on; growing fast from 3 more orders and 50 %" in out


def test_the_commands_speak_chinese(monthly_runs: Path) -> None:
    old, new = (monthly_runs / day / "sichuan-hiking" for day in ("2025-06-01", "2025-07-01"))
    plan = ("--month", "2031-01", "--calendar", "CN", "--capacity", "1", "--language", "zh")
    lines = [
        *done("compare", old, new, "--language", "zh").out.splitlines(),
        *done("plan", new, *plan).out.splitlines(),
    ]
    assert "20 下降：20 位因时间推移" in lines[2]
    assert any(line.startswith("未分配：应联系") for line in lines)
    shown = [
        re.sub(r"rfm-engine \w+|\S*(/|--|\.(csv|xlsx|ics|json|parquet))\S*|\b[A-D]\b|CN", "", line) for line in lines
    ]
    assert [line for line in shown if ENGLISH.search(line)] == []

"""What the data leave open is asked, with samples, meanings and options that work; what they show is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.orders.understanding.text_orders import HEADER, USUAL, run

if TYPE_CHECKING:
    from pathlib import Path

ASKED = {
    "a,1.234,2025-06-01\nb,5.678,2025-06-01\n": ("--amount-style point", "--amount-style comma"),
    'a,"1,234",2025-06-01\nb,"5,678",2025-06-01\n': ("--amount-style point", "--amount-style comma"),
    'a,12.50,2025-06-01\nb,"12,50",2025-06-01\n': ("--amount-style point", "--amount-style comma"),
    "a,1.50,05/06/2025\nb,1.50,07/06/2025\n": ("--order-time-format dmy", "--order-time-format mdy"),
    "a,1.50,20/06/2025\nb,1.50,06/20/2025\n": ("--order-time-format dmy", "--order-time-format mdy"),
    "a,1.50,05/06/25\nb,1.50,07/06/25\n": ("--order-time-format dmy", "--order-time-format ymd"),
    "a,1.50,令和7年6月5日\n": ("--order-time-format japanese_era",),
    "a,1.50,民國114年6月5日\n": ("--order-time-format minguo",),
    "a,1.50,2568-06-05\n": ("--order-time-format buddhist",),
    "a,1.50,1749081600\n": ("--time-zone Asia/Shanghai",),
    "a,1.50,2025-06-05\nb,1.50,2025-06-05 10:00:00+08:00\n": ("--time-zone Asia/Shanghai",),
    USUAL + 'x,"1,5",2025-06-01\n': ("--amount-style point", "--amount-style comma"),
    USUAL + "x,1.50,05/06/2025\n": ("--order-time-format dmy", "--order-time-format mdy"),
}


@pytest.mark.parametrize(("rows", "options"), ASKED.items(), ids=range(len(ASKED)))
def test_a_question_names_options_that_answer_it(rows: str, options: tuple[str, ...], tmp_path: Path) -> None:
    code, words = run(tmp_path, HEADER + rows)

    assert code == 1
    for option in options:
        assert option in words
        assert run(tmp_path, HEADER + rows, *option.split())[0] == 0


@pytest.mark.parametrize(
    ("given", "value", "meant"),
    [("epoch_seconds", "1749081600000", "epoch_milliseconds"), ("epoch_milliseconds", "1749081600", "epoch_seconds")],
)
def test_a_count_of_another_unit_than_the_given_one_is_refused(
    given: str, value: str, meant: str, tmp_path: Path
) -> None:
    code, words = run(tmp_path, f"{HEADER}a,1.50,{value}\n", "--order-time-format", given, "--time-zone", "UTC")

    assert code == 1
    assert f"--order-time-format {meant}" in words


def test_several_currencies_and_a_unit_against_the_given_one_are_refused(tmp_path: Path) -> None:
    assert "several currencies" in run(tmp_path, HEADER + "a,€1.50,2025-06-01\nb,$1.50,2025-06-01\n")[1]
    assert "against --unit fen" in run(tmp_path, HEADER + "a,100元,2025-06-01\n", "--unit", "fen")[1]

"""Where no order is left to grade, each reason is reported with its rows, samples, and an option that works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal import AS_OF, done, rfm

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_id,order_amount,order_time"


@pytest.mark.parametrize(
    ("line", "words", "fix"),
    [
        ("p,1,9.00,on 13/6/2025", "not a time, 1 row, such as 'on 13/6/2025'", ("--order-time-format", "on %d/%m/%Y")),
        ("Guest,1,9.00,2025-06-13", "no customer, 1 row, such as 'Guest'", ("--nobody", "none")),
        ("p,1,9.00,2026-06-13", "1 row outside the window", ("--as-of", "2026-07-01")),
    ],
)
def test_the_reason_has_samples_and_what_it_names_works(
    line: str, words: str, fix: tuple[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "o.csv"
    path.write_text(f"{HEADER}\n{line}\n", "utf-8")

    answer = rfm("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")

    assert answer.code == 1
    assert words in answer.err
    assert fix[0] in answer.err
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").rglob("*.csv"))
    done("run", "--orders", path, *AS_OF, *fix, "--output", tmp_path / "out")


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (("2025-06", "2025/5"), "they name no day, in which recency is counted"),
        (("06-13 10:00", "6月5日"), "they name no year"),
        (("10:00", "9:15 PM"), "they name no date"),
        (("1.7495E+12", "1.75E+12"), "they lost digits in a spreadsheet"),
        (("2025-06-13 10:00+8", "2025-06-13T10:00:00-5:00"), "an offset has two digits, +08:00"),
        (("2025-06-13 24:00", "2025-06-13 24:00:00"), "a day ends at 23:59:59"),
        (("250613", "250614"), "--order-time-format %y%m%d"),
        (("day 2025-06-13", "or 2025-06-14"), "%d/%m/%Y or the like"),
    ],
)
def test_times_that_no_format_reads_say_what_they_lack(times: tuple[str, str], words: str, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("\n".join([HEADER, *(f"p,{n},9.00,{time}" for n, time in enumerate(times)), ""]), "utf-8")

    answer = rfm("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")

    assert answer.code == 1
    assert words in answer.err


def test_a_private_dataset_shows_no_sample(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(f"{HEADER}\np,1,secret,2025-06-13\n", "utf-8")

    answer = rfm("check", "--orders", path, *AS_OF, "--drop", "product_name")

    assert "such as ***" in answer.err
    assert "secret" not in answer.err

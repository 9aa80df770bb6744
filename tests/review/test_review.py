"""Each oddity of the orders is one finding with counts and what settles it, which works; clean files have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.review.oddities import CASES, HEADER, Case, codes
from tests.terminal import AS_OF, done, record_of, rfm

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_an_oddity_is_found_and_what_settles_it_does(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([case.head, *case.lines, ""]), "utf-8")
    words = ("run", "--orders", path, *AS_OF, "--output", tmp_path / "out", *case.options)

    answer = done(*words)

    assert codes(answer.out) == [case.code]
    assert case.words in answer.out
    assert codes(done(*words, *(case.settled or ("--accept", case.code))).out) == []


def test_ids_that_differ_in_two_ways_at_once_are_found_with_both(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER}\nｋ7,1,9.00,2025-06-01\nK7,2,9.00,2025-06-02\n", "utf-8")
    words = ("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")

    found = done(*words).out

    assert "RFM301 2 customer ids that differ from another by full-width signs and case together" in found
    assert codes(done(*words, "--same-id", "width,case").out) == []


def test_a_header_of_order_ids_that_is_not_read_is_found_though_no_day_has_two_rows(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,pos receipt id,order_amount,order_time\nk,1,9.00,2025-06-01\n", "utf-8")
    words = ("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")

    assert codes(done(*words).out) == ["RFM401"]
    assert codes(done(*words, "--column", "order_id=pos receipt id").out) == []


def test_lines_of_which_the_price_is_often_the_same_are_no_repeated_totals(tmp_path: Path) -> None:
    lines = [f"c{order},{order},{price}.00,2025-06-01" for order in range(9) for price in (5, 5 + order % 2)]
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *lines, ""]), "utf-8")

    assert codes(done("run", "--orders", path, *AS_OF, "--grain", "line", "--output", tmp_path / "out").out) == []


def test_lists_of_stores_that_number_their_own_orders_are_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER},store_code\np,7,9.00,2025-06-01,s1\nq,7,8.00,2025-06-01,s2\n", "utf-8")

    assert codes(done("check", "--orders", path, *AS_OF, "--by", "store_code").out) == []


def test_lines_in_two_exports_and_a_copy_of_one_are_found(tmp_path: Path) -> None:
    for name, lines in (
        ("a", "p,1,9.00,2025-05-01\nq,3,9.00,2025-05-02\n"),
        ("b", "p,1,9.00,2025-05-01\nq,2,9.00,2025-06-02\n"),
        ("c", "p,1,9.00,2025-05-01\nq,2,9.00,2025-06-02\n"),
    ):
        (tmp_path / f"{name}.csv").write_text(f"{HEADER}\n{lines}", "utf-8")
    words = ("check", "--orders", tmp_path, "--name", "x", *AS_OF, "--grain", "line")

    assert codes(done(*words).out) == ["RFM101", "RFM405"]
    (tmp_path / "c.csv").unlink()
    assert codes(done(*words, "--latest-export", "wins").out) == []


def test_a_clean_file_has_no_finding_even_with_every_column(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    lines = [
        f"C{n % 9:03},{n},9.00,2025-06-0{1 + n % 9},{('Hill', 'Coast')[n % 9 % 2]},s{n % 2},paid" for n in range(99)
    ]
    path.write_text("\n".join([f"{HEADER},region,store_code,status", *lines, ""]), "utf-8")

    done("run", "--orders", path, *AS_OF, "--strict", "--output", tmp_path / "out")

    assert record_of(tmp_path / "out" / "orders")["findings"] == []


def test_samples_of_a_private_dataset_are_masked(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER},status\nPia,1,9.00,2025-06-01,paid\npia,2,3.00,2025-06-01,secret illness\n", "utf-8")
    words = ("--orders", path, *AS_OF, "--drop", "product_name")

    printed = done("check", *words).out
    refused = rfm("check", *words, "--strict").err

    assert codes(printed) == ["RFM301", "RFM402"]
    assert "'***'" in printed
    assert not [word for word in ("Pia", "illness") if word in printed + refused]


@pytest.mark.parametrize("grain", ["order", "line"])
def test_statuses_that_differ_by_white_space_are_one(grain: str, tmp_path: Path) -> None:
    rows = [
        (f"k{row}", f"{row}", "9.00", "2025-06-01", status) for row, status in enumerate(("paid", " paid", "paid\n"))
    ]
    pl.DataFrame(rows, [*HEADER.split(","), "status"], orient="row").write_parquet(tmp_path / "orders.parquet")

    answer = done("check", "--orders", tmp_path / "orders.parquet", *AS_OF, "--grain", grain).out

    assert codes(answer) == []
    assert "paid          3     27.00  yes" in answer


@pytest.mark.parametrize(
    "word",
    [
        *("guest", "anon", "anonymous", "no-reply", "noreply", "walk-in", "walkin", "unknown", "dummy"),
        *("游客", "遊客", "散客", "匿名", "访客", "訪客", "路人", "非会员", "非會員", "临时"),
    ],
)
def test_each_word_for_no_customer_is_found_however_it_is_written(word: str, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    lines = [f"{each} 7,{place},9.00,2025-06-0{place}" for place, each in enumerate({word, word.upper()}, start=1)]
    path.write_text("\n".join([HEADER, *lines, "K7,9,9.00,2025-06-02", ""]), "utf-8")

    assert "RFM306" in codes(done("run", "--orders", path, *AS_OF, "--output", tmp_path / "out").out)

"""A customer is explained in words, and whom no one knows by the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.terminal import AS_OF, done, rfm
from tests.terminal import run as run_command

if TYPE_CHECKING:
    from pathlib import Path


def test_a_customer_is_explained_in_words(shop_run: Path) -> None:
    answer = done("explain", "0012", "--run", shop_run)

    assert [line.rstrip() for line in answer.out.splitlines()] == [
        "customer 0012, region north, as of 2025-07-01",
        "metric          value  score  cut points around it          values of this score in the list",
        "R            120 days      2  over 60 days, up to 120 days  120 days",
        "F             1 order      1  up to 1 order                 1 order",
        "M       1,500.10 yuan      5  over 1,500.00 yuan            1,500.10 yuan",
        "total 0.3 x 2 + 0.3 x 1 + 0.4 x 5 = 2.9, tier C",
        "one more order (2 in all): F 1 -> 2, total 2.9 -> 3.2, tier C -> B",
        "60 days fewer since the last order (60 days): R 2 -> 3, total 2.9 -> 3.2, tier C -> B",
    ]


def test_a_customer_in_several_lists_is_explained_in_each(shop: Path, tmp_path: Path) -> None:
    done("run", "--orders", shop, *AS_OF, "--by", "region,store_code", "--output", tmp_path, "--quiet")

    answer = done("explain", "7", "--run", tmp_path / "shop")

    assert "customer 7, region south, store_code S1, as of 2025-07-01" in answer.out
    assert "customer 7, region south, store_code S3, as of 2025-07-01" in answer.out


def test_for_an_unknown_customer_the_nearest_is_proposed(shop_run: Path) -> None:
    answer = rfm("explain", "012", "--run", shop_run)

    assert answer == (2, "", "error: no customer '012' in this run, did you mean '0012'?\n")


def test_a_folder_without_a_run_is_refused_with_what_to_name(shop_run: Path) -> None:
    answer = rfm("explain", "007", "--run", shop_run.parent)

    assert answer.code == 2
    assert answer.err.startswith(f"error: {shop_run.parent}: no run.json there; name the folder of one dataset's run")


def test_markup_and_escape_sequences_in_a_name_are_text(tmp_path: Path) -> None:
    orders = tmp_path / "o.csv"
    name = "[/b][link=http://evil.example]x"
    orders.write_text(f"customer_id,order_amount,order_time,region\n{name},5,2025-06-01,\x1b[31mred[/x]\n", "utf-8")

    answer = done("explain", name, "--run", run_command(orders, tmp_path / "output"))

    assert answer.out.startswith(f"customer {name}, region \\x1b[31mred[/x], as of 2025-07-01\n")

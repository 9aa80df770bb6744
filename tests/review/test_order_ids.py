"""What order ids show of the rows is found: repeats, lines, totals, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.review.oddities import HEADER, Case, cases, codes, find_and_settle
from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path


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


def test_totals_beside_the_lines_that_they_are_of_are_found(tmp_path: Path) -> None:
    lines = [
        f"c{order},{order},{price},2025-06-01" for order in (3, 4, 5) for price in (2 * order + 1, order, order + 1)
    ]
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *lines, "d,9,1.50,2025-06-02", ""]), "utf-8")
    words = ("run", "--orders", path, *AS_OF, "--grain", "line", "--output", tmp_path / "out")

    assert "RFM413 one line is the sum of the others, or of some, in each of 3 orders" in done(*words).out
    path.write_text("\n".join([HEADER, *lines, *(f"d,9,{price},2025-06-02" for price in (2, 3, 4)), ""]), "utf-8")
    assert codes(done(*words).out) == []


@cases("RFM401", "RFM403", "RFM404", "RFM405", "RFM406", "RFM409", "RFM410", "RFM413")
def test_an_oddity_is_found_and_what_settles_it_does(case: Case, tmp_path: Path) -> None:
    find_and_settle(case, tmp_path)

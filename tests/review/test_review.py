"""Each oddity of the orders is one finding with counts and what settles it, which works; clean files have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.terminal import AS_OF, done, record_of, rfm

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_id,order_amount,order_time"


class Case(NamedTuple):
    """A file, the options of the run, the finding that is expected, and options that settle it."""

    code: str
    words: str
    head: str
    lines: tuple[str, ...]
    options: tuple[str, ...]
    settled: tuple[str, ...]


CASES = (
    Case(
        "RFM240",
        "'paid amount'",
        "customer_id,order_id,order_amount,paid amount,order_time",
        ("p,1,9.00,8.00,2025-06-01",),
        (),
        ("--column", "order_amount=paid amount"),
    ),
    Case(
        "RFM241",
        "'unit price', perhaps the price of one piece; 'qty' is not read",
        "customer_id,order_id,unit price,qty,order_time",
        ("p,1,9.00,2,2025-06-01",),
        ("--column", "order_amount=unit price"),
        ("--column", "order_amount=none"),
    ),
    Case(
        "RFM242",
        "refunds of 3.50 are taken off the amounts of 1 row, such as 'refunded'",
        f"{HEADER},refunded",
        ("p,1,9.00,2025-06-01,3.50", "q,2,1.00,2025-06-01,"),
        (),
        ("--column", "refunded_amount=refunded"),
    ),
    Case(
        "RFM244",
        "a column of refunds is not read, and no refund is taken off, such as '退款总金额'",
        f"{HEADER},退款总金额",
        ("p,1,9.00,2025-06-01,3.50", "q,2,1.00,2025-06-01,0.00"),
        (),
        ("--column", "refunded_amount=退款总金额"),
    ),
    Case(
        "RFM245",
        "amounts are quantity times price, and a column of discounts is not read, such as 'discount'",
        "customer_id,order_id,price,qty,discount,order_time",
        ("p,1,9.00,2,0.1,2025-06-01", "q,2,1.00,1,0,2025-06-01"),
        (),
        ("--accept", "RFM245"),
    ),
    Case(
        "RFM301",
        "2 customer ids that differ from another by case alone, 1 if they are joined",
        HEADER,
        ("Pia@Sea.example,1,9.00,2025-06-01", "pia@sea.example,2,9.00,2025-06-02", "q@sea.example,3,9.00,2025-06-02"),
        (),
        ("--same-id", "case"),
    ),
    Case(
        "RFM302",
        "1 customer in more than one list, graded once for each region, such as 'p'",
        f"{HEADER},region",
        ("p,1,9.00,2025-06-01,Hill", "p,2,9.00,2025-06-02,Coast", "q,3,1.00,2025-06-02,Coast"),
        (),
        ("--by", "region"),
    ),
    Case(
        "RFM303",
        "each of the 5 customers has frequency 1",
        f"{HEADER},member number",
        tuple(f"k{n},{n},9.00,2025-06-01,m{n % 2}" for n in range(5)),
        (),
        ("--column", "customer_id=member number"),
    ),
    Case("RFM304", "2 customer ids", HEADER, ("+44 20 1,1,9.00,2025-06-01", "@q,2,1.00,2025-06-01"), (), ()),
    Case(
        "RFM306",
        "2 customer ids like a word for no customer, graded as customers, such as 'GUEST-07', '散客001'",
        HEADER,
        ("GUEST-07,1,9.00,2025-06-01", "散客001,2,9.00,2025-06-01", "guestrow,3,9.00,2025-06-01"),
        (),
        ("--nobody", "GUEST-07", "--nobody", "散客001"),
    ),
    Case(
        "RFM306",
        "1 customer with 30 of all 130 orders, 1 at most for any other, such as 'relay'",
        HEADER,
        (
            *(f"relay,r{n},9.00,2025-06-{n + 1:02}" for n in range(30)),
            *(f"k{n},{n},9.00,2025-06-01" for n in range(100)),
        ),
        (),
        ("--exclude-customer", "relay", "--accept", "RFM303"),
    ),
    Case(
        "RFM402",
        "'paid: 2 rows, 12.00', 'Cancelled (cancelled): 1 row, 5.00'",
        f"{HEADER},status",
        ("p,1,9.00,2025-06-01,paid", "p,2,3.00,2025-06-02,paid", "q,3,5.00,2025-06-02,Cancelled"),
        (),
        ("--keep-status", "Paid"),
    ),
    Case(
        "RFM403",
        "2 rows are rejected that share an order id and differ in amount",
        HEADER,
        ("p,1,9.00,2025-06-01", "p,1,8.00,2025-06-01", "p,2,1.00,2025-06-01"),
        (),
        ("--grain", "line"),
    ),
    Case(
        "RFM404",
        "1 order id of several customers or lists, counted for each of them, such as '7'",
        f"{HEADER},store_code",
        ("p,7,9.00,2025-06-01,s1", "q,7,8.00,2025-06-01,s2"),
        (),
        ("--order-ids-per", "store"),
    ),
    Case(
        "RFM406",
        "1 line of 0 or less in the sums of orders, not rejected",
        HEADER,
        ("p,1,9.00,2025-06-01", "p,1,-2.00,2025-06-01"),
        ("--grain", "line", "--refunds", "net"),
        (),
    ),
    Case(
        "RFM407",
        "'付款时间'",
        f"{HEADER},付款时间",
        ("p,1,9.00,2025-06-01,", "p,2,1.00,2025-06-02,2025-06-02"),
        (),
        ("--column", "order_time=付款时间"),
    ),
    Case(
        "RFM411",
        "2 rows of less than 0 rejected, which may be refunds and reduce no spend, such as '-3.00', '(0.50)'",
        HEADER,
        ("p,1,9.00,2025-06-01", "p,2,-3.00,2025-06-02", "q,3,(0.50),2025-06-02", "q,4,0.00,2025-06-03"),
        (),
        ("--refunds", "net"),
    ),
    Case(
        "RFM412",
        "rows of '业务类型' that are no purchase count as orders, such as '退货'",
        f"{HEADER},业务类型",
        ("p,1,9.00,2025-06-01,销售", "p,2,3.00,2025-06-02,退货"),
        (),
        ("--column", "order_status=业务类型", "--keep-status", "销售"),
    ),
    Case(
        "RFM412",
        "rows of '售后状态' that are no purchase count as orders, such as '退款成功'",
        f"{HEADER},订单状态,售后状态",
        ("p,1,9.00,2025-06-01,完成,无售后", "p,2,3.00,2025-06-02,完成,退款成功", "q,3,3.00,2025-06-02,完成,退款关闭"),
        ("--keep-status", "完成"),
        (),
    ),
    Case(
        "RFM412",
        "rows of 'is_refunded' that are no purchase count as orders, such as '1'",
        f"{HEADER},is_refunded",
        ("p,1,9.00,2025-06-01,0", "p,2,3.00,2025-06-02,1"),
        (),
        ("--column", "order_status=is_refunded", "--keep-status", "0"),
    ),
    Case(
        "RFM501",
        "1 region spelled in several ways",
        f"{HEADER},region",
        ("p,1,9.00,2025-06-01,湖北", "q,2,9.00,2025-06-02,湖北省"),
        (),
        ("--same-region",),
    ),
    Case(
        "RFM502",
        "1 row left out whose region is a requested one in another spelling, such as '湖北'",
        f"{HEADER},region",
        ("p,1,9.00,2025-06-01,湖北", "q,2,9.00,2025-06-02,湖北省"),
        ("--region", "湖北省"),
        ("--same-region",),
    ),
    Case(
        "RFM503",
        "'shipping province'",
        f"{HEADER},shipping province",
        ("p,1,9.00,2025-06-01,Hubei",),
        (),
        ("--column", "region=shipping province"),
    ),
)


def codes(out: str) -> list[str]:
    return [line.split()[0] for line in out.splitlines() if line.startswith("RFM")]


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

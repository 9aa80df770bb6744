"""Order files with one oddity each: the finding that is expected, and the options that settle it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.terminal import AS_OF, done

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


def cases(*wanted: str) -> pytest.MarkDecorator:
    """Return what runs a test once for each file whose finding has one of these codes."""
    chosen = [case for case in CASES if case.code in wanted]
    return pytest.mark.parametrize("case", chosen, ids=[case.code for case in chosen])


def find_and_settle(case: Case, folder: Path) -> None:
    """Run a file: it has its finding and no other, and none with the options that settle it."""
    path = folder / "orders.csv"
    path.write_text("\n".join([case.head, *case.lines, ""]), "utf-8")
    words = ("run", "--orders", path, *AS_OF, "--output", folder / "out", *case.options)

    answer = done(*words)

    assert codes(answer.out) == [case.code]
    assert case.words in answer.out
    assert codes(done(*words, *(case.settled or ("--accept", case.code))).out) == []

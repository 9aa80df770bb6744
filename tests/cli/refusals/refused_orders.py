"""Orders that are refused, each with the options that make them run."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import xlsxwriter

from tests.cli.refusals.refusal import Refusal

HEADER: Final = "customer_id,order_id,order_amount,order_time"
USUAL: Final = "".join(f"u{number},{number},{number}.50,2025-05-{number % 28 + 1:02}\n" for number in range(1, 50))
SOUND: Final = f"{HEADER}\na,1,9.00,2025-06-01\nb,2,8.00,2025-06-02\n"
LINES: Final = "".join(f"c{order},o{order},{10 + line},2025-01-02\n" for order in range(9) for line in range(3))
JSON: Final = '{"customer_id": "a", "order_amount": 1, "order_time": "2025-06-01"}\n'
NUMBERS: Final = "--column customer_id=1 --column order_id=2 --column order_amount=3 --column order_time=4"


def lines(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows, ""))


def workbook(*sheets: str) -> bytes:
    content = BytesIO()
    book = xlsxwriter.Workbook(content)
    for number, name in enumerate(sheets):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["customer_id", "order_id", "order_amount", "order_time"])
        sheet.write_row(1, 0, ["a", f"{number}", "9.00", "2025-06-01"])
    book.close()
    return content.getvalue()


STYLES: Final = ("--amount-style point", "--amount-style comma")
REFUSALS: Final = {
    "a column without a header": Refusal(
        content=lines("a,1,9.00,2025-06-01", header="who,order_id,order_amount,order_time"),
        answers=("--column customer_id=who",),
    ),
    "two headers for a column": Refusal(
        content=lines("a,1,2,2025-06-01", header="customer_id,amount,金额,order_time"),
        answers=("--column order_amount=amount", "--column order_amount=金额"),
    ),
    "two headers with spaces": Refusal(
        content=lines("a,b,2,2025-06-01", header="Buyer User ID,Buyer,amount,order_time"),
        answers=("--column customer_id=Buyer\u00a0User\u00a0ID", "--column customer_id=Buyer"),
    ),
    "a quote that may swallow rows": Refusal(
        content=lines('a,1,9,2025-06-01,"6 in', "b,2,9,2025-06-01,p", 'c,3,9,2025-06-01,8 in"', header=f"{HEADER},x"),
        answers=("--quote none", '--quote "'),
    ),
    "the export of another source": Refusal(
        content=SOUND,
        given="--source odoo",
        answers=(
            "--source none",
            "--column customer_id=customer_id --column order_amount=order_amount --column order_time=order_time",
        ),
    ),
    "amounts in another currency than is declared": Refusal(
        content=lines("a,1,$9.00,2025-06-01"), given="--currency EUR", answers=("--currency USD",)
    ),
    "a header that says ten thousands": Refusal(
        content=lines("a,1,9.00,2025-06-01", header="customer_id,order_id,销售额(万元),order_time"),
        answers=("--unit ten_thousand_yuan", "--unit yuan"),
    ),
    "a header that is mapped and absent": Refusal(
        content=SOUND, given="--column order_id=ticket", answers=("--column order_id=order_id",)
    ),
    "a header further below": Refusal(content=f"x\ny\n{SOUND}", given="--skip-lines 1", answers=("--skip-lines 2",)),
    "no header at all": Refusal(
        content="a,1,9.00,2025-06-01\nb,2,9.00,2025-06-02\n", answers=(f"--no-header {NUMBERS}",)
    ),
    "a title above a header of unknown words": Refusal(
        content="Journal of June,,\n\nslip,who,when,worth\n1,a,2025-06-01,9.00\n",
        answers=("--skip-lines 2 --column customer_id=who --column order_time=when --column order_amount=worth",),
    ),
    "a blank header": Refusal(content=f"June\n\n{SOUND}", given="--skip-lines 1", answers=("--skip-lines 2",)),
    "all lines skipped": Refusal(content=SOUND, given="--skip-lines 9", answers=("--skip-lines 0",)),
    "another separator": Refusal(content=SOUND.replace(",", "^"), answers=("--separator ^",)),
    "a column that a rule needs": Refusal(
        content=lines("a,1,9.00,2025-06-01,paid", header=f"{HEADER},how it went"),
        given="--keep-status paid",
        answers=("--keep-status paid --column order_status=how\u00a0it\u00a0went",),
    ),
    "stores that a rule needs": Refusal(
        content=lines("a,1,9.00,2025-06-01,s", header=f"{HEADER},branchhouse"),
        given="--order-ids-per store",
        answers=("--order-ids-per store --column store_code=branchhouse",),
    ),
    "amounts in two styles": Refusal(content=lines("a,1,1.234,2025-06-01", "b,2,5.678,2025-06-01"), answers=STYLES),
    "amounts that no style fits": Refusal(
        content=lines("a,1,12.50,2025-06-01", 'b,2,"12,50",2025-06-01'), answers=STYLES
    ),
    "one amount of another style": Refusal(content=f'{HEADER}\n{USUAL}x,99,"1,5",2025-06-01\n', answers=STYLES),
    "a unit against the cells": Refusal(
        content=lines("a,1,100元,2025-06-01"), given="--unit fen", answers=("--unit yuan",)
    ),
    "dates in two orders": Refusal(
        content=lines("a,1,9,05/06/2025", "b,2,9,07/06/2025"),
        answers=("--order-time-format dmy", "--order-time-format mdy"),
    ),
    "one date of another form": Refusal(
        content=f"{HEADER}\n{USUAL}x,99,1.50,05/06/2025\n",
        answers=("--order-time-format dmy", "--order-time-format mdy", "--order-time-format ymd"),
    ),
    "years of two digits": Refusal(
        content=lines("a,1,9,05/06/25"), answers=tuple(f"--order-time-format {form}" for form in ("dmy", "mdy", "ymd"))
    ),
    "years of an era": Refusal(content=lines("a,1,9,令和7年6月5日"), answers=("--order-time-format japanese_era",)),
    "years of the Persian calendar": Refusal(
        content=lines("a,1,9,1404/03/15"), answers=("--order-time-format persian", "--order-time-format ymd")
    ),
    "years of the Islamic calendar": Refusal(content=lines("a,1,9,1446/12/09"), answers=("--order-time-format ymd",)),
    "times with the name of a zone": Refusal(
        content=lines("a,1,9,2025-06-01 10:00:00 CST,2025-06-01", header=f"{HEADER},dag"),
        answers=("--order-time-format %Y-%m-%d\u00a0%H:%M:%S\u00a0CST", "--column order_time=dag"),
    ),
    "instants": Refusal(content=lines("a,1,9,1749081600"), answers=("--time-zone Asia/Shanghai",)),
    "a count of another unit": Refusal(
        content=lines("a,1,9,1749081600000"),
        given="--order-time-format epoch_seconds --time-zone UTC",
        answers=("--order-time-format epoch_milliseconds --time-zone UTC",),
    ),
    "times in UTC": Refusal(
        content=lines("a,1,9,2025-06-01 10:00:00", header="customer_id,order_id,order_amount,created at (UTC)"),
        given="--column order_time=created\u00a0at\u00a0(UTC)",
        answers=("--column order_time=created\u00a0at\u00a0(UTC) --time-zone Asia/Shanghai",),
    ),
    "a format that is none": Refusal(
        content=lines("a,1,9,20/06/2025"),
        given="--order-time-format DD/MM/YYYY",
        answers=("--order-time-format %d/%m/%Y",),
    ),
    "ids that lost digits": Refusal(
        content=lines(*(f"1.38E+10,{number},9.00,2025-06-0{number}" for number in range(1, 4))),
        answers=("--accept RFM305", "--column customer_id=order_id --column order_id=none"),
    ),
    "lines of orders": Refusal(content=f"{HEADER}\n{LINES}", answers=("--grain line",)),
    "too many rejects": Refusal(
        content=f"{SOUND}c,3,x,2025-06-01\n", given="--max-rejects 0", answers=("--max-rejects 1",)
    ),
    "a finding under strict": Refusal(
        content=lines("a,1,9,2025-06-01,paid", "b,2,9,2025-06-01,void", header=f"{HEADER},status"),
        given="--strict",
        answers=("--strict --accept RFM402", "--strict --keep-status paid"),
    ),
    "several encodings": Refusal(
        content=f"{HEADER}\nª,1,9.00,2025-06-01\n".encode("cp1252"), answers=("--encoding cp932", "--encoding cp1252")
    ),
    "another encoding": Refusal(
        content=lines("甲乙,1,9.00,2025-06-01").encode("gb18030"),
        given="--encoding utf-8",
        answers=("--encoding gb18030",),
    ),
    "an encoding over UTF-8": Refusal(
        content=lines("甲乙丙丁,1,9.00,2025-06-01"),
        given="--encoding gb18030",
        answers=("",),
        spared=frozenset({"--encoding"}),
    ),
    "wide signs of which the high byte comes first": Refusal(
        content=lines("甲,1,9.00,2025-06-01", header="客户编号,单号,订单金额,下单时间").encode("utf-16-be"),
        answers=("--encoding utf-16-be", "--encoding utf-16"),
    ),
    "null bytes": Refusal(content=SOUND.encode("utf-16-le"), answers=("--encoding utf-16-le",)),
    "a quote within a field": Refusal(
        content=lines('a"b,1,"9.00,2025-06-01', "b,2,9.00,2025-06-02"), answers=("--quote none",)
    ),
    "an encoding for JSON": Refusal(
        content=JSON, file="o.ndjson", given="--encoding gb18030", answers=("",), spared=frozenset({"--encoding"})
    ),
    "no known format": Refusal(content=SOUND, file="o.dat", answers=("--orders-format csv",)),
    "no time is one": Refusal(
        content=lines("p,1,9,on 13/6/2025,2025-06-13", header=f"{HEADER},dag"),
        answers=("--order-time-format on\u00a0%d/%m/%Y", "--column order_time=dag"),
    ),
    "no amount is one": Refusal(
        content=lines('p,1,"9,5",2025-06-13,9', header=f"{HEADER},geld"),
        given="--amount-style point",
        answers=("--amount-style comma", "--amount-style point --column order_amount=geld"),
    ),
    "no amount is positive": Refusal(
        content=lines("p,1,-9,2025-06-13"), answers=("--column order_amount=order_id --column order_id=none",)
    ),
    "no one has an id": Refusal(content=lines(",1,9,2025-06-13"), answers=("--column customer_id=order_id",)),
    "guests alone": Refusal(
        content=lines("guest,1,9,2025-06-13"), answers=("--nobody none", "--column customer_id=order_id")
    ),
    "no order in the window": Refusal(
        content=lines("a,1,9,2025-08-01"), answers=("--as-of 2025-09-01 --since 2025-01-01",)
    ),
    "no order of a status": Refusal(
        content=lines("a,1,9,2025-06-01,paid", header=f"{HEADER},status"),
        given="--keep-status sent",
        answers=("--keep-status paid",),
    ),
    "no order of a region": Refusal(
        content=lines("a,1,9,2025-06-01,north", header=f"{HEADER},region"),
        given="--region south",
        answers=("--region north",),
    ),
    "amounts that name two currencies": Refusal(
        content=lines("a,1,$9,2025-06-01", "b,2,€9,2025-06-01"),
        answers=(
            "--column currency=order_amount --keep-currency EUR",
            "--column currency=order_amount --by currency",
        ),
    ),
    "amounts of another currency than the declared one": Refusal(
        content=lines("a,1,€9,2025-06-01"), given="--currency GBP", answers=("--currency EUR",)
    ),
    "amounts of two currencies": Refusal(
        content=lines("a,1,9,2025-06-01,EUR", "b,2,9,2025-06-01,USD", header=f"{HEADER},currency"),
        answers=("--keep-currency USD", "--by currency"),
    ),
    "no order in a currency": Refusal(
        content=lines("a,1,9,2025-06-01,EUR", header=f"{HEADER},currency"),
        given="--keep-currency CHF",
        answers=("--keep-currency EUR",),
    ),
    "totals on each line": Refusal(
        content=lines(
            *(f"c{number},{number},9,2025-06-01,{what}" for number in range(15) for what in ("oar", "net")),
            header=f"{HEADER},product_name",
        ),
        answers=("--order-total repeated", "--grain line"),
    ),
    "tickets of each store": Refusal(
        content=lines(
            *(f"c1,{number},9,2025-06-0{day},s{day}" for number in range(15) for day in (1, 2)),
            header=f"{HEADER},store_code",
        ),
        answers=("--order-ids-per store",),
    ),
    "a sheet that is not there": Refusal(
        content=workbook("June", "May"), file="o.xlsx", given="--sheet Jun", answers=("--sheet June", "--sheet all")
    ),
    "all customers excluded": Refusal(
        content=lines("a,1,9,2025-06-01"),
        given="--exclude-customer a",
        answers=("",),
        spared=frozenset({"--exclude-customer", "--exclude"}),
    ),
}
"""What is `spared` is to be left out."""

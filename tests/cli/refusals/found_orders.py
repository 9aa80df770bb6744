"""Orders with a finding of each code, and the options that settle it: all that its line and its meaning name."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from tests.cli.refusals.refused_orders import HEADER, lines
from tests.terminal import AS_OF, rfm

if TYPE_CHECKING:
    from pathlib import Path

    from tests.terminal import Answer

ROW: Final = "a,1,9.00,2025-06-01"
HIDDEN: Final = {"hidden": True}


@dataclass(frozen=True, kw_only=True)
class Found:
    """Order files that have a finding with the options `given`; each of the answers beside them takes it away.

    What is `spared` is no answer in a command: the orders would not be those of the finding any more.
    """

    files: dict[str, bytes]
    answers: tuple[str, ...]
    given: str = ""
    spared: frozenset[str] = field(default=frozenset())

    def run(self, folder: Path, answer: str) -> Answer:
        """Run the orders with the answer, in which a space that parts no words is a no-break space."""
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        words = [word.replace("\u00a0", " ") for word in f"{self.given} {answer}".split(" ") if word]
        orders = (part for name in self.files for part in ("--orders", folder / name))
        return rfm("run", *orders, *AS_OF, "--output", folder / "out", *words)


def text(*rows: str, header: str = HEADER) -> dict[str, bytes]:
    return {"o.csv": lines(*rows, header=header).encode()}


def workbook(sheets: dict[str, list[list[Any]]], *, hidden: str = "", hidden_row: int = 0, merged: str = "") -> bytes:
    content = BytesIO()
    book = xlsxwriter.Workbook(content)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if name == hidden:
            sheet.hide()
        if hidden_row:
            sheet.set_row(hidden_row, None, None, HIDDEN)
        if merged:
            sheet.merge_range(merged, rows[1][0])
    book.close()
    return content.getvalue()


HEAD: Final = HEADER.split(",")
SHEET: Final[list[list[Any]]] = [HEAD, ["a", "1", "9.00", "2025-06-01"], ["a", "2", "9.00", "2025-06-02"]]
OTHER: Final[list[list[Any]]] = [[*HEAD, "note"], ["b", "7", "9.00", "2025-06-03", "x"]]
TOTALS: Final = [f"c{order},{order},{order}9.00,2025-06-01" for order in (1, 2, 3) for _ in "ab"]

FOUND: Final = {
    "RFM101": Found(
        files={"o.csv": lines(ROW).encode(), "p.csv": lines(ROW).encode()}, answers=("--accept RFM101",), given=""
    ),
    "RFM102": Found(
        files=text(
            "#7,a@sea.example,paid,9.00,2025-06-01 10:00:00 +0800,Oar,9.00",
            header="Name,Email,Financial Status,Total,Created at,Lineitem name,Lineitem price",
        ),
        given="--time-zone Asia/Shanghai",
        answers=("--source shopify", "--source none"),
    ),
    "RFM103": Found(
        files=text('a,1,9.00,2025-06-01,screen 24"', "b,2,9,2025-06-02,lamp", header=f"{HEADER},product_name"),
        answers=("--quote none",),
    ),
    "RFM104": Found(
        files={"o.csv": lines("王伟,1,9.00,2025-06-01", "李娜,2,8.00,2025-06-02").encode("gb18030")},
        answers=("--encoding gb18030",),
    ),
    "RFM105": Found(files={"o.xlsx": lines(ROW).encode()}, answers=("--orders-format csv",)),
    "RFM111": Found(
        files={"o.xlsx": workbook({"May": SHEET, "June": [HEAD, ["b", "3", "9.00", "2025-06-03"]]})},
        answers=("--sheet May", "--sheet all"),
    ),
    "RFM112": Found(
        files={"o.xlsx": workbook({"May": SHEET, "Other": OTHER})},
        answers=("--sheet May",),
    ),
    "RFM113": Found(files={"o.xlsx": workbook({"May": SHEET}, hidden_row=2)}, answers=("--accept RFM113",)),
    "RFM114": Found(files={"o.xlsx": workbook({"May": SHEET}, merged="A2:A3")}, answers=("--accept RFM114",)),
    "RFM115": Found(
        files={"o.xlsx": workbook({"May": [HEAD, ["a", "1", 9, 45809.5], ["b", "2", 9, 45810]]})},
        answers=("--accept RFM115",),
    ),
    "RFM116": Found(
        files={"o.xlsx": workbook({"May": [HEAD, ["a", "1", 9, "2025-06-01"], ["b", "2", 9, "25/05/2025"]]})},
        answers=("--accept RFM116",),
    ),
    "RFM201": Found(
        files=text('a,1,"1,200",2025-06-01', "b,2,300,2025-06-02"),
        answers=("--amount-style point", "--amount-style comma"),
    ),
    "RFM202": Found(
        files=text("a,1,9,44000", "b,2,9,44001"),
        answers=("--order-time-format excel_serial", "--order-time-format excel_serial_1904"),
    ),
    "RFM240": Found(
        files=text("a,1,9,8,2025-06-01", header="customer_id,order_id,order_amount,paid amount,order_time"),
        answers=("--column order_amount=paid\u00a0amount",),
    ),
    "RFM241": Found(
        files=text("a,1,9,2,2025-06-01", header="customer_id,order_id,unit price,qty,order_time"),
        given="--column order_amount=unit\u00a0price",
        answers=("--column order_amount=none --column unit_price=unit\u00a0price --column quantity=qty",),
    ),
    "RFM242": Found(files=text(f"{ROW},2", header=f"{HEADER},refunded"), answers=("--column refunded_amount=none",)),
    "RFM243": Found(
        files=text(f"{ROW},EUR", "b,2,9,2025-06-01,", header=f"{HEADER},currency"),
        answers=("--currency EUR", "--keep-currency EUR"),
    ),
    "RFM244": Found(
        files=text(f"{ROW},2", header=f"{HEADER},refund total"),
        answers=("--column refunded_amount=refund\u00a0total", "--column refunded_amount=none"),
    ),
    "RFM245": Found(
        files=text("a,1,9,2,3,17,2025-06-01", header="customer_id,order_id,price,qty,discount,charged,order_time"),
        answers=("--column order_amount=charged",),
    ),
    "RFM301": Found(
        files=text("Ann@sea.example,1,9,2025-06-01", "ann@sea.example,2,9,2025-06-01"), answers=("--same-id case",)
    ),
    "RFM302": Found(
        files=text(f"{ROW},Hill", "a,2,9,2025-06-01,Coast", header=f"{HEADER},region"), answers=("--by none",)
    ),
    "RFM303": Found(
        files=text(*(f"k{n},{n},9,2025-06-01,m{n % 2}" for n in range(5)), header=f"{HEADER},member number"),
        answers=("--column customer_id=member\u00a0number",),
    ),
    "RFM304": Found(files=text("+49,1,9,2025-06-01"), answers=("--accept RFM304",), spared=frozenset({"--format"})),
    "RFM305": Found(
        files=text("1.38E+10,91,9,2025-06-01", "1.38E+10,92,9,2025-06-02"),
        answers=("--accept RFM305", "--column customer_id=order_id --column order_id=none"),
    ),
    "RFM306": Found(
        files=text("guest@sea.example,1,9,2025-06-01", "b,2,9,2025-06-01"), answers=("--nobody guest@sea.example",)
    ),
    "RFM401": Found(
        files=text("a,9,2025-06-01,k1", "a,9,2025-06-01,k2", header="customer_id,order_amount,order_time,voucher"),
        answers=("--column order_id=voucher", "--grain day"),
    ),
    "RFM402": Found(
        files=text(f"{ROW},paid", "b,2,9,2025-06-01,void", header=f"{HEADER},status"), answers=("--keep-status paid",)
    ),
    "RFM403": Found(files=text(ROW, "a,1,8.00,2025-06-01", "b,2,9,2025-06-01"), answers=("--grain line",)),
    "RFM404": Found(
        files=text("a,7,9,2025-06-01,s1", "b,7,9,2025-06-02,s2", header=f"{HEADER},store_code"),
        answers=("--order-ids-per store",),
    ),
    "RFM405": Found(
        files={"o.csv": lines(ROW).encode(), "p.csv": lines(ROW, "b,2,9,2025-06-09").encode()},
        given="--grain line",
        answers=("--latest-export wins",),
    ),
    "RFM406": Found(files=text(ROW, "a,1,-2,2025-06-01"), given="--grain line", answers=("--accept RFM406",)),
    "RFM407": Found(
        files=text(f"{ROW},2025-06-01", "b,2,9,2025-06-01,", header=f"{HEADER},paid at"),
        answers=("--column order_time=paid\u00a0at",),
    ),
    "RFM408": Found(
        files=text(f"{ROW},no", "b,2,9,2025-06-01,yes", header=f"{HEADER},is cancelled"),
        answers=("--column order_status=is\u00a0cancelled --keep-status no",),
    ),
    "RFM409": Found(files=text(*TOTALS), given="--grain line", answers=("--order-total repeated",)),
    "RFM410": Found(
        files=text(*(f"c{order},{order},{order}.50,2025-06-01" for _ in "ab" for order in (1, 2, 3))),
        given="--grain line",
        answers=("--accept RFM410",),
    ),
    "RFM411": Found(files=text(ROW, "a,2,-2,2025-06-02"), answers=("--refunds net",)),
    "RFM412": Found(
        files=text(f"{ROW},Sale", "a,2,9,2025-06-02,Return", header=f"{HEADER},document type"),
        answers=("--column order_status=document\u00a0type --keep-status Sale",),
    ),
    "RFM413": Found(
        files=text(*(f"c{n},{n},{price},2025-06-01" for n in (1, 2, 3) for price in (2 * n + 1, n, n + 1))),
        given="--grain line",
        answers=("--accept RFM413",),
    ),
    "RFM501": Found(
        files=text(f"{ROW},湖北", "b,2,9,2025-06-01,湖北省", header=f"{HEADER},region"), answers=("--same-region",)
    ),
    "RFM502": Found(
        files=text(f"{ROW},湖北", "b,2,9,2025-06-01,湖北省", header=f"{HEADER},region"),
        given="--region 湖北省",
        answers=("--same-region", "--region 湖北"),
    ),
    "RFM503": Found(
        files=text(f"{ROW},Hubei", header=f"{HEADER},ship province"),
        answers=("--column region=ship\u00a0province", "--by none"),
    ),
    "RFM601": Found(
        files=text(ROW),
        given="--weights 0.1,0.1,0.1",
        answers=("--weights 0.3,0.3,0.4", "--set bounds=[0.6,0.9,1.2]"),
        spared=frozenset({"--tiers"}),
    ),
}
"""One for each code but RFM106, which only the statement for a warehouse has."""

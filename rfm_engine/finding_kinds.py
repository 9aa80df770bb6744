"""The kinds of findings: what each code means, and what a user can do about it."""

from __future__ import annotations

from typing import Final, NamedTuple


class Kind(NamedTuple):
    """What findings of one code mean, and what a user can do about them."""

    meaning: str
    fix: str


KINDS: Final = {
    "RFM101": Kind(
        "Files have, byte for byte, the content of another file; their orders count once.",
        "Take the copies away.",
    ),
    "RFM102": Kind(
        "Files were recognised by their headers as the export of an order source, and are read as it says.",
        "State it, `--source shopify`; or turn it off, `--source none`. `rfm-engine sources` lists all.",
    ),
    "RFM103": Kind(
        "Quotes in a text file are read as plain signs: only so has every line the fields of the header.",
        "Say so, `--quote none`; or accept it.",
    ),
    "RFM104": Kind(
        "A text file is no UTF-8 and its encoding was inferred: it alone gives plausible text.",
        "Look at the sample and name the encoding, `--encoding NAME`; or accept it.",
    ),
    "RFM105": Kind(
        "A file is of another format than its name says, and is read by its content.",
        "Say so, `--orders-format FORMAT`, or rename the file; or accept it.",
    ),
    "RFM106": Kind(
        "A statement is written for a table that a warehouse made of text files, which it may read otherwise.",
        "Compare the ledger of the statement, `--only ledger`, with `rfm-engine check`; or accept it.",
    ),
    "RFM111": Kind(
        "Several sheets of a workbook have the same header and are read together.",
        "Name the sheet or sheets, `--sheet NAME`, or `--sheet all`; or accept it.",
    ),
    "RFM112": Kind(
        "Sheets of a workbook may hold orders but are not read: they are hidden, or have another header.",
        "Read them in a run of their own, `--sheet NAME`; or accept it.",
    ),
    "RFM113": Kind(
        "Hidden rows of a workbook are read like all others.",
        "Delete them if they are no orders; or accept it.",
    ),
    "RFM114": Kind(
        "Cells of a workbook are merged over several rows, of which only the first has the value.",
        "Unmerge them and fill the rows; or accept it where they are notes.",
    ),
    "RFM115": Kind(
        "Order times of a workbook are plain numbers and are read as its count of days.",
        "Give the cells a date format; or accept it.",
    ),
    "RFM116": Kind(
        "Order times of a workbook are dates and texts, as where it took texts for dates with day and month swapped.",
        "Open the export with the column as text and save it again; or accept it.",
    ),
    "RFM201": Kind(
        "Amounts with a comma before their last three digits are read as thousands, beside others without any mark.",
        "Say so, `--amount-style point`; or `comma` where it is the decimal mark.",
    ),
    "RFM202": Kind(
        "Order times are numbers, and are read as the days that a workbook counts from 1899-12-30.",
        "Say so, `--order-time-format excel_serial`; or `excel_serial_1904` for workbooks that count from 1904.",
    ),
    "RFM240": Kind(
        "The amounts are read from one column though another one holds what was paid.",
        "Choose, `--column order_amount=HEADER`; or accept it.",
    ),
    "RFM241": Kind(
        "The amounts are read from what may be the price of one piece, and quantities are not read.",
        "Multiply them, `--column unit_price=HEADER --column quantity=HEADER`; or accept it.",
    ),
    "RFM242": Kind(
        "A column of refunds, recognised by its header, is taken off the amounts.",
        "Accept it; or leave the amounts as they are, `--column refunded_amount=none`.",
    ),
    "RFM243": Kind(
        "Rows name no currency and count as in the one that all others name.",
        "Say which they are in, `--currency CODE`; leave them out, `--keep-currency CODE`; or accept it.",
    ),
    "RFM244": Kind(
        "A column holds refunds, or amounts after them, and is not read; no refund is taken off.",
        "Take them off, `--column refunded_amount=HEADER`; or leave them, `--column refunded_amount=none`.",
    ),
    "RFM245": Kind(
        "Amounts are quantity times price, and a column of discounts is not read.",
        "Name a column of amounts after discounts, `--column order_amount=HEADER`; or accept it.",
    ),
    "RFM301": Kind(
        "Customer ids differ from another by case, width, signs that can't be seen, `.0` and the like alone.",
        "Join them, `--same-id case,width`; or accept it where they are different customers.",
    ),
    "RFM302": Kind(
        "Customers are graded in more than one list.",
        "Make one list, `--by none`; or accept it where each list is worked on its own.",
    ),
    "RFM303": Kind(
        "No customer has a second order; the ids may change with every order.",
        "Name the customer's own id, `--column customer_id=HEADER`; or accept it.",
    ),
    "RFM304": Kind(
        "Customer ids begin like a formula and get an apostrophe in CSV files, so that no spreadsheet computes them.",
        "Use `--format parquet`, `ndjson` or `xlsx`, which keep them; or accept it.",
    ),
    "RFM305": Kind(
        "Ids have lost digits in a spreadsheet, as in 1.38E+10; without this code accepted, the orders are refused.",
        "Export the column as text; or name another, `--column customer_id=HEADER`; or accept it.",
    ),
    "RFM306": Kind(
        "A customer may be no one: an id that reads like a word for no customer, or one that has most of the orders.",
        "Leave the id out, `--nobody WORD`; or accept it.",
    ),
    "RFM401": Kind(
        "No column holds order ids and customers have several rows on one day; each row counts as an order.",
        "Name the column, `--column order_id=HEADER`; `--grain day` for one order a day; or accept it.",
    ),
    "RFM402": Kind(
        "A column holds order statuses and no one filters it; cancelled, closed, unpaid and refunded orders count too.",
        "Keep those that count, `--keep-status STATUS`; or accept it where all do.",
    ),
    "RFM403": Kind(
        "Rows share list, customer and order id but differ; all of them are rejected.",
        "See `rejects.csv`; type the option that the line names; or accept it.",
    ),
    "RFM404": Kind(
        "Order ids stand for orders of several customers, or in several lists.",
        "Look at the rows; `--order-ids-per store` where each store numbers its own orders; or accept it.",
    ),
    "RFM405": Kind(
        "Orders have lines in several files, which are added up; the exports may overlap.",
        "`--latest-export wins` counts each order as in the export that reaches further; or accept it.",
    ),
    "RFM406": Kind(
        "Lines of 0 or less are part of the sum of their order.",
        "Accept it where they are coupons, discounts or returns of the same order.",
    ),
    "RFM407": Kind(
        "A column holds times of payment and nothing looks at it; unpaid orders may count.",
        "Read the order time from it, `--column order_time=HEADER`; or accept it.",
    ),
    "RFM408": Kind(
        "Columns that may say which orders were cancelled or never paid are not read; all orders count.",
        "Read one, `--column order_status=HEADER`, and keep those that count, `--keep-status STATUS`; or accept it.",
    ),
    "RFM409": Kind(
        "All lines of an order have one amount, which may be its total, and are added up.",
        "`--order-total repeated` where each line has the total of its order; or accept it.",
    ),
    "RFM410": Kind(
        "Lines of orders stand again further down in their file, and all are added up; it may hold an export twice.",
        "Take the repeated rows away; or accept it.",
    ),
    "RFM411": Kind(
        "Rows of less than 0 are rejected; where they are refunds, they reduce no one's spend.",
        "Take them off, `--refunds net`; or accept it.",
    ),
    "RFM412": Kind(
        "A column says of rows that they are refunds, returns or the like, and is not read; they count as orders.",
        "Read it, `--column order_status=HEADER`, and keep those that count, `--keep-status STATUS`; or accept it.",
    ),
    "RFM413": Kind(
        "In each order of several lines one is the sum of the others, which may be its total, and all are added up.",
        "Take the rows of totals away; or accept it.",
    ),
    "RFM501": Kind(
        "A region is spelled in several ways, and each spelling is a list of its own.",
        "Join them by the official names of provinces, `--same-region`; or accept it.",
    ),
    "RFM502": Kind(
        "Rows are left out since they spell a requested region in another way.",
        "Join the spellings, `--same-region`; or name each, `--region`.",
    ),
    "RFM503": Kind(
        "No column holds regions though a header may; all customers are in one list.",
        "Name it, `--column region=HEADER`; or make one list, `--by none`.",
    ),
    "RFM601": Kind(
        "Every total that the scheme and the weights can give lies in one and the same tier.",
        "Change `--weights` or the bounds of the tiers, such as `--set bounds=[200,300,400]`.",
    ),
}
"""Every code: 1xx files, 2xx columns and values, 3xx customers, 4xx orders, 5xx lists and window, 6xx grading."""

"""Dirty files through the real command: right answers and a ledger that adds up, or one clear error."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from zipfile import ZipFile

import polars as pl
import pytest
import xlsxwriter

from tests.terminal import AS_OF, done, read_rows, record_of, rfm

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_id,order_amount,order_time\n"


def grade(folder: Path, content: str | bytes, *options: str, name: str = "orders.csv") -> dict[str, tuple[str, ...]]:
    """Return each customer's days, orders and spend after a run of one file."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done("run", "--orders", path, *AS_OF, "--output", folder / "output", "--name", "dirty", "--quiet", *options)
    rows = read_rows(folder / "output" / "dirty" / "customers.csv")
    return {row["customer_id"]: (row["recency_days"], row["frequency"], row["monetary"]) for row in rows}


def read_rejects(folder: Path) -> list[tuple[str, ...]]:
    """Return row, column, value and reason of each reject."""
    return [tuple(row.values())[1:] for row in read_rows(folder / "output" / "dirty" / "rejects.csv")]


def test_an_excel_export_in_utf_16_with_a_preamble_and_a_totals_line_is_graded(tmp_path: Path) -> None:
    lines = [
        "店铺订单导出",
        "",
        "客户编号 \t订单号\t订单金额（元）\t下单时间 ",
        "007\ta1\t¥1,234.50\t2025/6/30",
        "合计\t\t1234.50\t",
    ]

    answer = grade(tmp_path, "\r\n".join(lines).encode("utf-16"), "--skip-lines", "2", name="orders.txt")

    assert answer == {"007": ("1", "1", "1234.50")}
    assert read_rejects(tmp_path) == [("5", "下单时间 ", "", "missing")]


def test_ids_are_text_and_keep_their_zeros_and_points(tmp_path: Path) -> None:
    ids = ["17850.0", "17850", "0017850", "1e5", "１７８５０", "-"]
    text = HEADER + "".join(f"{who},{number},1,2025-07-01\n" for number, who in enumerate(ids))

    assert set(grade(tmp_path, text)) == {*ids[:-1], "'-"}


def test_amounts_are_read_as_written_whatever_their_dress(tmp_path: Path) -> None:
    written = ['"¥1,234.50"', "￥5", "1.5e3", "１２．５", "7元", " 8 ", "+9", "1E-2"]
    text = HEADER + "".join(f"c{number},{number},{amount},2025-07-01\n" for number, amount in enumerate(written))

    spends = ["1234.50", "5.00", "1500.00", "12.50", "7.00", "8.00", "9.00", "0.01"]
    assert [spend for _, _, spend in grade(tmp_path, text).values()] == spends


def test_a_decimal_comma_counts_only_where_it_is_declared(tmp_path: Path) -> None:
    text = HEADER.replace(",", ";") + "a;1;1.234,50;2025-07-01\nb;2;5;2025-07-01\n"

    assert grade(tmp_path, text) == {"b": ("0", "1", "5.00")}
    assert read_rejects(tmp_path) == [("2", "order_amount", "1.234,50", "not an amount")]
    assert grade(tmp_path, text, "--decimal-comma")["a"] == ("0", "1", "1234.50")


def test_mixed_date_forms_in_one_column_are_all_read(tmp_path: Path) -> None:
    forms = [
        "2025-06-05",
        "2025/6/5",
        "2025.06.05",
        "20250605",
        "2025年6月5日",
        "2025-06-05T23:59:59",
        "2025-06-05 7:00",
    ]
    text = HEADER + "".join(f"c{number},{number},1,{form}\n" for number, form in enumerate(forms))

    assert {days for days, _, _ in grade(tmp_path, text).values()} == {"26"}


@pytest.mark.parametrize(
    "form",
    ["25-06-05", "05/06/25", "05/06/2025", "6/5/2025", "2025-02-29", "2025-06-31", "June 5", "45813", "2025-W23"],
)
def test_a_date_that_would_have_to_be_guessed_is_rejected(form: str, tmp_path: Path) -> None:
    text = HEADER + f"a,1,1,{form}\nb,2,1,2025-07-01\n"

    assert set(grade(tmp_path, text)) == {"b"}
    assert read_rejects(tmp_path) == [("2", "order_time", form, "not a time")]


def test_29_february_is_a_day_of_leap_years(tmp_path: Path) -> None:
    assert grade(tmp_path, HEADER + "a,1,1,2024-02-29\n")["a"][0] == str((date(2025, 7, 1) - date(2024, 2, 29)).days)


def test_an_instant_belongs_to_the_day_of_the_stated_zone(tmp_path: Path) -> None:
    text = HEADER + "a,1,1,2025-07-01T15:59:59Z\nb,2,1,2025-07-01T16:00:00Z\nc,3,1,2025-07-01T23:00:00+09:00\n"

    answer = grade(tmp_path, text, "--time-zone", "Asia/Shanghai")

    assert {who: days for who, (days, _, _) in answer.items()} == {"a": "0", "c": "0"}
    assert record_of(tmp_path / "output" / "dirty")["ledger"]["outside_window"] == 1


@pytest.mark.parametrize("time", ["2025-03-09 02:30:00", "2024-11-03 01:30:00", "2024-11-03T05:30:00Z"])
def test_an_hour_that_daylight_saving_skips_or_repeats_changes_no_day(time: str, tmp_path: Path) -> None:
    days = (date(2025, 7, 1) - date.fromisoformat(time[:10])).days

    answer = grade(tmp_path, HEADER + f"a,1,1,{time}\n", "--time-zone", "America/New_York")

    assert answer["a"][0] == str(days)


def test_orders_of_the_future_are_outside_the_window(tmp_path: Path) -> None:
    assert set(grade(tmp_path, HEADER + "a,1,1,2025-07-01 23:59:59\nb,2,1,2025-07-02\nc,3,1,2999-01-01\n")) == {"a"}
    assert record_of(tmp_path / "output" / "dirty")["ledger"]["outside_window"] == 2


def test_null_bytes_and_ragged_rows_lose_their_own_rows_alone(tmp_path: Path) -> None:
    text = HEADER + "a,1,1\0,2025-07-01\nb,2,2\nc,3,3,2025-07-01,more\nd,4,4,2025-07-01,,\n\ne,5,5,2025-07-01\n"

    assert set(grade(tmp_path, text)) == {"d", "e"}
    assert [(row, column, reason) for row, column, _, reason in read_rejects(tmp_path)] == [
        ("2", "order_amount", "not an amount"),
        ("3", "order_time", "missing"),
        ("4", "order_time", "too many fields"),
        ("6", "order_time", "missing"),
    ]


def test_columns_of_another_type_in_each_file_make_one_list(tmp_path: Path) -> None:
    times = pl.Series([datetime(2025, 6, 30, 8)])
    pl.DataFrame({"customer_id": [7], "order_id": [1], "order_amount": [1.1], "order_time": times}).write_parquet(
        tmp_path / "a.parquet"
    )
    pl.DataFrame(
        {"customer_id": ["7"], "order_id": ["2"], "order_amount": ["2.2"], "order_time": [date(2025, 7, 1)]}
    ).write_ipc(tmp_path / "b.arrow")
    (tmp_path / "c.ndjson").write_text(
        '{"customer_id":7,"order_id":"3","order_amount":3.3,"order_time":"2025-06-01"}\n'
    )
    (tmp_path / "d.csv").write_text(HEADER + "7,4,4.4,2025-05-01\n007,5,1,2025-05-01\n")
    paths = [word for path in sorted(tmp_path.iterdir()) for word in ("--orders", path)]

    done("run", *paths, *AS_OF, "--name", "dirty", "--output", tmp_path / "output", "--quiet")

    rows = read_rows(tmp_path / "output" / "dirty" / "customers.csv")
    assert [(row["customer_id"], row["frequency"], row["monetary"]) for row in rows] == [
        ("007", "1", "1.00"),
        ("7", "4", "11.00"),
    ]


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"customer_id\n", HEADER.encode() + b'a,"1,1,2025-07-01\n'])
def test_one_bad_file_among_a_hundred_is_named_and_nothing_is_graded(damage: bytes, tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number:03}.csv").write_text(HEADER + f"c,{number},1,2025-07-01\n", "utf-8")
    (tmp_path / "042.csv").write_bytes(damage)

    answer = rfm("run", "--orders", tmp_path / "*.csv", *AS_OF, "--name", "dirty", "--output", tmp_path / "output")

    assert answer.code == 1
    assert "042.csv" in answer.err
    assert answer.err.count("\n") <= 2
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("place", [(1_048_575, 16_383), (999_999, 200), (1_048_575, 100)])
def test_a_workbook_with_a_cell_far_from_all_others_is_refused_before_it_fills_the_memory(
    place: tuple[int, int], tmp_path: Path
) -> None:
    book = xlsxwriter.Workbook(tmp_path / "far.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["customer_id", "order_amount", "order_time"])
    sheet.write_row(1, 0, ["a", 1, "2025-07-01"])
    sheet.write_string(*place, "x")
    book.close()

    answer = rfm("run", "--orders", tmp_path / "far.xlsx", *AS_OF, "--output", tmp_path / "output")

    assert (answer.code, answer.out) == (1, "")
    assert "a cell far from all others" in answer.err


def test_a_wide_workbook_and_a_stray_cell_in_a_later_row_are_read(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "wide.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["customer_id", "order_amount", "order_time", *(f"more {number}" for number in range(150))])
    sheet.write_row(1, 0, ["a", 1, "2025-07-01"])
    sheet.write_row(9_998, 0, ["b", 1, "2025-07-01"])
    book.close()

    done("run", "--orders", tmp_path / "wide.xlsx", *AS_OF, "--output", tmp_path / "output", "--quiet")

    rows = read_rows(tmp_path / "output" / "wide" / "customers.csv")
    assert [row["customer_id"] for row in rows] == ["a", "b"]


def test_a_workbook_without_a_sheet_is_refused(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.xlsx", tmp_path / "none.xlsx"
    pl.DataFrame({"a": [1]}).write_excel(whole)
    with ZipFile(whole) as archive, ZipFile(path, "w") as packed:
        for name in archive.namelist():
            packed.writestr(name, re.sub(rb"<sheet [^>]*>", b"", archive.read(name)))

    answer = rfm("run", "--orders", path, *AS_OF, "--output", tmp_path / "output")

    assert (answer.code, answer.out) == (1, "")
    assert "none.xlsx: the workbook has no sheet" in answer.err


@pytest.mark.parametrize("dtype", [pl.Date(), pl.Datetime("ms"), pl.Datetime("us"), pl.Datetime("us", "UTC")])
def test_a_typed_time_beyond_all_calendars_is_a_reject_with_its_number(dtype: pl.DataType, tmp_path: Path) -> None:
    far = 2**31 - 1 if dtype == pl.Date else 2**63 - 1
    times = pl.Series([0, far], dtype=pl.Int64).cast(dtype if dtype != pl.Date else pl.Int32).cast(dtype)
    path = tmp_path / "far.parquet"
    pl.DataFrame({"customer_id": ["a", "b"], "order_amount": [1, 1], "order_time": times}).write_parquet(path)

    done(
        "run",
        "--orders",
        path,
        *AS_OF,
        "--time-zone",
        "UTC",
        "--name",
        "dirty",
        "--output",
        tmp_path / "output",
        "--quiet",
    )

    assert read_rejects(tmp_path) == [("2", "order_time", str(far), "not a time")]


REFUSED = {
    "a blank header": (" \n" + HEADER + "a,1,1,2025-07-01\n", (), 1, "--skip-lines"),
    "all lines skipped": (HEADER, ("--skip-lines", "9"), 1, "lower skip_lines"),
    "a first field without an end": ('"' + "x" * 200_000, (), 1, "cannot be read as CSV"),
    "an offset without a zone": (HEADER + "a,1,1,2025-07-01T08:00:00+08:00\n", (), 1, "--time-zone Asia/Shanghai"),
    "a rule's column that is not there": (HEADER + "a,1,1,2025-07-01\n", ("--keep-status", "paid"), 1, "order_status"),
}


@pytest.mark.parametrize(("content", "options", "code", "words"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_used_is_refused_with_its_mend(
    content: str, options: tuple[str, ...], code: int, words: str, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_text(content, "utf-8")

    answer = rfm("run", "--orders", tmp_path / "orders.csv", *AS_OF, *options, "--output", tmp_path / "output")

    assert (answer.code, answer.out) == (code, "")
    assert "orders.csv" in answer.err or "the orders have no column" in answer.err
    assert words in answer.err


@pytest.mark.parametrize("name", ["orders.xlsx", "orders.ndjson"])
def test_a_decimal_comma_is_refused_where_numbers_are_numbers(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"")

    answer = rfm("run", "--orders", tmp_path / name, *AS_OF, "--decimal-comma")

    assert answer.code == 2
    assert "decimal_comma is for" in answer.err


def test_an_empty_file_of_json_lines_is_refused(tmp_path: Path) -> None:
    (tmp_path / "orders.ndjson").touch()

    answer = rfm("run", "--orders", tmp_path / "orders.ndjson", *AS_OF)

    assert (answer.code, answer.out) == (1, "")
    assert "orders.ndjson: the file is empty" in answer.err


def test_files_of_no_known_format_are_all_named(tmp_path: Path) -> None:
    for name in ("a.doc", "b"):
        (tmp_path / name).write_text(HEADER, "utf-8")

    answer = rfm("run", "--orders", tmp_path / "a.doc", "--orders", tmp_path / "b", *AS_OF)

    assert answer.code == 2
    assert f"no known format: {tmp_path / 'a.doc'}, {tmp_path / 'b'}; state --orders-format" in answer.err


def test_a_column_of_lists_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    pl.DataFrame({"customer_id": [["a"]], "order_amount": [1], "date": [date(2025, 7, 1)]}).write_parquet(path)

    answer = rfm("run", "--orders", path, *AS_OF)

    assert (answer.code, answer.out) == (1, "")
    assert "several values in a cell cannot be read: customer_id (List(String))" in answer.err

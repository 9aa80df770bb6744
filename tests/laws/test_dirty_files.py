"""Dirty files through the real command: right answers and a ledger that adds up."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.orders.readers.graded import HEADER, grade, read_rejects
from tests.terminal import AS_OF, done, read_rows, record_of

if TYPE_CHECKING:
    from pathlib import Path


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
    ids = ["17850.0", "17850", "0017850", "1e5", "１７８５０", "-1"]
    text = HEADER + "".join(f"{who},{number},1,2025-07-01\n" for number, who in enumerate(ids))

    assert set(grade(tmp_path, text)) == {*ids[:-1], "'-1"}


def test_amounts_are_read_as_written_whatever_their_dress(tmp_path: Path) -> None:
    written = ['"¥1,234.50"', "￥5", "1.5e3", "１２．５", "7元", " 8 ", "+9", "1E-2"]
    text = HEADER + "".join(f"c{number},{number},{amount},2025-07-01\n" for number, amount in enumerate(written))

    spends = ["1234.50", "5.00", "1500.00", "12.50", "7.00", "8.00", "9.00", "0.01"]
    assert [spend for _, _, spend in grade(tmp_path, text).values()] == spends


def test_a_decimal_comma_is_found_and_can_be_ruled_out(tmp_path: Path) -> None:
    text = HEADER.replace(",", ";") + "a;1;1.234,50;2025-07-01\nb;2;5;2025-07-01\n"

    assert grade(tmp_path, text)["a"] == ("0", "1", "1234.50")
    assert grade(tmp_path, text, "--decimal-comma")["a"] == ("0", "1", "1234.50")
    assert grade(tmp_path, text, "--amount-style", "point") == {"b": ("0", "1", "5.00")}
    assert read_rejects(tmp_path) == [("2", "order_amount", "1.234,50", "not an amount")]


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
    ["2025-02-29", "2025-06-31", "31/02/2025", "June 5", "2025-W23", "13/13/2025", "12:30", "1970-01-01 00:00:00"],
)
def test_a_date_that_is_none_is_rejected(form: str, tmp_path: Path) -> None:
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


@pytest.mark.parametrize("dtype", [pl.Date(), pl.Datetime("ms"), pl.Datetime("us"), pl.Datetime("us", "UTC")])
def test_a_typed_time_beyond_all_calendars_is_a_reject_with_its_number(dtype: pl.DataType, tmp_path: Path) -> None:
    far = 2**31 - 1 if dtype == pl.Date else 2**63 - 1
    times = pl.Series([1, far], dtype=pl.Int64).cast(dtype if dtype != pl.Date else pl.Int32).cast(dtype)
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


def test_cells_that_are_formulas_of_their_texts_are_these_texts(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    rows = [
        '"=""007""","=""9901""","=""5.50""","=""2025-06-01"""',
        '"=""008""","=""9902""","=""6.50""","=""2025-06-02"""',
    ]
    path.write_text("\n".join(["customer_id,order_id,order_amount,order_time", *rows, ""]), "utf-8")

    done("run", "--orders", path, *AS_OF, "--strict", "--output", tmp_path / "out")

    customers = read_rows(tmp_path / "out" / "export" / "customers.csv")
    assert [(row["customer_id"], row["last_order_id"], row["monetary"]) for row in customers] == [
        ("007", "9901", "5.50"),
        ("008", "9902", "6.50"),
    ]


def test_a_formula_beside_plain_cells_stays_an_id_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    rows = ['"=""007""",9901,5.50,2025-06-01', "007,9902,6.50,2025-06-02"]
    path.write_text("\n".join(["customer_id,order_id,order_amount,order_time", *rows, ""]), "utf-8")

    answer = done("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")

    assert len(read_rows(tmp_path / "out" / "export" / "customers.csv")) == 2
    assert "--same-id wrapping" in answer.out

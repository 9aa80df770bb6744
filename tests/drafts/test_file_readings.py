"""`check` shows how each file is read and where each reading is from, and what stands in the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "Export of the till\n\nbuyer;slip;total;date;status;remark\n"
    "eva@x.example;1;9,50;20.06.2025;paid;a\nivo;2;5,25;11.06.2025;cancelled;b\nguest;2;1,00;12.06.2025;paid;c\n"
)


def lines(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines()]


def test_each_reading_of_a_file_has_its_value_and_where_it_is_from(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_bytes(TEXT.encode("utf-16"))

    shown = lines(done("check", "--orders", tmp_path / "o.csv", *AS_OF, "--column", "order_id=slip").out)

    assert {
        "encoding utf-16 found in the data",
        "separator ';' found in the data",
        "header line 3 found in the data",
        "amounts comma, as in 1.234,50 found in the data",
        "times dmy found in the data",
        "time zone none, times are local default",
        "unit yuan default",
        "customer_id buyer String known header",
        "order_id slip String given",
        "headers that nothing reads: 'remark'",
        "grain: each row is an order (default)",
    } <= {*shown}


def test_what_an_option_says_is_given(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(TEXT, "utf-8")
    options = ("--skip-lines", "2", "--separator", ";", "--encoding", "utf-8", "--decimal-comma")
    more = ("--order-time-format", "dmy", "--time-zone", "Asia/Shanghai", "--unit", "yuan", "--quote", "none")

    shown = lines(done("check", "--orders", tmp_path / "o.csv", *AS_OF, *options, *more, "--keep-status", "paid").out)

    names = ("encoding", "separator", "quote", "header", "amounts", "times", "time zone", "unit")
    assert [next(line for line in shown if line.startswith(f"{name} ")).endswith(" given") for name in names] == [
        True
    ] * len(names)
    assert "statuses that count: paid (given)" in shown


def test_what_an_order_source_says_is_from_it(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(
        "Sale Date,Item Name,Buyer,Item Total,Order ID,Currency\n06/01/25,oar,eva,9.00,1,EUR\n", "utf-8"
    )

    shown = lines(done("check", "--orders", tmp_path / "o.csv", *AS_OF).out)

    assert "times %m/%d/%y by the order source" in shown
    assert "customer_id Buyer String by the order source" in shown
    assert "grain: each row is a line (by the order source)" in shown


def test_statuses_are_shown_with_rows_sums_and_whether_they_count(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(TEXT, "utf-8")

    shown = lines(done("check", "--orders", tmp_path / "o.csv", *AS_OF, "--keep-status", "PAID").out)

    assert "paid 2 10.50 yes" in shown
    assert "cancelled 1 5.25 no cancelled" in shown


def test_ids_are_shown_by_their_shapes(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(TEXT, "utf-8")

    out = done("check", "--orders", tmp_path / "o.csv", *AS_OF, "--column", "order_id=slip").out

    expected = "customer_id: 2 different (1 of e-mail addresses such as 'eva@x.example', 1 of words such as 'ivo')"
    assert f"{expected}; 1 row without one" in out
    assert "order_id: 2 different, 1 in several rows (2 of digits such as '1')" in out


def test_a_private_dataset_shows_no_value_of_a_column(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(TEXT, "utf-8")

    out = done("check", "--orders", tmp_path / "o.csv", *AS_OF, "--drop", "product_name").out

    assert "eva@" not in out
    assert "paid" not in out
    assert "such as '***'" in out


def test_a_workbook_shows_its_sheets_and_a_typed_file_its_types(tmp_path: Path) -> None:
    frame = pl.DataFrame({"customer_id": ["a"], "order_amount": [1.5], "order_time": ["2025-06-01"]})
    frame.write_excel(tmp_path / "o.xlsx", worksheet="June")
    frame.with_columns(pl.col("order_time").str.to_date()).write_parquet(tmp_path / "p.parquet")

    workbook = lines(done("check", "--orders", tmp_path / "o.xlsx", *AS_OF).out)
    typed = lines(done("check", "--orders", tmp_path / "p.parquet", *AS_OF).out)

    assert "sheets June found in the data" in workbook
    assert "header line 1 found in the data" in workbook
    assert "amounts typed in the file found in the data" in typed
    assert "times typed in the file found in the data" in typed

"""A header of amounts that names a currency or a multiple: the currency is taken from it, the multiple is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

import rfm_engine
from rfm_engine.errors import DataError
from tests.terminal import done, read_rows, record_of, rfm

if TYPE_CHECKING:
    from pathlib import Path


def run(folder: Path, header: str, *options: str) -> tuple[int, str]:
    (folder / "o.csv").write_text(f'customer_id,"{header}",order_time\na,1.25,2025-06-01\n', "utf-8")
    answer = rfm(
        "run", "--orders", folder / "o.csv", "--as-of", "2025-07-01", *options, "--output", folder, "--name", "list"
    )
    return answer.code, answer.out + answer.err


@pytest.mark.parametrize(
    ("header", "currency"),
    [
        ("Total (EUR)", "EUR"),
        ("order_total_usd", "USD"),
        ("Amount in GBP", "GBP"),
        ("Grand Total £", "GBP"),
        ("实付金额（美元）", "USD"),
        ("销售金额(人民币)", None),
        ("Amount [RMB]", None),
    ],
)
def test_the_currency_of_a_header_is_that_of_its_amounts(tmp_path: Path, header: str, currency: str | None) -> None:
    code, printed = run(tmp_path, header)

    assert code == 0, printed
    assert record_of(tmp_path / "list").get("currency") == currency
    assert [row["monetary"] for row in read_rows(tmp_path / "list" / "customers.csv")] == ["1.25"]


def test_a_currency_that_is_declared_or_stands_in_a_column_wins_over_the_header(tmp_path: Path) -> None:
    assert run(tmp_path, "Total (EUR)", "--currency", "CHF")[0] == 0
    assert record_of(tmp_path / "list").get("currency") == "CHF"

    (tmp_path / "p.csv").write_text("customer_id,Total (EUR),currency,order_time\na,1,PLN,2025-06-01\n", "utf-8")
    done("run", "--orders", tmp_path / "p.csv", "--as-of", "2025-07-01", "--output", tmp_path, "--name", "list")

    assert record_of(tmp_path / "list").get("currency") == "PLN"


@pytest.mark.parametrize(
    ("header", "unit", "monetary"),
    [
        ("销售额（万元）", "ten_thousand_yuan", "12500.00"),
        ("amount_cents", "fen", "0.01"),
        ("金额(千元)", "yuan", "1.25"),
    ],
)
def test_a_multiple_in_a_header_is_asked(tmp_path: Path, header: str, unit: str, monetary: str) -> None:
    code, printed = run(tmp_path, header, "--column", f"order_amount={header}")
    assert code == 1
    assert f"--unit {unit} " in printed
    assert "'1.25'" in printed

    code, printed = run(tmp_path, header, "--unit", unit)

    assert code == 0, printed
    assert [row["monetary"] for row in read_rows(tmp_path / "list" / "customers.csv")] == [monetary]


def test_a_unit_of_other_headers_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("customer_id,amount,运费(万元),order_time\na,1,2,2025-06-01\n", "utf-8")

    done("run", "--orders", tmp_path / "o.csv", "--as-of", "2025-07-01", "--output", tmp_path, "--name", "list")

    assert record_of(tmp_path / "list").get("currency") is None


def test_a_column_of_a_frame_is_read_by_its_header_too() -> None:
    orders = pl.DataFrame({"customer_id": ["a"], "金额(万元)": ["1.2"], "order_time": ["2025-06-01"]})

    with pytest.raises(DataError, match='unit="ten_thousand_yuan"'):
        rfm_engine.score(orders, as_of="2025-07-01").collect()

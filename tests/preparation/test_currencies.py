"""Money is shown in the currency that a column names, and nothing changes where none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.vocabulary.currencies import MINOR_UNITS, minor_unit
from tests.terminal import AS_OF, done, everything_below, read_rows, record_of, rfm, run

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "customer_id,order_id,order_amount,order_time"
ROWS = ("a,1,1200.50,2025-06-05", "b,2,30.00,2025-06-28", "c,3,7.00,2025-06-20")


def write(folder: Path, *codes: str, rows: tuple[str, ...] = ROWS) -> Path:
    """Write the orders with a column of currencies, or without one."""
    path = folder / "shop.csv"
    lines = [f"{row},{code}" for row, code in zip(rows, codes, strict=True)] if codes else list(rows)
    path.write_text("\n".join([HEAD + (",currency" if codes else ""), *lines, ""]), "utf-8")
    return path


def test_a_code_stands_in_place_of_yuan_wherever_money_is_shown(tmp_path: Path) -> None:
    orders = write(tmp_path, "eur", "EUR", " EUR ")
    words = ("--language", "zh", "--report", "--plan", "--format", "csv")

    out = done("run", "--orders", orders, *AS_OF, "--output", tmp_path / "out", *words).out
    folder = tmp_path / "out" / "shop"
    explained = done("explain", "a", "--run", folder).out
    english = done("report", folder, "--language", "en")

    assert "spend (EUR)" in out
    assert "1,200.50 EUR" in explained
    assert record_of(folder)["currency"] == "EUR"
    assert "历史购买总金额(EUR)" in read_rows(folder / "customers.csv")[0]
    assert "历史购买总金额(EUR)" in read_rows(folder.with_name("shop.plan") / "2025-07" / "plan.csv")[0]
    assert english.code == 0
    page = folder.with_name("shop.report.html").read_text("utf-8")
    assert "1,237.50 EUR" in page
    assert "spend in EUR" in page
    assert not any(word in page + out + explained for word in ("yuan", "¥", "元"))


def test_without_a_column_of_currencies_money_is_yuan(tmp_path: Path) -> None:
    folder = run(write(tmp_path), tmp_path / "out", "--language", "zh")

    assert record_of(folder)["currency"] is None
    assert "历史购买总金额(元)" in read_rows(folder / "customers.csv")[0]
    assert "1,200.50 yuan" in done("explain", "a", "--run", folder).out


@pytest.mark.parametrize(("word", "code"), [("RMB", "CNY"), ("人民币", "CNY"), ("€", "EUR")])
def test_other_words_for_a_currency_are_its_code(tmp_path: Path, word: str, code: str) -> None:
    folder = run(write(tmp_path, word, code, code), tmp_path / "out")

    assert record_of(folder)["currency"] == code


def test_the_kept_currency_is_shown_and_lists_by_currency_show_their_own(tmp_path: Path) -> None:
    orders = write(tmp_path, "JPY", "USD", "JPY", rows=("a,1,1200,2025-06-05", *ROWS[1:]))
    words = ("run", "--orders", orders, *AS_OF, "--output", tmp_path / "out")

    kept = done(*words, "--keep-currency", "jpy").out
    each = done(*words, "--by", "currency").out
    folder = tmp_path / "out" / "shop"

    assert "spend (JPY)" in kept
    assert " 1,200 " in kept
    assert "yuan" not in each
    assert all(amount in each for amount in (" 1,200 ", " 30.00 "))
    assert record_of(folder)["currency"] == ""
    assert "7.00" not in done("explain", "c", "--run", folder).out
    assert "30.00 USD" in done("explain", "b", "--run", folder).out


@pytest.mark.parametrize("width", [80, 160])
def test_the_table_fits_the_terminal(tmp_path: Path, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    orders = write(tmp_path, *["EUR"] * 3)

    out = done("run", "--orders", orders, *AS_OF, "--output", tmp_path / "out").out

    assert max(map(len, out.splitlines()[3:8])) <= width


def test_dinars_with_three_decimals_are_refused_and_what_the_message_proposes_works(tmp_path: Path) -> None:
    orders = write(tmp_path, *["KWD"] * 3, rows=("a,1,1.2345,2025-06-05", *ROWS[1:]))
    words = ("run", "--orders", orders, *AS_OF, "--output", tmp_path / "out")

    answer = rfm(*words)

    assert answer.code == 1
    assert "KWD (3 decimals, 1 rows). Round them to two, --column currency=none" in answer.err
    assert not everything_below(tmp_path).keys() - {"shop.csv"}
    done(*words, "--column", "currency=none")


def test_minor_units_are_those_of_codes() -> None:
    assert all(len(code) == 3 and code.isupper() for code in MINOR_UNITS)
    assert [minor_unit(code) for code in ("JPY", "KWD", "CLF", "USD", "")] == [0, 3, 4, 2, 2]

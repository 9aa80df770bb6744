"""Money is shown in the currency that a column names, and nothing changes where none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.vocabulary.currencies import MINOR_UNITS, minor_unit
from tests.terminal import AS_OF, done, read_rows, record_of, rfm, run

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

    assert "金额(EUR)" in out
    assert "1,200.50 EUR" in explained
    assert record_of(folder)["currency"] == "EUR"
    assert "历史购买总金额(EUR)" in read_rows(folder / "customers.csv")[0]
    assert "历史购买总金额(EUR)" in read_rows(folder.with_name("shop.plan") / "2025-07" / "plan.csv")[0]
    assert english.code == 0
    page = folder.with_name("shop.report.html").read_text("utf-8").replace("\u00a0", " ")
    assert "1,237.50 EUR" in page
    assert "spend in EUR" in page
    assert not any(word in page + out + explained for word in ("yuan", "¥", "元"))


def test_without_a_column_of_currencies_money_is_yuan(tmp_path: Path) -> None:
    folder = run(write(tmp_path), tmp_path / "out", "--language", "zh")

    assert record_of(folder)["currency"] is None
    assert "历史购买总金额(元)" in read_rows(folder / "customers.csv")[0]
    assert "1,200.50 yuan" in done("explain", "a", "--run", folder).out


@pytest.mark.parametrize(
    ("word", "code"), [("RMB", "CNY"), ("人民币", "CNY"), ("€", "EUR"), ("us$", "USD"), ("港币", "HKD")]
)
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


def graded(folder: Path, orders: Path, *words: str) -> dict[str, tuple[str, str]]:
    """Return the spend and the tier of each customer as the file has them."""
    rows = read_rows(run(orders, folder / "out", *words) / "customers.csv")
    return {row["customer_id"]: (row["monetary"], row["tier"]) for row in rows}


def test_dinars_are_counted_scored_and_written_in_thousandths(tmp_path: Path) -> None:
    rows = ("a,1,1500.001,2025-06-30", "b,2,1500,2025-06-30", "c,3,0.0005,2025-06-30", "d,4,7.1234999,2025-06-30")
    orders = write(tmp_path, *["KWD"] * 4, rows=rows)

    assert graded(tmp_path, orders, "--report") == {
        "a": ("1500.001", "B"),
        "b": ("1500.000", "B"),
        "c": ("0.001", "C"),
        "d": ("7.123", "C"),
    }
    folder = tmp_path / "out" / "shop"
    assert record_of(folder)["decimals"] == 3
    assert [(row["score"], row["from"]) for row in record_of(folder)["cut_points"]["m_score"]] == [
        (1, 1),
        (4, 1_500_000),
        (5, 1_500_001),
    ]
    assert "over 800.000 KWD, up to 1,500.000 KWD" in done("explain", "b", "--run", folder).out
    assert "1,500.001\u00a0KWD" in folder.with_name("shop.report.html").read_text("utf-8")


def test_yen_are_rounded_once_from_what_the_file_has_and_written_whole(tmp_path: Path) -> None:
    rows = ("a,1,20.495,2025-06-05", "b,2,30.5,2025-06-28", "c,3,0.4,2025-06-20")
    orders = write(tmp_path, *["JPY"] * 3, rows=rows)

    found = graded(tmp_path, orders)

    assert {name: spend for name, (spend, _) in found.items()} == {"a": "20", "b": "31"}
    assert "not positive,0.4" not in (tmp_path / "out" / "shop" / "rejects.csv").read_text("utf-8")
    assert ",0.4,not positive" in (tmp_path / "out" / "shop" / "rejects.csv").read_text("utf-8")


def test_lines_in_yen_are_added_before_they_are_rounded(tmp_path: Path) -> None:
    rows = (
        "a,1,0.4,2025-06-05",
        "a,1,0.4,2025-06-05",
        "a,1,0.4,2025-06-05",
        "b,2,0.4,2025-06-05",
        "c,3,2.5,2025-06-05",
    )
    orders = write(tmp_path, *["JPY"] * 5, rows=rows)

    assert graded(tmp_path, orders, "--grain", "line") == {"a": ("1", "D"), "c": ("3", "D")}


@pytest.mark.parametrize(("code", "spend"), [("JPY", "12345"), ("EUR", "123.45"), ("TND", "12.345"), ("CLF", "1.2345")])
def test_amounts_in_minor_units_are_those_of_their_currency(tmp_path: Path, code: str, spend: str) -> None:
    orders = write(tmp_path, code, rows=("a,1,12345,2025-06-05",))

    assert graded(tmp_path, orders, "--unit", "fen")["a"][0] == spend


def test_each_list_by_currency_is_rounded_by_its_own(tmp_path: Path) -> None:
    rows = ("a,1,9.5555,2025-06-05", "b,2,9.5555,2025-06-28", "c,3,9.5555,2025-06-20")
    orders = write(tmp_path, "JPY", "USD", "BHD", rows=rows)

    found = graded(tmp_path, orders, "--by", "currency")

    assert {name: spend for name, (spend, _) in found.items()} == {"a": "10", "b": "9.56", "c": "9.556"}


def test_amounts_that_name_a_currency_are_in_it(tmp_path: Path) -> None:
    named = write(tmp_path, rows=("a,1,JPY 1200,2025-06-05", "b,2,JPY 30,2025-06-28"))
    other = tmp_path / "other.csv"
    other.write_text(f"{HEAD}\na,7,$3.50,2025-06-05\n", "utf-8")

    assert graded(tmp_path, named)["a"][0] == "1200"
    answer = rfm("run", "--orders", named, "--orders", other, *AS_OF, "--output", tmp_path / "both")
    assert answer.code == 1
    assert "JPY (2 rows), USD (1 row). Keep one, --keep-currency JPY" in answer.err


def test_amounts_that_name_several_currencies_are_counted_by_what_is_proposed(tmp_path: Path) -> None:
    rows = ("a,1,€1200,2025-06-05", "b,2,USD 30,2025-06-28", "c,3,¥7,2025-06-28", "c,4,€8.50,2025-06-28")
    orders = write(tmp_path, rows=rows)
    words = ("run", "--orders", orders, *AS_OF, "--output", tmp_path / "out")

    asked = rfm(*words)

    assert "EUR (2 amounts), USD (1 amount)" in asked.err
    assert "Keep one, --column currency=order_amount --keep-currency EUR, or" in asked.err
    kept = graded(tmp_path, orders, "--column", "currency=order_amount", "--keep-currency", "EUR")
    assert {name: spend for name, (spend, _) in kept.items()} == {"a": "1200.00", "c": "8.50"}
    listed = graded(tmp_path, orders, "--column", "currency=order_amount", "--by", "currency")
    assert len(listed) == 3


def test_one_amount_far_below_that_names_a_currency_is_asked_about(tmp_path: Path) -> None:
    plain = tuple(f"a{number},{number},5.50,2025-06-05" for number in range(50))
    orders = write(tmp_path, rows=(*plain, "b,99,$7.25,2025-06-05"))

    asked = rfm("run", "--orders", orders, *AS_OF, "--output", tmp_path / "out")

    assert "USD (1 amount), CNY, such as '$7.25'" in asked.err
    assert "--column currency=order_amount --keep-currency USD" in asked.err
    kept = graded(tmp_path, orders, "--column", "currency=order_amount", "--keep-currency", "USD")
    assert list(kept) == ["b"]


def test_runs_in_other_currencies_are_not_compared(tmp_path: Path) -> None:
    folders = []
    for code in ("EUR", "KWD"):
        (tmp_path / code).mkdir()
        folders.append(run(write(tmp_path / code, *[code] * 3), tmp_path / code / "out"))

    answer = rfm("compare", *folders)

    assert answer.code == 2
    assert "money in EUR cannot be compared with money in KWD with 3 decimals" in answer.err


def test_frozen_cut_points_hold_for_money_of_as_many_decimals(tmp_path: Path) -> None:
    folder = run(write(tmp_path, *["KWD"] * 3), tmp_path / "out", "--scheme", "quintile")
    cuts = tmp_path / "cuts.toml"
    done("fit", folder, "-o", cuts)
    words = ("--output", tmp_path / "again", "--scheme", "frozen", "--set", f"from={cuts}", *AS_OF)

    done("run", "--orders", tmp_path / "shop.csv", *words)
    answer = rfm("run", "--orders", write(tmp_path, *["EUR"] * 3), *words)

    assert answer.code == 1
    assert "the frozen cut points are of money with 3 decimals, that of these orders has 2" in answer.err


def test_minor_units_are_those_of_codes() -> None:
    assert all(len(code) == 3 and code.isupper() for code in MINOR_UNITS)
    assert [minor_unit(code) for code in ("JPY", "KWD", "CLF", "USD", "")] == [0, 3, 4, 2, 2]

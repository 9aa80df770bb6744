"""A currency that no column names: declared by the user, else by the order source of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import rfm_engine
from rfm_engine import partition
from tests.terminal import AS_OF, done, read_rows, record_of, rfm

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "customer_id,order_id,order_amount,order_time"


def write(folder: Path, *rows: str, head: str = HEAD, name: str = "shop.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((head, *rows, "")), "utf-8")
    return path


def spends(folder: Path, *words: object) -> dict[str, str]:
    done("run", *words, *AS_OF, "--name", "shop", "--output", folder / "out")
    return {row["customer_id"]: row["monetary"] for row in read_rows(folder / "out" / "shop" / "customers.csv")}


@pytest.mark.parametrize(
    ("word", "amount", "code", "spend"),
    [
        ("jpy", "30.4", "JPY", "30"),
        ("JPY", "¥1200", "JPY", "1200"),
        ("cad", "$1,200.50", "CAD", "1200.50"),
        ("SEK", "1200.50 kr", "SEK", "1200.50"),
        ("kwd", "KWD 1.2345", "KWD", "1.235"),
        ("€", "9.5", "EUR", "9.50"),
    ],
)
def test_amounts_are_in_the_currency_that_is_declared(
    tmp_path: Path, word: str, amount: str, code: str, spend: str
) -> None:
    orders = write(tmp_path, f'a,1,"{amount}",2025-06-05')

    found = spends(tmp_path, "--orders", orders, "--currency", word)

    assert (found, record_of(tmp_path / "out" / "shop")["currency"]) == ({"a": spend}, code)


def test_yuan_that_are_declared_are_shown_as_ever(tmp_path: Path) -> None:
    orders = write(tmp_path, "a,1,9.5,2025-06-05")

    assert spends(tmp_path, "--orders", orders, "--currency", "RMB") == {"a": "9.50"}
    assert record_of(tmp_path / "out" / "shop")["currency"] is None


def test_minor_units_are_those_of_the_currency_that_is_declared(tmp_path: Path) -> None:
    orders = write(tmp_path, "a,1,12345,2025-06-05")

    assert spends(tmp_path, "--orders", orders, "--currency", "TND", "--unit", "fen") == {"a": "12.345"}


def test_amounts_that_name_another_currency_than_the_declared_one_are_refused(tmp_path: Path) -> None:
    orders = write(tmp_path, "a,1,$9.50,2025-06-05")

    answer = rfm("run", "--orders", orders, *AS_OF, "--currency", "EUR", "--output", tmp_path / "out")

    assert answer.code == 1
    assert "'$9.50' name USD, and they are declared to be in EUR: --currency USD" in answer.err
    assert spends(tmp_path, "--orders", orders, "--currency", "USD") == {"a": "9.50"}


def test_rows_that_name_no_currency_are_in_the_declared_one(tmp_path: Path) -> None:
    orders = write(tmp_path, "a,1,9.5,2025-06-05,USD", "b,2,7,2025-06-05, ", head=f"{HEAD},currency")
    typed = tmp_path / "shop.parquet"
    pl.read_csv(orders).write_parquet(typed)

    for path in (orders, typed):
        words = ("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")
        assert "RFM243 1 row without a currency" in done(*words).out
        assert "RFM243" not in done(*words, "--currency", "usd").out
        assert "EUR (1 row), CNY" not in rfm(*words, "--currency", "CNY").err
        assert "CNY (1 row)" in rfm(*words, "--currency", "CNY").err


def test_refunds_name_the_currency_of_the_amounts(tmp_path: Path) -> None:
    orders = write(tmp_path, "a,1,€30,2025-06-05,€10", "b,2,€5,2025-06-05,", head=f"{HEAD},refunded_amount")

    assert spends(tmp_path, "--orders", orders) == {"a": "20.00", "b": "5.00"}


def test_an_export_in_yuan_is_not_added_to_one_that_names_dollars(tmp_path: Path) -> None:
    sold = write(
        tmp_path,
        "1,kim,10.00,2025-06-01 10:00:00,交易成功",
        head="订单编号,买家会员名,买家实际支付金额,订单付款时间,订单状态",
        name="taobao.csv",
    )
    shop = write(tmp_path, "a,7,9.5,2025-06-05,USD", head=f"{HEAD},currency")

    answer = rfm("run", "--orders", sold, "--orders", shop, *AS_OF, "--name", "both", "--output", tmp_path / "out")

    assert answer.code == 1
    assert "CNY (1 row), USD (1 row)" in answer.err


def test_an_order_source_declares_its_currency_and_gives_way_to_the_user(tmp_path: Path) -> None:
    head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
    orders = write(tmp_path, "536365,85123A,holder,6,2010-12-01 08:26:00,2.55,17850,United Kingdom", head=head)

    assert spends(tmp_path, "--orders", orders) == {"17850": "15.30"}
    assert record_of(tmp_path / "out" / "shop")["currency"] == "GBP"
    shown = done("check", "--orders", orders, *AS_OF).out
    assert [line.split()[1:] for line in shown.splitlines() if line.split()[:1] == ["currency"]] == [
        ["GBP", "by", "the", "order", "source"]
    ]
    assert spends(tmp_path, "--orders", orders, "--currency", "EUR") == {"17850": "15.30"}
    assert record_of(tmp_path / "out" / "shop")["currency"] == "EUR"


FRAME = pl.DataFrame(
    {
        "customer_id": ["a", "a"],
        "order_id": ["1", "2"],
        "order_amount": ["9.5", "1.0004"],
        "order_time": ["2025-06-05"] * 2,
    }
)
SPELT: Any = {"as_of": "2025-07-01", "order_time_format": "ymd", "amount_style": "point"}


@pytest.mark.parametrize(("code", "spend"), [("JPY", "11"), ("EUR", "10.50"), ("KWD", "10.500")])
def test_frames_are_in_the_currency_that_is_declared(code: str, spend: str) -> None:
    run = rfm_engine.run(FRAME, currency=code, **SPELT)
    scored = rfm_engine.score(FRAME, currency=code, **SPELT)

    for graded in (run.customers(), scored):
        assert graded.select(pl.col("monetary").cast(pl.String)).collect().item() == spend


def test_partitions_count_in_the_currency_that_is_declared() -> None:
    work = partition.of(currency="KWD", **SPELT)

    merged = partition.merge(work(part) for part in work.split(FRAME, 2))

    assert merged.customers.select("monetary_fen").item() == 10_500

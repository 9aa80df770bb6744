"""Money of lists in several currencies: each row of a file has the decimals of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine import open_run
from tests.terminal import AS_OF, done, read_rows

if TYPE_CHECKING:
    from pathlib import Path

ROWS = ("a,1,1200.4,2025-06-05,JPY", "b,2,5.5,2025-06-05,USD", "c,3,1.2345,2025-06-05,KWD", "c,4,-3,2025-06-06,KWD")
SPENDS = {"a": "1200", "b": "5.50", "c": "-1.765"}


@pytest.fixture
def words(tmp_path: Path) -> tuple[object, ...]:
    orders = tmp_path / "shop.csv"
    orders.write_text("\n".join(("customer_id,order_id,order_amount,order_time,currency", *ROWS, "")), "utf-8")
    return ("run", "--orders", orders, *AS_OF, "--by", "currency", "--refunds", "net", "--output", tmp_path / "out")


@pytest.mark.parametrize(("language", "header"), [("en", "monetary"), ("zh", "历史购买总金额")])
def test_each_row_has_the_decimals_of_its_currency(
    tmp_path: Path, words: tuple[object, ...], language: str, header: str
) -> None:
    forms = [part for form in ("csv", "ndjson", "xlsx", "parquet") for part in ("--format", form)]

    done(*words, *forms, "--language", language)

    folder = tmp_path / "out" / "shop"
    assert [row[header] for row in read_rows(folder / "customers.csv")] == ["1200", "-1.765", "5.50"]
    assert pl.read_ndjson(folder / "customers.ndjson")[header].to_list() == ["1200", "-1.765", "5.50"]
    assert pl.read_excel(folder / "customers.xlsx")[header].to_list() == [1200, -1.765, 5.5]
    assert pl.read_parquet(folder / "customers.parquet")[header].dtype == pl.Decimal(18, 3)


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_a_run_is_read_back_as_it_was(tmp_path: Path, words: tuple[object, ...], form: str) -> None:
    done(*words, "--format", form)

    read = open_run(tmp_path / "out" / "shop").customers().collect()

    assert dict(read.select("customer_id", pl.col("monetary").cast(pl.String)).rows()) == {
        "a": "1200.000",
        "b": "5.500",
        "c": "-1.765",
    }


def test_what_lifts_a_customer_is_an_amount_of_the_currency(tmp_path: Path, words: tuple[object, ...]) -> None:
    done(*words)
    done(*words[:-1], tmp_path / "new", "--compare-with", tmp_path / "out")

    (moved,) = (tmp_path / "new").glob("shop.movement/*/movement.csv")
    assert {row["customer_id"]: row["needs_amount"] for row in read_rows(moved)} == {
        "a": "301",
        "b": "0.01",
        "c": "1.765",
    }

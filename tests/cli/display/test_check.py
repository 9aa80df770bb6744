"""What a check shows of files, columns and ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import DATASETS
from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path


def test_types_of_a_columnar_file_are_reported(shop: Path, tmp_path: Path) -> None:
    import polars as pl  # noqa: PLC0415

    pl.read_csv(shop, try_parse_dates=True, schema_overrides={"customer_id": pl.String}).write_parquet(
        tmp_path / "o.parquet"
    )

    answer = done("check", "--orders", tmp_path / "o.parquet", *AS_OF)

    words = [line.split() for line in answer.out.splitlines()]
    assert ["order_amount", "order_amount", "Float64", "known", "header"] in words
    assert any(line[:3] == ["order_time", "order_time", "Datetime(time_unit='us',"] for line in words)


def test_files_of_the_same_columns_are_reported_once() -> None:
    answer = done("check", DATASETS / "national-outdoor")

    assert answer.out.count("orders-north.csv and 1 more like it") == 1
    assert answer.out.count("订单金额(元)") - answer.out.count("rejected (订单金额(元)") == 1


def test_a_mass_of_ties_is_reported_with_the_metric_that_it_blinds(tmp_path: Path) -> None:
    once = [f"c{number},{number}.50,2025-{1 + number % 12:02}-{1 + number % 28:02}" for number in range(1, 93)]
    twice = [f"d{number},{number},2025-0{month}-0{number}" for number in range(1, 9) for month in (1, 2)]
    orders = tmp_path / "o.csv"
    orders.write_text("\n".join(["customer_id,order_amount,order_time", *once, *twice]), "utf-8")

    answer = done("check", "--orders", orders, "--as-of", "2026-01-01")

    assert "note: 92 % of the customers have frequency 1, so F cannot distinguish them" in answer.out
    assert "so R" not in answer.out
    assert "so M" not in answer.out


def test_equal_spends_and_days_are_reported_too(tmp_path: Path) -> None:
    orders = tmp_path / "o.csv"
    lines = [f"c{number},1234.5,2025-06-30" for number in range(4)]
    orders.write_text("\n".join(["customer_id,order_amount,order_time", *lines]), "utf-8")

    answer = done("check", "--orders", orders, *AS_OF)

    assert "100 % of the customers have recency 1 (days), so R cannot distinguish them" in answer.out
    assert "100 % of the customers have monetary 1,234.50, so M cannot distinguish them" in answer.out

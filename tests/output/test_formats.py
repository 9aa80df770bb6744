"""Every format holds the same customers, typed as it can."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from rfm_engine.output import excel as spreadsheet
from rfm_engine.output import formats
from rfm_engine.output.formats import sink_parquet
from tests.output.published import PUBLISHED
from tests.terminal import AS_OF, ORDERS, read_rows, rfm, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHINESE = [
    "省份",
    "客户编号",
    "距统计时间天数",
    "历史购买总次数",
    "历史购买总金额(元)",
    "R评分",
    "F评分",
    "M评分",
    "RFM总分",
    "客户等级",
    "最少联系次数",
    "最多联系次数",
    "联系周期(月)",
    "下次联系日期",
    "工作重点",
    "最近一次的订单号",
    "最近一次的下单时间",
    "最近一次的订单金额(元)",
    "最近一次的产品名称",
    "最近一次的店铺代码",
]


def test_more_customers_than_a_sheet_holds_are_refused_with_the_fix(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)

    answer = rfm("run", "--orders", shop, *AS_OF, "--format", "xlsx", "--output", tmp_path)

    assert answer.code == 1
    assert "a sheet holds 2; use --format csv or parquet" in answer.err
    assert not list(tmp_path.iterdir())


def test_every_format_holds_the_same_customers(shop_run: Path) -> None:
    csv = pl.read_csv(shop_run / "customers.csv", infer_schema=False)
    workbook = pl.read_excel(shop_run / "customers.xlsx")
    lines = pl.read_ndjson(shop_run / "customers.ndjson")
    parquet = pl.read_parquet(shop_run / "customers.parquet")

    texts = parquet.with_columns(pl.col("last_order_time").dt.strftime("%Y-%m-%d %H:%M:%S")).cast(pl.String)
    assert texts.rows() == csv.rows()
    assert lines.columns == workbook.columns == csv.columns == PUBLISHED
    numbers = ["monetary", "rfm_score", "last_order_amount"]
    plain = parquet.with_columns(pl.col(numbers).cast(pl.Float64), pl.col("tier").cast(pl.String))
    assert workbook.select(plain.columns).rows() == plain.rows()
    whole = [name for name in plain.columns if plain.schema[name].is_integer()]
    assert lines.select(whole).rows() == plain.select(whole).rows()
    assert lines.select(pl.col(numbers).cast(pl.Float64)).rows() == plain.select(numbers).rows()


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "ndjson"])
def test_ids_stay_text_with_their_leading_zeros(form: str, shop_run: Path) -> None:
    path = shop_run / f"customers.{form}"
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        "csv": lambda file: pl.read_csv(file, infer_schema=False),
        "parquet": pl.read_parquet,
        "xlsx": pl.read_excel,
        "ndjson": pl.read_ndjson,
    }

    frame = readers[form](path)

    assert frame["customer_id"].to_list() == ["0012", "007", "7"]
    assert frame["last_order_id"].to_list() == ["0003", "0001", "0005"]


def test_parquet_holds_types_not_text(shop_run: Path) -> None:
    schema = pl.read_parquet(shop_run / "customers.parquet").schema

    assert schema["monetary"] == pl.Decimal(18, 2)
    assert schema["last_order_amount"] == pl.Decimal(18, 2)
    assert isinstance(schema["rfm_score"], pl.Decimal)
    assert schema["next_contact_by"] == pl.Date
    assert isinstance(schema["last_order_time"], pl.Datetime)
    assert schema["tier"] == pl.Enum(["A", "B", "C", "D"])
    assert all(schema[name].is_integer() for name in ("recency_days", "frequency", "r_score", "f_score", "m_score"))
    assert schema["customer_id"] == pl.String


@pytest.mark.parametrize(("rows", "groups"), [(9, 1), (10, 1), (11, 2)])
def test_a_parquet_file_of_one_group_has_no_statistics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, groups: int
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="it shows what is in a file's footer")
    monkeypatch.setattr(formats, "ROW_GROUP", 10)
    sink_parquet(pl.LazyFrame({"number": range(rows)}), tmp_path / "x.parquet", rows).collect()
    found = parquet.read_metadata(tmp_path / "x.parquet")

    assert found.num_row_groups == groups
    assert found.row_group(0).column(0).is_stats_set is (groups > 1)


@pytest.mark.parametrize(("rows", "codec"), [(1, "SNAPPY"), (200, "SNAPPY"), (201, "ZSTD")])
def test_a_parquet_file_of_few_customers_is_packed_by_what_is_quick(tmp_path: Path, rows: int, codec: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="it shows what is in a file's footer")
    table = pl.DataFrame({"number": range(rows)})
    sink_parquet(table.lazy(), tmp_path / "x.parquet", rows).collect()

    assert parquet.read_metadata(tmp_path / "x.parquet").row_group(0).column(0).compression == codec
    assert_frame_equal(pl.read_parquet(tmp_path / "x.parquet"), table)


def test_a_workbook_holds_dates_as_dates_and_no_formula(tmp_path: Path) -> None:
    orders = tmp_path / "shop.csv"
    orders.write_text(ORDERS.replace("0012", "=1+1"), "utf-8")

    frame = pl.read_excel(run(orders, tmp_path, "--format", "xlsx") / "customers.xlsx")

    assert frame["customer_id"].to_list() == ["007", "=1+1", "7"]
    assert frame["next_contact_by"].to_list() == [date(2025, 10, 1), date(2026, 1, 1), date(2026, 1, 1)]
    assert frame["last_order_time"][0] == datetime(2025, 6, 21, 8)


@pytest.mark.parametrize(
    ("weights", "totals"),
    [("0.3,0.3,0.4", ["2.9", "3.3", "2.5"]), ("1,1,1", ["8", "10", "8"]), ("0.25,0.25,0.50", ["3.25", "3.25", "2.25"])],
)
def test_csv_shows_just_the_decimals_that_the_weights_need(
    weights: str, totals: list[str], shop: Path, tmp_path: Path
) -> None:
    rows = read_rows(run(shop, tmp_path, "--weights", weights) / "customers.csv")

    assert [row["rfm_score"] for row in rows] == totals
    assert [row["monetary"] for row in rows] == ["1500.10", "350.01", "85.00"]
    assert [row["last_order_time"] for row in rows] == [
        "2025-03-03 00:00:00",
        "2025-06-21 08:00:00",
        "2025-07-01 23:59:59",
    ]


def test_chinese_files_open_right_in_excel_and_have_the_chinese_headers(shop: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path, "--language", "zh", "--format", "csv", "--format", "xlsx", "--format", "parquet")

    content = (folder / "customers.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[0].split(",") == CHINESE
    assert pl.read_excel(folder / "customers.xlsx").columns == CHINESE
    assert pl.read_parquet(folder / "customers.parquet").columns == CHINESE


def test_english_files_have_no_byte_order_mark(shop_run: Path) -> None:
    assert (shop_run / "customers.csv").read_bytes().startswith(b"region,")

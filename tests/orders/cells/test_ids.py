"""One definition of an id for every format: whole numbers by their digits, white space trimmed, nothing cut."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import rfm_engine
from rfm_engine.errors import DataError
from tests.engine import run_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COLUMNS = ("customer_id", "order_id", "region", "order_amount", "order_time")
DAY, RULES = "2025-06-01", {"as_of": "2025-07-01"}


def frame_of(*ids: Any) -> pl.DataFrame:  # noqa: ANN401
    """Return one order a day for each triple of customer, order and region."""
    rows = [(*three, 5, DAY) for three in ids]
    return pl.DataFrame(rows, COLUMNS, orient="row", strict=False)


def write_xlsx(frame: pl.DataFrame, path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, frame.columns)
        for number, row in enumerate(frame.iter_rows(), start=1):
            sheet.write_row(number, 0, row)


WRITERS: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    "csv": lambda frame, path: frame.write_csv(path),
    "parquet": lambda frame, path: frame.write_parquet(path),
    "arrow": lambda frame, path: frame.write_ipc(path),
    "ndjson": lambda frame, path: frame.write_ndjson(path),
    "xlsx": write_xlsx,
}


def customers(folder: Path, *frames: tuple[pl.DataFrame, str]) -> dict[tuple[str, str], tuple[int, Decimal]]:
    """Return frequency and monetary of each (list, customer) of frames that were written to files."""
    paths = []
    for number, (frame, suffix) in enumerate(frames):
        paths.append(folder / f"{number}.{suffix}")
        WRITERS[suffix](frame, paths[-1])
    run = run_files(folder, paths, dict(RULES))
    rows = run.customers.collect().select("region", "customer_id", "frequency", "monetary").rows()
    return {(region, customer): (frequency, spend) for region, customer, frequency, spend in rows}


@pytest.mark.parametrize("suffix", [suffix for suffix in WRITERS if suffix != "csv"])
def test_an_order_whose_ids_became_floats_is_the_order_of_the_csv_file(suffix: str, tmp_path: Path) -> None:
    floats, texts = frame_of((17850.0, 1001.0, 5.0)), frame_of(("17850", "1001", "5"))

    assert customers(tmp_path, (texts, "csv"), (floats, suffix)) == {("5", "17850"): (1, Decimal("5.00"))}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("blank", [" ", "\t", "\u3000", "\u00a0", "\ufeff"])
def test_white_space_around_ids_and_list_names_is_trimmed(suffix: str, blank: str, tmp_path: Path) -> None:
    plain = frame_of(("C01", "o1", "north"))
    padded = frame_of(("C01" + blank, blank + "o1", f"{blank}north{blank}"))

    assert customers(tmp_path, (plain, suffix), (padded, suffix)) == {("north", "C01"): (1, Decimal("5.00"))}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("blank", ["  ", "\u3000", ""])
def test_white_space_alone_is_no_customer(suffix: str, blank: str, tmp_path: Path) -> None:
    frame = frame_of(("a", "o1", "north"), (blank, "o2", "north"))

    assert customers(tmp_path, (frame, suffix)) == {("north", "a"): (1, Decimal("5.00"))}


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_a_number_that_is_none_is_a_missing_id(suffix: str, tmp_path: Path) -> None:
    frame = frame_of((7.0, 1.0, "north"), (float("nan"), 2.0, "north"))

    assert customers(tmp_path, (frame, suffix)) == {("north", "7"): (1, Decimal("5.00"))}


def test_score_takes_the_same_ids() -> None:
    frame = frame_of((17850.0, "o1", "north "), (17850.0, " o1", "north"), (None, "o2", "north"), (1.5, "o3", "north"))

    graded = rfm_engine.score(frame, as_of="2025-07-01").collect()

    assert graded.select("region", "customer_id", "frequency").rows() == [("north", "1.5", 1), ("north", "17850", 1)]


@settings(deadline=None)
@given(st.integers(1, 2**53 - 1), st.sampled_from([pl.Float64, pl.Int64, pl.Decimal(38, 3), pl.String]))
def test_a_whole_number_of_any_type_is_its_digits(number: int, dtype: Any) -> None:  # noqa: ANN401
    value: Any = {pl.String: str, pl.Float64: float}.get(dtype, Decimal if dtype == pl.Decimal(38, 3) else int)(number)
    frame = frame_of(("c", "o1", "north")).with_columns(customer_id=pl.Series([value], dtype=dtype))

    assert rfm_engine.score(frame, as_of="2025-07-01").collect()["customer_id"].to_list() == [str(number)]


@pytest.mark.parametrize(("dtype", "limit"), [(pl.Float16, 2**11), (pl.Float32, 2**24), (pl.Float64, 2**53)])
@pytest.mark.parametrize("name", ["customer_id", "order_id", "region"])
def test_floats_that_pass_over_whole_numbers_are_refused_as_ids(name: str, dtype: Any, limit: int) -> None:  # noqa: ANN401
    fine = frame_of(("c", "o1", "north")).with_columns(pl.Series(name, [float(limit - 1)], dtype=dtype))
    beyond = fine.with_columns(pl.Series(name, [float(limit)], dtype=dtype))

    assert rfm_engine.score(fine, as_of="2025-07-01").collect().height == 1
    with pytest.raises(DataError, match=f"orders: .*{name} has {float(limit)}.*export these columns as text"):
        rfm_engine.score(beyond, as_of="2025-07-01").collect()


def test_long_numbers_of_a_workbook_are_refused_as_ids_and_long_text_is_not(tmp_path: Path) -> None:
    numbers = [1234567890123456789, 1234567890123456999]
    texts = frame_of(*((f"c{number}", str(number), "north") for number in numbers))
    cut = texts.with_columns(pl.col("order_id").cast(pl.Int64))

    assert len(customers(tmp_path, (texts, "xlsx"))) == 2
    with pytest.raises(DataError, match=r"0\.xlsx: ids that may have lost digits: order_id has 12345678901234"):
        customers(tmp_path, (cut, "xlsx"))


@pytest.mark.parametrize("suffix", [suffix for suffix in WRITERS if suffix != "xlsx"])
def test_long_numbers_stay_whole_elsewhere(suffix: str, tmp_path: Path) -> None:
    frame = frame_of((1234567890123456789, 1, "north"), (1234567890123456788, 2, "north"))

    found = customers(tmp_path, (frame, suffix))

    assert [customer for _, customer in found] == ["1234567890123456788", "1234567890123456789"]


def test_text_of_thousands_of_letters_is_not_cut(tmp_path: Path) -> None:
    long = "x" * 40_000
    frame = frame_of((long + "1", "o1", "north"), (long + "2", "o2", "north"))

    assert len(customers(tmp_path, (frame, "csv"))) == 2

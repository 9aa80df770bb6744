"""The customers of a run are the same whatever the format and language of its files, and typed as in Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from rfm_engine import open_run
from rfm_engine.errors import UsageError
from rfm_engine.runs.customers import SCANS, count_money, customers_schema, scan_customers, scan_lists
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = """\
customer_id,order_id,store_code,region,product_name,order_amount,order_time
007,0001,'S1,north,=tent,100.00,2025-06-21 08:00:00.25
'8,0002,+S2,north,-lamp,250.01,2025-06-20 09:30:00
0012,0003,,south,"a ""tent"", large",1500.10,2025-03-03 00:00:00
"""
LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module", params=LANGUAGES)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of cells that spreadsheets take for formulas, in every format, a file a list."""
    folder = tmp_path_factory.mktemp("customers")
    (folder / "orders.csv").write_text(ORDERS, "utf-8")
    formats = [word for form in SCANS for word in ("--format", form)]
    words = ("--as-of", "2025-07-01", "--language", request.param, *formats, "--split", "--output", folder, "--quiet")
    done("run", "--orders", folder / "orders.csv", *words)
    return folder / "orders"


def scan(folder: Path, form: str) -> pl.LazyFrame:
    record: Any = open_run(folder).record
    outputs = [one for one in record.outputs if one.file.endswith(f".{form}")]
    return scan_customers(folder, record.model_copy(update={"outputs": outputs}))


@pytest.mark.parametrize("form", SCANS)
def test_every_format_holds_the_same_customers(form: str, run: Path) -> None:
    found, expected = scan(run, form).collect(), scan(run, "parquet").collect()

    assert_frame_equal(found, expected)
    assert found.schema == {**customers_schema(open_run(run).record), "focus": pl.String}
    assert found["customer_id"].to_list() == ["'8", "007", "0012"]
    assert found["last_product_name"].to_list() == ["-lamp", "=tent", 'a "tent", large']
    assert found["last_store_code"].to_list() == ["+S2", "'S1", None]


def test_money_is_counted_in_whole_fen(run: Path) -> None:
    record = open_run(run).record

    assert scan(run, "csv").select(count_money(record)).collect().to_series().to_list() == [25_001, 10_000, 150_010]


def test_each_list_has_a_file_of_its_own(run: Path) -> None:
    parts = [part.collect() for part in scan_lists(run, open_run(run).record)]

    assert [part["region"].unique().to_list() for part in parts] == [["north"], ["south"]]


def test_customers_that_are_gone_or_not_what_the_run_wrote_are_reported(run: Path, tmp_path: Path) -> None:
    record = open_run(run).record

    with pytest.raises(UsageError, match="no customers file is left there; run the dataset again"):
        scan_lists(tmp_path, record)
    for output in record.outputs:
        if output.file.endswith("customers.parquet"):
            (tmp_path / output.file).parent.mkdir(exist_ok=True)
            (tmp_path / output.file).write_bytes(b"PAR1")
    with pytest.raises(UsageError, match=r"its customers.parquet cannot be read any more; run the dataset again"):
        scan_lists(tmp_path, record)

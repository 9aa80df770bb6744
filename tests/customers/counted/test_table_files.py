"""A dataset of customers that were counted elsewhere gives the list that their orders give, to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

import rfm_engine
from rfm_engine.config.overrides import Overrides, resolve_jobs
from rfm_engine.customers.counted.table_files import read_customer_files
from rfm_engine.plugins.host import PluginHost
from tests.terminal import done, everything_below, record_of, rfm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COLUMNS = ["region", "customer_id", "frequency", "monetary", "last_order_time"]
LAST = ["last_order_id", "last_order_amount", "last_product_name", "last_store_code"]
DATASET = """\
name = "sichuan-hiking"
customers = ["customers*"]
as_of = 2025-07-01
since = 2020-01-01
"""
WRITERS: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    "csv": lambda frame, path: frame.write_csv(path),
    "parquet": lambda frame, path: frame.write_parquet(path),
    "arrow": lambda frame, path: frame.write_ipc(path),
    "ndjson": lambda frame, path: frame.write_ndjson(path),
}


@pytest.fixture
def counted_customers(bundled: Path) -> pl.DataFrame:
    """The customers of a run as a warehouse would hand them over: in no order, without scores."""
    customers = rfm_engine.open_run(bundled / "sichuan-hiking").customers().collect()
    return customers.select(*COLUMNS, *LAST).sample(fraction=1, shuffle=True, seed=7)


def make_dataset(folder: Path, more: str = "") -> Path:
    (folder / "dataset.toml").write_text(DATASET + more, "utf-8")
    return folder


@pytest.mark.parametrize("form", WRITERS)
def test_the_list_is_that_of_the_orders_in_every_format(
    form: str, counted_customers: pl.DataFrame, bundled: Path, tmp_path: Path
) -> None:
    WRITERS[form](counted_customers[:300], tmp_path / f"customers-1.{form}")
    WRITERS[form](counted_customers[300:], tmp_path / f"customers-2.{form}")
    by_default = done("run", make_dataset(tmp_path), "--tiers", "abcd", "--output", tmp_path / "output")

    found = (tmp_path / "output" / "sichuan-hiking" / "customers.csv").read_text("utf-8")
    expected = rfm_engine.grade(counted_customers, as_of="2025-07-01").collect()
    assert [line.split(",")[1] for line in found.splitlines()[1:]] == expected["customer_id"].to_list()
    metrics = pl.read_csv(bundled / "sichuan-hiking" / "customers.csv", infer_schema=False)
    same = [*COLUMNS, *LAST, "r_score", "f_score", "m_score", "rfm_score", "tier"]
    assert pl.read_csv(found.encode(), infer_schema=False).select(same).equals(metrics.select(same))
    assert "648 customers read; where the rows of their orders went is not known" in by_default.out


def test_the_record_names_the_files_and_explain_works(counted_customers: pl.DataFrame, tmp_path: Path) -> None:
    counted_customers.write_csv(tmp_path / "customers.csv")
    done("run", make_dataset(tmp_path), "--output", tmp_path / "output", "--quiet")

    folder = tmp_path / "output" / "sichuan-hiking"
    record = record_of(folder)
    assert record["dataset"]["customers"] == ["customers*"]
    assert [one["file"] for one in record["inputs"]] == [(tmp_path / "customers.csv").as_posix()]
    assert done("verify", folder).out == "1 input and 1 output are what run.json says\n"
    assert "customer SC00000001" in done("explain", "SC00000001", "--run", folder).out


def test_check_says_what_run_would_do_and_writes_nothing(counted_customers: pl.DataFrame, tmp_path: Path) -> None:
    counted_customers.write_csv(tmp_path / "customers.csv")
    before = everything_below(make_dataset(tmp_path))

    assert "648 customers read; where the rows of their orders went is not known" in done("check", tmp_path).out
    assert everything_below(tmp_path) == before


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('orders = ["o.csv"]', "orders: name orders, or customers that were counted elsewhere, not both"),
        ('grain = "line"\nkeep_status = ["paid"]', "grain, keep_status: of orders; customers that were counted"),
        ("[columns]\norder_amount = 'x'", "columns.order_amount: no such column"),
    ],
)
def test_keys_of_orders_are_refused(more: str, message: str, counted_customers: pl.DataFrame, tmp_path: Path) -> None:
    counted_customers.write_csv(tmp_path / "customers.csv")

    answer = rfm("run", make_dataset(tmp_path, more), "--output", tmp_path / "output")

    assert (answer.code, message in answer.err) == (2, True), answer.err


def test_a_dataset_of_neither_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text("as_of = 2025-07-01\n", "utf-8")

    answer = rfm("run", tmp_path)

    assert (answer.code, "orders: must be given (order files, globs or folders" in answer.err) == (2, True), answer.err


def test_headers_are_mapped_and_faults_of_a_private_dataset_name_no_customer(
    counted_customers: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RFM_PSEUDONYM_KEY", "sixteen bytes or more")
    odd = counted_customers.rename({"monetary": "revenue"}).with_columns(frequency=pl.lit(0))
    odd.write_csv(tmp_path / "customers.csv")
    private = 'pseudonymize = ["customer_id"]\n[columns]\nmonetary = "revenue"\n'

    answer = rfm("run", make_dataset(tmp_path, private), "--output", tmp_path / "output")

    assert answer.code == 1
    assert "frequency: 648 rows with no whole number of 1 or more, such as customer ***, ***, ***" in answer.err
    assert "SC0" not in answer.err


def test_plain_files_of_customers_need_no_dataset(counted_customers: pl.DataFrame, tmp_path: Path) -> None:
    counted_customers.write_parquet(tmp_path / "vip.parquet")

    done("run", "--customers", tmp_path / "vip.parquet", "--as-of", "2025-07-01", "--output", tmp_path, "--quiet")

    assert record_of(tmp_path / "vip")["ledger"]["used"] == 648


def test_files_of_other_columns_and_types_are_one_table_and_headers_that_nothing_reads_are_kept(
    counted_customers: pl.DataFrame, tmp_path: Path
) -> None:
    whole = counted_customers.select(*COLUMNS).rename({"monetary": "spend"})
    extra = whole[:9].with_columns(segment=pl.lit("gold"), last_order_id=pl.lit("1"))
    extra.cast({"frequency": pl.Int16}).write_parquet(tmp_path / "customers-1.parquet")
    whole[9:].cast({"frequency": pl.UInt64}).write_parquet(tmp_path / "customers-2.parquet")
    (job,) = resolve_jobs([make_dataset(tmp_path, '[columns]\nmonetary = "spend"\n')], Overrides(), PluginHost())

    with read_customer_files(job.files, job.rules) as (parts, by, source, _, _):
        found = pl.concat(parts).collect()

    assert by == ("region",)
    assert found.height == whole.height
    assert found["last_order_id"].null_count() == whole.height - 9
    assert [found for found in source.unmapped.values() if found] == [("segment",)]


def test_what_a_reader_notices_in_a_file_is_a_finding(counted_customers: pl.DataFrame, tmp_path: Path) -> None:
    text = counted_customers.select(*COLUMNS).write_csv()
    (tmp_path / "customers.csv").write_bytes(text.encode("gb18030"))

    answer = done("check", make_dataset(tmp_path))

    assert "gb18030" in answer.out

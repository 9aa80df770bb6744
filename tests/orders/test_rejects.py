"""Rejects stand by row, with reasons by column and words."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine import pipeline
from rfm_engine.config.job import prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.customers import conflicts as found_conflicts
from rfm_engine.errors import DataError
from rfm_engine.orders.cache import OrderCache
from rfm_engine.orders.rejects import conflicts
from rfm_engine.plugins.host import PluginHost
from tests.engine import run_files
from tests.orders.rows import orders_of

if TYPE_CHECKING:
    from pathlib import Path

HOST = PluginHost()


def test_rejects_stand_by_row_and_their_reasons_by_column_and_words(tmp_path: Path) -> None:
    faults = [{"order_amount": "-1"}, {"order_time": "soon"}, {"order_amount": ""}, {"customer_id": ""}, {}]
    good = {"customer_id": "c", "region": "r", "order_time": "2025-06-01"}
    rows = [
        good | {"order_id": f"o{n % 14_995}", "order_amount": str(1 + n % 3)} | faults[n % 5] for n in range(20_000)
    ]
    pl.DataFrame(rows).write_parquet(tmp_path / "orders.parquet", row_group_size=100)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(found_conflicts, "refuse_conflicts", lambda *_: None)
        run = run_files(tmp_path, [tmp_path / "orders.parquet"], {"as_of": date(2025, 7, 1)})

    assert run.rejects["row"].is_sorted()
    assert set(run.rejects["reason"]) == {"not positive", "not a time", "missing", "conflicting"}
    assert list(run.ledger.rejected) == sorted(run.ledger.rejected)


def test_conflicting_rows_are_reported_with_their_order_ids() -> None:
    orders = orders_of({"order_id": "1"}, {"order_id": "2"}, {"order_id": "1"})

    result = conflicts(orders, pl.col("order_id") == "1", {"order_id": "订单号"}).collect()
    plain = conflicts(orders, pl.col("order_id") == "2", {}).collect()

    assert result.rows() == [("a.csv", row, "订单号", "1", "conflicting") for row in (2, 4)]
    assert plain.rows() == [("a.csv", 3, "order_id", "2", "conflicting")]
    assert result.columns == plain.columns == ["file", "row", "column", "value", "reason"]


def test_an_export_of_order_lines_is_refused_as_one(tmp_path: Path) -> None:
    rows = [(f"c{n // 2}", f"o{n // 2}", f"{n}", "2025-06-01") for n in range(2, 52)]
    path = tmp_path / "orders.parquet"
    pl.DataFrame(rows, ("customer_id", "order_id", "order_amount", "order_time"), orient="row").write_parquet(path)

    with pytest.raises(DataError, match=r"50 of 50 rows .* --grain line"):
        run_files(tmp_path, [path], {"as_of": date(2025, 7, 1)})


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_line_of_an_order_that_comes_to_nothing_is_reported_with_its_own_amount(
    tmp_path: Path, form: str, jobs: int
) -> None:
    lines = [("o1", "5.00", "tent"), ("o2", "3.00", "tent"), ("o2", "-5.00", "rope")]
    columns = {"customer_id": "c", "region": "north", "order_time": datetime(2025, 1, 1)}
    rows = [columns | {"order_id": one, "order_amount": fen, "product_name": product} for one, fen, product in lines]
    typed = pl.DataFrame(rows).with_columns(pl.col("order_amount").cast(pl.Decimal(12, 2)))
    path = tmp_path / f"orders.{form}"
    typed.write_csv(path) if form == "csv" else typed.write_parquet(path)

    keys = {"orders": [path.name], "grain": "line", "as_of": date(2025, 2, 1), "max_rejects": "100%"}
    shared = [
        prepare_job(keys | {"name": f"x{number}"}, tmp_path, HOST, Origins(whole="test")) for number in range(jobs)
    ]
    with OrderCache(shared) as cache:
        runs = [pipeline.run(job, cache) for job in shared]

    for run in runs:
        assert run.rejects.select("value", "reason").rows() == [("3.00", "not positive"), ("-5.00", "not positive")]

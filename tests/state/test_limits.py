"""Orders whose files mean the same alone have a state, and others are told why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.state.months import JANUARY, day, reason_of, write_month
from tests.state.months import refresh as run_twice

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"grain": "day"}, "it is not kept with grain day"),
        ({"columns": {"order_id": "none"}}, "no column holds order ids"),
        ({"order_total": "repeated"}, "it is not kept where each row of an order has its total"),
        ({"latest_export": "wins"}, "it is not kept where the latest export wins"),
        ({"dormant": True, "since": day(2)}, "it is not kept where dormant customers are listed"),
        ({"carry": ("order_status",)}, "it is not kept where further columns are carried"),
    ],
)
def test_orders_whose_files_do_not_stand_alone_have_no_state(tmp_path: Path, keys: dict[str, Any], reason: str) -> None:
    write_month(tmp_path, "m1", JANUARY)
    run = run_twice(tmp_path, **keys)

    assert run is not None
    assert run.state is not None
    assert run.state.not_kept == reason
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (pl.lit("n").alias("note"), "other columns than"),
        (pl.col("region").alias("province"), "other columns than"),
        (pl.col("order_amount").cast(pl.Decimal(14, 3)), "other types than those of"),
    ],
)
def test_a_new_file_with_other_columns_or_types_is_noticed(months: Path, change: pl.Expr, what: str) -> None:
    january = pl.read_parquet(months / "m1.parquet")
    moved = january.with_columns(change, order_id="n" + pl.col("order_id"))
    moved.drop("region" if "province" in moved.columns else []).write_parquet(months / "m2.parquet")

    assert what in str(reason_of(months))

"""Rejects stand by row, with reasons by column and words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.customers import conflicts as found_conflicts
from tests.engine import run_files

if TYPE_CHECKING:
    from pathlib import Path


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

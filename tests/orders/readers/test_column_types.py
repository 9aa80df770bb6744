"""Types of columns that are rare: read, or named as what they are; a whole file is never called damaged."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.errors import DataError
from tests.orders.readers.files import collect
from tests.terminal import AS_OF, read_rows

if TYPE_CHECKING:
    from pathlib import Path

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

UNREAD: dict[str, tuple[Any, str]] = {
    "decimals": (
        pa.table({"customer_id": ["a"], "order_amount": pa.array([Decimal("1.5")], pa.decimal256(50, 2))}),
        "decimals of more than 38 digits",
    ),
    "run ends": (
        pa.table({"customer_id": pa.RunEndEncodedArray.from_arrays([1], ["a"]), "order_amount": [1]}),
        "run-end encoding",
    ),
}


@pytest.mark.parametrize("table", UNREAD.values(), ids=UNREAD)
def test_a_type_that_cannot_be_read_is_named_and_the_file_is_not_called_damaged(
    table: tuple[Any, str], tmp_path: Path
) -> None:
    content, words = table[0].append_column("order_time", pa.array(["2025-07-01"])), table[1]
    with pa.ipc.new_file(str(tmp_path / "o.arrow"), content.schema) as file:
        file.write_table(content)

    with pytest.raises(DataError, match=f"{words}, which cannot be read") as refused:
        collect([tmp_path / "o.arrow"])
    assert "again" not in str(refused.value)


def test_a_column_of_such_a_type_that_no_one_needs_does_not_matter(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{"customer_id": "a", "order_amount": 1, "order_time": "2025-07-01"}])
    table = table.append_column("tax", pa.array([Decimal("1.5")], pa.decimal256(50, 2)))
    pq.write_table(table, tmp_path / "o.parquet")

    assert collect([tmp_path / "o.parquet"])["customer_id"].to_list() == ["a"]


def test_times_of_a_fixed_offset_are_read_by_the_command(tmp_path: Path) -> None:
    times = pa.array([1_751_299_200], pa.timestamp("s", "+05:30"))  # 16:00 UTC on 30 June
    table = pa.table({"customer_id": ["a"], "order_amount": [5], "order_time": times})
    pq.write_table(table, tmp_path / "o.parquet")
    words = ("--orders", tmp_path / "o.parquet", *AS_OF, "--time-zone", "Asia/Shanghai", "--output", tmp_path / "out")

    done = subprocess.run([sys.executable, "-m", "rfm_engine", "run", *map(str, words)], check=False)

    assert done.returncode == 0
    assert read_rows(tmp_path / "out" / "o" / "customers.csv")[0]["recency_days"] == "0"

"""A file that is damaged or cut off is named, with what to do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.readers.damage import damage_error
from tests.orders.readers.files import (
    WRITERS,
    collect,
    orders_frame,
)
from tests.orders.readers.graded import HEADER
from tests.terminal import AS_OF, rfm

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.xlsx"])
@pytest.mark.parametrize("kept", [0, 3, 0.5, -6])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, name: str, kept: float) -> None:
    path = tmp_path / name
    WRITERS[path.suffix](orders_frame(), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept) if kept == 0.5 else int(kept)])

    with pytest.raises(DataError, match=rf"{name}: .*(again|CSV)"):
        collect([path])


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_a_column_that_stands_twice_is_named_though_the_file_is_whole(tmp_path: Path, suffix: str) -> None:
    arrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet")
    columns = {"customer_id": "a", "order_id": "1", "order_time": "2025-07-01", "金额": "10"}
    table = arrow.table([[value] for value in (*columns.values(), "11")], names=[*columns, "金额"])
    path = tmp_path / f"a{suffix}"
    if suffix == ".parquet":
        arrow.parquet.write_table(table, path)
    else:
        with arrow.ipc.new_file(path, table.schema) as file:
            file.write_table(table)

    answer = rfm("run", "--orders", path, *AS_OF, "--output", tmp_path / "output")

    assert answer.code == 1
    assert f"{path}: has more than one column '金额'; rename all but one, or leave them out" in answer.err


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_a_damaged_file_whose_columns_differ_in_length_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PAR1 damaged PAR1")
    file: Any = SimpleNamespace(path=path, source=path)

    error = damage_error(file, "Parquet", RuntimeError("assertion `left == right` failed\n  left: 24\n right: 38"))

    assert "not a whole Parquet file (17 bytes; " in str(error)


def test_the_one_damaged_file_of_many_is_named(tmp_path: Path) -> None:
    for number in range(5):
        orders_frame().write_parquet(tmp_path / f"{number}.parquet")
    damaged = tmp_path / "3.parquet"
    content = damaged.read_bytes()
    damaged.write_bytes(content[:4] + b"\0" * 80 + content[84:])

    with pytest.raises(DataError, match=r"3\.parquet: not a whole Parquet file"):
        collect(sorted(tmp_path.iterdir()))


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"customer_id\n", HEADER.encode() + b'a,"1,1,2025-07-01\n'])
def test_one_bad_file_among_a_hundred_is_named_and_nothing_is_graded(damage: bytes, tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number:03}.csv").write_text(HEADER + f"c,{number},1,2025-07-01\n", "utf-8")
    (tmp_path / "042.csv").write_bytes(damage)

    answer = rfm("run", "--orders", tmp_path / "*.csv", *AS_OF, "--name", "dirty", "--output", tmp_path / "output")

    assert answer.code == 1
    assert "042.csv" in answer.err
    assert answer.err.count("\n") <= 2
    assert not (tmp_path / "output").exists()

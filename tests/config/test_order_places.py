"""Tables of orders in a dataset file: two platforms make one list, each read in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal import done, read_rows, record_of, rfm

if TYPE_CHECKING:
    from pathlib import Path

TABLES = """\
name = "both"
as_of = 2025-07-01
unit = "fen"

[[orders]]
files = "north/*.csv"
encoding = "gb18030"
columns = { customer_id = "买家", order_amount = "实付", order_time = "时间" }

[[orders]]
files = ["south.csv"]
separator = ";"
unit = "yuan"
columns = { customer_id = "buyer" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "north").mkdir()
    (tmp_path / "north" / "o.csv").write_bytes("买家,实付,时间\n王伟,1000,2025-06-01\n".encode("gb18030"))
    (tmp_path / "south.csv").write_text(
        "buyer;order_amount;order_time\n王伟;20.5;2025-06-02\nlena;3;2025-06-03\n", "utf-8"
    )
    (tmp_path / "dataset.toml").write_text(TABLES, "utf-8")
    return tmp_path


def test_each_table_is_read_with_its_own_options_over_those_of_the_dataset(folder: Path) -> None:
    done("run", folder, "--output", folder / "output")

    rows = read_rows(folder / "output" / "both" / "customers.csv")
    assert {row["customer_id"]: (row["frequency"], row["monetary"]) for row in rows} == {
        "王伟": ("2", "30.50"),
        "lena": ("1", "3.00"),
    }
    orders = record_of(folder / "output" / "both")["dataset"]["orders"]
    assert orders[1] == {"files": ["south.csv"], "separator": ";", "unit": "yuan", "columns": {"customer_id": "buyer"}}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('files = ["south.csv"]', 'files = ["south.csv", "north"]', "named more than once"),
        ('files = ["south.csv"]', 'files = ["../south.csv"]', "outside the dataset's folder"),
        ('files = ["south.csv"]', "", "files"),
        ('separator = ";"', 'seperator = ";"', "seperator"),
        ('separator = ";"', 'encoding = "nothing"', "no known text encoding"),
    ],
)
def test_tables_that_cannot_be_are_refused(old: str, new: str, words: str, folder: Path) -> None:
    (folder / "dataset.toml").write_text(TABLES.replace(old, new), "utf-8")

    answer = rfm("check", folder)

    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err

"""Customers whom a text file names are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

import rfm_engine
from rfm_engine.config import excluded
from rfm_engine.config.excluded import read_excluded
from rfm_engine.errors import DatasetError
from tests.api.three_orders import ORDERS
from tests.preparation.ids import spends, write
from tests.terminal import record_of, rfm, run

if TYPE_CHECKING:
    from pathlib import Path


def test_customers_that_a_file_lists_are_left_out_of_a_frame_too(tmp_path: Path) -> None:
    listed = tmp_path / "staff.txt"
    listed.write_text("c1\n", "utf-8")

    graded = rfm_engine.score(pl.DataFrame(ORDERS), as_of="2025-07-01", exclude=str(listed)).collect()

    assert graded["customer_id"].to_list() == ["c2"]
    with pytest.raises(DatasetError, match=r"^score\(exclude\): exclude: .*gone.txt cannot be read"):
        rfm_engine.score(pl.DataFrame(ORDERS), as_of="2025-07-01", exclude=str(tmp_path / "gone.txt"))


def test_excluded_customers_are_left_out_by_option_and_by_file(tmp_path: Path) -> None:
    listed = tmp_path / "staff.txt"
    listed.write_text("\ufeffann\n\n ben \n", "utf-8")

    folder = run(
        write(tmp_path, "ann", "ben", "mia", "zoe"), tmp_path / "o", "--exclude", listed, "--exclude-customer", "zoe"
    )

    assert spends(folder) == {"mia": "3.00"}
    assert record_of(folder)["ledger"]["left_out"] == {"excluded customers": 3}
    assert "zoe" not in (folder / "run.json").read_text("utf-8")


def test_a_dataset_file_names_the_excluded_inside_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    write(tmp_path / "set", "ann", "mia")
    (tmp_path / "staff.txt").write_text("ann\n", "utf-8")
    table = 'orders = ["shop.csv"]\nas_of = 2025-07-01\nexclude = "../staff.txt"\n'
    (tmp_path / "set" / "dataset.toml").write_text(table, "utf-8")

    answer = rfm("check", tmp_path / "set")

    assert answer.code == 2
    assert "outside the dataset's folder" in answer.err


def test_names_stand_one_a_line_and_blank_lines_count_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "staff.txt").write_text("ann\n\n  ben \n", "utf-8-sig")

    assert read_excluded("staff.txt", tmp_path, "dataset.toml") == ["ann", "ben"]
    assert read_excluded(str(tmp_path / "staff.txt"), None, "run(exclude)") == ["ann", "ben"]


def test_what_is_no_text_or_larger_than_any_list_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "staff.txt").write_bytes(b"ann\xff\n")
    with pytest.raises(DatasetError, match=r"exclude: .*staff.txt cannot be read as UTF-8 text"):
        read_excluded("staff.txt", tmp_path, "dataset.toml")

    monkeypatch.setattr(excluded, "MOST_BYTES", 4)
    with pytest.raises(DatasetError, match=r"is larger than 4 bytes; is it a list of customers\?"):
        read_excluded("staff.txt", tmp_path, "dataset.toml")

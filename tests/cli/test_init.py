"""The command replaces no file, and writes none where it could not read the orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.drafts.drafted import HEADER, read
from tests.terminal import done, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_no_file_is_replaced_and_none_is_written_where_it_could_not_read_the_orders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "o.csv").write_text(f"{HEADER}\neva,1,9.00,2025-06-01\n", "utf-8")
    (tmp_path / "there.toml").write_text("mine", "utf-8")

    assert "is there already" in rfm("init", tmp_path / "a" / "o.csv", "--output", tmp_path / "there.toml").err
    assert (tmp_path / "there.toml").read_text("utf-8") == "mine"
    (tmp_path / "b").mkdir()
    refused = rfm("init", tmp_path / "a" / "o.csv", "--output", tmp_path / "b" / "d.toml")
    assert refused.code == 2
    assert "outside" in refused.err
    done("init", tmp_path / "a" / "o.csv", "--output", tmp_path / "above.toml")
    assert read(tmp_path / "above.toml")["orders"] == ["a/o.csv"]

"""Every reading is stated with what shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.drafts.drafted import HEADER, SHOPIFY, read
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path


def test_every_reading_is_stated_with_its_evidence(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(SHOPIFY, "utf-8")

    answer = done("init", tmp_path / "orders.csv", "--time-zone", "Europe/Berlin")

    table, text = read(tmp_path / "dataset.toml"), (tmp_path / "dataset.toml").read_text("utf-8")
    assert table["orders"] == ["orders.csv"]
    assert str(table["as_of"]) == "2025-06-01"
    assert (table["encoding"], table["separator"], table["source"]) == ("utf-8", ",", "shopify")
    assert (table["grain"], table["keep_status"]) == ("order", ["paid"])
    assert (table["unit"], table["refunds"], table["time_zone"]) == ("yuan", "reject", "Europe/Berlin")
    for reading in ("currency", "nobody", "same_id"):
        assert f"\n# {reading}: " in text
    assert table["columns"]["customer_id"] == "Email"
    assert "# Headers that nothing reads: 'Lineitem price'" in text
    assert "# 1 rows have another status, of paid: 1 row; voided: 1 row" in text
    assert "RFM102" in answer.out
    assert "rfm-engine run" in answer.out


def test_the_statistics_date_is_that_of_the_newest_row_though_it_is_rejected(tmp_path: Path) -> None:
    rows = "eva,1,9.00,2025-06-01\nivo,2,5.00,2025-06-11\nivo,2,6.00,2025-06-11\n"
    (tmp_path / "o.csv").write_text(f"{HEADER}\n{rows}", "utf-8")

    done("init", tmp_path / "o.csv")

    assert str(read(tmp_path / "dataset.toml")["as_of"]) == "2025-06-11"

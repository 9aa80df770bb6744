"""A source is recognised by its signature, and completes what is not declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.order_sources.sources import SOURCES, export, spends
from tests.terminal import AS_OF, done, read_rows, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_a_source_is_turned_off_and_gives_way_to_what_is_declared(tmp_path: Path) -> None:
    path = export(tmp_path, SOURCES["stripe"])
    words = ("run", "--orders", path, *AS_OF, "--time-zone", "UTC", "--output", tmp_path / "out")

    refused = rfm(*words, "--source", "none")
    done(*words, "--keep-status", "odd")

    assert "no header for customer_id" not in refused.err
    assert spends(tmp_path / "out") == {"lee": "40.00"}


def test_times_in_utc_are_counted_in_the_days_of_the_time_zone(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("customer_id,order_id,order_amount,Made at (UTC)\np,1,5,2025-06-29 20:00:00\n", "utf-8")
    words = ("run", "--orders", path, *AS_OF, "--column", "order_time=Made at (UTC)", "--output", tmp_path / "out")

    done(*words, "--time-zone", "Asia/Tokyo")

    assert [row["recency_days"] for row in read_rows(tmp_path / "out" / "o" / "customers.csv")] == ["1"]


def test_an_export_stays_recognised_beside_a_column_that_a_user_maps(tmp_path: Path) -> None:
    source = SOURCES["amazon"]
    path = export(tmp_path, source)
    words = ("run", "--orders", path, *AS_OF, "--time-zone", "UTC", "--output", tmp_path)

    assert "RFM102" in done(*words, "--column", "store_code=buyer-email").out
    by_hand = ("customer_id=buyer-email", "order_amount=item-price", "order_time=purchase-date", "order_id=order-id")
    assert "RFM102" not in done(*words, *(part for one in by_hand for part in ("--column", one))).out


def test_a_time_that_a_user_maps_is_not_read_in_the_form_of_the_source(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    head = "Sale Date,Item Name,Buyer,Item Total,Order ID,Date Paid"
    path.write_text(f"{head}\n06/01/25,oar,kim,9.00,1,06/02/2025\n06/13/25,net,lee,9.00,2,06/14/2025\n", "utf-8")

    done("run", "--orders", path, *AS_OF, "--output", tmp_path, "--column", "order_time=Date Paid")

    rows = read_rows(tmp_path / "export" / "customers.csv")
    assert [row["last_order_time"][:10] for row in rows] == ["2025-06-02", "2025-06-14"]

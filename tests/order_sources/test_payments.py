"""Refunds of payments stand in rows of their own, which name the payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.order_sources import payments
from tests.order_sources.graded import customers, run
from tests.order_sources.sources import SOURCES, export
from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path

ACTIVITY = (
    "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,Transaction ID,Reference Txn ID\n"
)


def activity(*rows: tuple[str, str, str, str, str]) -> str:
    """Return an export of rows: day, status, gross, identity and reference."""
    lines = (
        f"{day}/06/2025,10:00:00,CET,N,T,{status},EUR,{gross},0,0,"
        f"{'shop' if gross[0] == '-' else 'kim'}@x.example,{own},{of}"
        for day, status, gross, own, of in rows
    )
    return ACTIVITY + "\n".join(lines) + "\n"


def test_a_refund_in_a_row_of_its_own_is_taken_off_the_order_that_it_names(tmp_path: Path) -> None:
    first = activity(
        ("13", "Completed", "90.00", "A1", ""),
        ("14", "Completed", "50.00", "A2", ""),
        ("15", "Completed", "-20.00", "A3", "A1"),
        ("16", "Denied", "-30.00", "A4", "A1"),
        ("17", "Completed", "-70.00", "A5", ""),
    )
    (tmp_path / "a.csv").write_text(first, "utf-8")

    printed = run(tmp_path)

    assert customers(tmp_path) == {"kim@x.example": ("2", "120.00")}
    assert "1 refunds of other rows" in printed
    assert "1 rejected (Gross: not positive)" in printed
    assert "RFM411" not in printed


def test_a_refund_in_a_later_export_counts_once_and_a_whole_one_leaves_no_order(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        activity(("13", "Completed", "90.00", "A1", ""), ("14", "Completed", "50.00", "A2", ""))
    )
    back = ("15", "Completed", "-20.00", "A3", "A1")
    (tmp_path / "b.csv").write_text(activity(back, ("16", "Completed", "-50.00", "A6", "A2")))
    (tmp_path / "c.csv").write_text(activity(back, ("17", "Completed", "-1.00", "A7", "A0")))

    printed = run(tmp_path)

    assert customers(tmp_path) == {"kim@x.example": ("1", "70.00")}
    assert "1 wholly refunded" in printed
    run(tmp_path, "--column", "refunded_amount=none")
    assert customers(tmp_path) == {"kim@x.example": ("2", "140.00")}


@pytest.mark.parametrize("name", ["paypal", "square"])
def test_each_source_of_payments_is_recognised_by_all_of_its_signature(name: str, tmp_path: Path) -> None:
    source = SOURCES[name]

    assert source in payments.SOURCES
    printed = done("check", "--orders", export(tmp_path, source), *AS_OF, "--time-zone", "UTC").out
    assert source.title in printed

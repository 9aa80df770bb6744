"""Statuses and regions are found whatever their case and spaces; provinces are joined on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal import read_rows, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text(
        "customer_id,order_id,order_amount,order_time,region,status\n"
        "eva,1,1.00,2025-06-01,云南省,Partly Paid\neva,2,2.00,2025-06-02,云南,partly paid\n"
        "ivo,3,4.00,2025-06-03,Yunnan,void\nivo,4,8.00,2025-06-03,North,paid\n",
        "utf-8",
    )
    return path


def lists(folder: Path) -> list[tuple[str, ...]]:
    names = ("region", "customer_id", "monetary")
    return [tuple(row[name] for name in names) for row in read_rows(folder / "customers.csv")]


def test_a_status_is_found_whatever_its_case_and_spaces(orders: Path, tmp_path: Path) -> None:
    folder = run(orders, tmp_path / "out", "--keep-status", "PARTLYPAID", "--by", "none", "--same-region")

    assert [row["monetary"] for row in read_rows(folder / "customers.csv")] == ["3.00"]


def test_regions_are_joined_by_the_official_name_on_request(orders: Path, tmp_path: Path) -> None:
    assert len(lists(run(orders, tmp_path / "apart"))) == 4
    assert lists(run(orders, tmp_path / "out", "--same-region")) == [
        ("North", "ivo", "8.00"),
        ("云南省", "eva", "3.00"),
        ("云南省", "ivo", "4.00"),
    ]


def test_a_requested_region_means_all_its_spellings_then(orders: Path, tmp_path: Path) -> None:
    folder = run(orders, tmp_path / "out", "--same-region", "--region", "yunnan province")

    assert [who for _, who, _ in lists(folder)] == ["eva", "ivo"]

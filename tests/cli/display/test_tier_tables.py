"""A table of tiers fits the terminal, and cuts no name and no figure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.terminal import AS_OF, ORDERS, done

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_tables_fit_eighty_columns_without_cutting_a_list_s_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸"
    orders = tmp_path / "long.csv"
    orders.write_text(ORDERS.replace("tent", name), "utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")

    answer = done("run", "--orders", orders, *AS_OF, "--by", "region,product_name", "--output", tmp_path / "output")

    assert "…" not in answer.out
    assert all(character in answer.out for character in name)


def test_a_terminal_narrower_than_the_table_shows_each_list_s_name_above_its_tiers_and_every_figure(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "66")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")

    answer = done("run", "--orders", shop, *AS_OF, "--output", tmp_path)

    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in answer.out.splitlines()]
    assert plain[3:-2] == [
        "tier  customers    share  orders  spend (yuan)  contacts a month",
        "north",
        "A             0    0.0 %       0          0.00                 -",
        "B             1   50.0 %       2        350.01         0.3 - 0.7",
        "C             1   50.0 %       1      1,500.10         0.2 - 0.3",
        "D             0    0.0 %       0          0.00                 -",
        "south",
        "A             0    0.0 %       0          0.00                 -",
        "B             0    0.0 %       0          0.00                 -",
        "C             1  100.0 %       2         85.00         0.2 - 0.3",
        "D             0    0.0 %       0          0.00                 -",
    ]


def test_no_more_than_forty_lists_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    rows = [f"c{number},o{number},region {number:02},5.00,2025-01-01 10:00:00" for number in range(43)]
    orders = tmp_path / "many.csv"
    orders.write_text("\n".join(["customer_id,order_id,region,order_amount,order_time", *rows]), "utf-8")

    answer = done("run", "--orders", orders, *AS_OF, "--output", tmp_path / "output")

    assert answer.out.count("\nregion ") == 1 + 40
    assert "\nregion 39" in answer.out
    assert "\n... and 3 more lists\nledger: " in answer.out

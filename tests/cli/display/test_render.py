"""What a run prints of its list: the window, the tiers, the ledger and where the files are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.terminal import AS_OF, done

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_prints_the_tier_table_the_ledger_and_where_the_files_are(shop: Path, tmp_path: Path) -> None:
    answer = done("run", "--orders", shop, *AS_OF, "--output", tmp_path)

    lines = [line.rstrip() for line in answer.out.splitlines()]
    assert lines == [
        "",
        "shop",
        "orders up to 2025-07-01, scheme thresholds, tiers abcd",
        "region  tier  customers    share  orders  spend (yuan)  contacts a month",
        "north   A             0    0.0 %       0          0.00                 -",
        "        B             1   50.0 %       2        350.01         0.3 - 0.7",
        "        C             1   50.0 %       1      1,500.10         0.2 - 0.3",
        "        D             0    0.0 %       0          0.00                 -",
        "south   A             0    0.0 %       0          0.00                 -",
        "        B             0    0.0 %       0          0.00                 -",
        "        C             1  100.0 %       2         85.00         0.2 - 0.3",
        "        D             0    0.0 %       0          0.00                 -",
        "ledger: 5 rows read = 5 used",
        f"files: {tmp_path}/shop/ customers.csv, rejects.csv, run.json",
    ]


def test_a_window_with_two_ends_is_printed_with_both(shop: Path, tmp_path: Path) -> None:
    answer = done("run", "--orders", shop, *AS_OF, "--since", "2025-01-01", "--output", tmp_path)

    assert "orders from 2025-01-01 to 2025-07-01, " in answer.out
    assert "ledger: 5 rows read = 4 used + 1 outside window" in answer.out

"""Runs whose reports several test modules look at."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from tests.report.whole_page.hostile import HOSTILE
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run whose customers, regions and products have hostile names, as has the dataset."""
    folder = tmp_path_factory.mktemp("hostile")
    columns = ("customer_id", "order_id", "store_code", "region", "product_name", "order_amount", "order_time")
    names = list(HOSTILE.values())
    rows = [
        (name, number, "S1", names[-1 - number % 7], names[number % len(names)], "99.50", f"2025-06-{1 + number % 28}")
        for number, name in enumerate(names)
    ]
    with (folder / "orders.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    title = "</title><script>alert(1)</script>"
    (folder / "dataset.toml").write_text(
        f"title = '{title}'\ndescription = '''{HOSTILE['quotes']}'''\norders = [\"orders.csv\"]\nas_of = 2025-07-01\n",
        "utf-8",
    )
    done("run", folder, "--output", folder / "output", "--format", "parquet")
    return folder / "output" / folder.name

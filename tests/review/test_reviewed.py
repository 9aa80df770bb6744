"""What is found of a private dataset shows no value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.review.oddities import HEADER, codes
from tests.terminal import AS_OF, done, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_samples_of_a_private_dataset_are_masked(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER},status\nPia,1,9.00,2025-06-01,paid\npia,2,3.00,2025-06-01,secret illness\n", "utf-8")
    words = ("--orders", path, *AS_OF, "--drop", "product_name")

    printed = done("check", *words).out
    refused = rfm("check", *words, "--strict").err

    assert codes(printed) == ["RFM301", "RFM402"]
    assert "'***'" in printed
    assert not [word for word in ("Pia", "illness") if word in printed + refused]

"""Text files are a finding, which a strict command refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.terminal import done, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_text_files_are_a_finding(shop: Path) -> None:
    answer = done("sql", "--orders", shop, "--as-of", "2025-07-01")

    assert answer.err.startswith("RFM106 ")
    assert rfm("sql", "--orders", shop, "--as-of", "2025-07-01", "--strict").code == 1

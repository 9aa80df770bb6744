"""Orders in text, most of them usual, and what a run says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.terminal import rfm

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_amount,order_time\n"
USUAL = "".join(f"u{number},{number}.50,2025-05-{number % 28 + 1:02}\n" for number in range(1, 50))


def run(folder: Path, text: str, *options: str) -> tuple[int, str]:
    (folder / "o.csv").write_text(text, "utf-8")
    answer = rfm("run", "--orders", folder / "o.csv", "--as-of", "2025-07-01", *options, "--output", folder / "output")
    return answer.code, answer.out + answer.err

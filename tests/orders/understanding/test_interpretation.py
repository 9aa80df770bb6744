"""What is read by weight is a finding, and usual files have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.terminal import read_rows, rfm

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_amount,order_time\n"
USUAL = "".join(f"u{number},{number}.50,2025-05-{number % 28 + 1:02}\n" for number in range(1, 50))


def run(folder: Path, text: str, *options: str) -> tuple[int, str]:
    (folder / "o.csv").write_text(text, "utf-8")
    answer = rfm("run", "--orders", folder / "o.csv", "--as-of", "2025-07-01", *options, "--output", folder / "output")
    return answer.code, answer.out + answer.err


def test_what_is_read_by_weight_is_a_finding(tmp_path: Path) -> None:
    code, words = run(tmp_path, HEADER + 'a,"1,234",45813\nb,99,45828.5\n')

    assert (code, "RFM201" in words, "RFM202" in words) == (0, True, True)
    rows = read_rows(tmp_path / "output" / "o" / "customers.csv")
    assert [(row["monetary"], row["last_order_time"][:10]) for row in rows] == [
        ("1234.00", "2025-06-05"),
        ("99.00", "2025-06-20"),
    ]


def test_usual_files_have_no_finding_of_their_cells(tmp_path: Path) -> None:
    assert "RFM2" not in run(tmp_path, HEADER + USUAL)[1]

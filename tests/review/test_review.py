"""Each oddity of the orders is one finding with counts and what settles it, which works; clean files have none."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

import pytest

from rfm_engine import review as reviews
from rfm_engine.findings import Finding
from tests.review.oddities import HEADER, Case, cases, find_and_settle
from tests.terminal import AS_OF, done, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rfm_engine.review import Reviewed


@cases("RFM244", "RFM245", "RFM412")
def test_an_oddity_of_columns_that_no_one_reads_is_found_and_what_settles_it_does(case: Case, tmp_path: Path) -> None:
    find_and_settle(case, tmp_path)


def test_a_clean_file_has_no_finding_even_with_every_column(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    lines = [
        f"C{n % 9:03},{n},9.00,2025-06-0{1 + n % 9},{('Hill', 'Coast')[n % 9 % 2]},s{n % 2},paid" for n in range(99)
    ]
    path.write_text("\n".join([f"{HEADER},region,store_code,status", *lines, ""]), "utf-8")

    done("run", "--orders", path, *AS_OF, "--strict", "--output", tmp_path / "out")

    assert record_of(tmp_path / "out" / "orders")["findings"] == []


@pytest.mark.parametrize("many", [0, 100])
def test_of_many_customers_the_same_is_found_in_the_same_order(
    many: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *(f"C{n},{n},9.00,2025-06-01" for n in range(9)), ""]), "utf-8")

    def take_long(_: Reviewed) -> Iterator[Finding]:
        sleep(0.05)
        yield Finding("RFM301", "the first")

    def take_no_time(reviewed: Reviewed) -> Iterator[Finding]:
        yield Finding("RFM302", f"of {reviewed.customers.height}")

    monkeypatch.setattr(reviews, "MANY", many)
    monkeypatch.setattr(reviews, "CHECKS", (take_long, take_no_time, take_no_time))
    done("run", "--orders", path, *AS_OF, "--output", tmp_path / "out")

    found = record_of(tmp_path / "out" / "orders")["findings"]
    assert [finding["words"] for finding in found] == ["the first", "of 9", "of 9"]

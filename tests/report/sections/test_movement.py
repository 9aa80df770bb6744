"""Who moved since an older run: the matrix, the reasons and who woke, counted again from the two runs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from rfm_engine import open_run
from tests.report.page_reader import Page, read_page
from tests.terminal import done, rfm

DATASETS = Path(__file__).parents[3] / "datasets"
ASLEEP_DAYS = 180


@pytest.fixture(scope="module", params=["sichuan-hiking", "taian-curtains", "national-outdoor"])
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of an older and a newer run of a dataset."""
    folder, dataset = tmp_path_factory.mktemp("months"), str(request.param)
    for month in ("2025-06-01", "2025-07-01"):
        done("run", DATASETS / dataset, "--as-of", month, "--output", folder / month, "--quiet")
    return folder / "2025-06-01" / dataset, folder / "2025-07-01" / dataset


@pytest.fixture(scope="module")
def page(runs: tuple[Path, Path]) -> Page:
    old, new = runs
    done("report", new, "--before", old, "--top", "200")
    return read_page(new.with_name(f"{new.name}.report.html"))


def tiers_of(folder: Path) -> dict[tuple[str, str], str]:
    rows = open_run(folder).customers().select("region", "customer_id", "tier").collect().rows()
    return {(region, customer): tier for region, customer, tier in rows}


def test_the_matrix_counts_every_customer_of_both_runs(runs: tuple[Path, Path], page: Page) -> None:
    old, new = map(tiers_of, runs)
    pairs = Counter((old[customer], new[customer]) for customer in old.keys() & new.keys())

    matrix = page.tables["moves"][-1]

    assert matrix[0][1:] == ["A", "B", "C", "D"]
    assert matrix[1:] == [[one, *(f"{pairs[one, other]:,}" for other in "ABCD")] for one in "ABCD"]
    fell, rose = (
        sum(count for (one, other), count in pairs.items() if sign * (ord(other) - ord(one)) > 0) for sign in (1, -1)
    )
    assert page.headlines["moves"] == f"Speak to the {fell:,} customers who fell, and thank the {rose:,} who rose."


def test_every_mover_has_a_reason(runs: tuple[Path, Path], page: Page) -> None:
    old, new = map(tiers_of, runs)
    moved = sum(old.get(customer) != new.get(customer) for customer in old.keys() | new.keys())

    reasons = page.tables["moves"][0][1:]

    assert sum(int(row[2].replace(",", "")) for row in reasons) == moved
    assert all(row[1] for row in reasons)


def test_who_woke_had_slept_and_bought(runs: tuple[Path, Path], page: Page) -> None:
    old, new = ({(row[0], row[1]): row[2] for row in days_of(folder)} for folder in runs)
    woken = {
        customer
        for (region, customer), days in new.items()
        if days < ASLEEP_DAYS <= old.get((region, customer), 0) + 30
    }

    table = page.tables["people"][3]

    assert {row[0] for row in table[1:]} == woken


def days_of(folder: Path) -> list[tuple[str, str, int]]:
    return open_run(folder).customers().select("region", "customer_id", "recency_days").collect().rows()


def test_an_older_run_of_other_tiers_is_refused(bundled: Path) -> None:
    answer = rfm("report", bundled / "sichuan-hiking", "--before", bundled / "harbin-heating")

    assert answer.code == 2
    assert "cannot be compared" in answer.err

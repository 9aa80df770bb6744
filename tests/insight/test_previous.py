"""Two releases in a row: what is known from the first is not told apart from the second by a few customers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.terminal import done, rfm

DATASET = Path(__file__).parents[2] / "datasets" / "taian-curtains"


def release(output: Path, as_of: str, *words: object) -> Path:
    done("insight", DATASET, "--as-of", as_of, "--output", output, *words)
    return output / "taian-curtains.insight"


def cells_of(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    table = pl.read_parquet(folder / "demand.parquet")
    return {(row["product"], row["period"]): row for row in table.iter_rows(named=True)}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A release, the next one a week later without and with a look at the first."""
    first = release(tmp_path_factory.mktemp("first"), "2025-06-20", "--period", "quarter")
    alone = release(tmp_path_factory.mktemp("alone"), "2025-06-27", "--period", "quarter")
    after = release(tmp_path_factory.mktemp("after"), "2025-06-27", "--after", first)
    return first, alone, after


def test_a_cell_that_grew_by_few_customers_is_withheld(folders: tuple[Path, Path, Path]) -> None:
    first, alone, after = map(cells_of, folders)

    grown = {key for key, row in first.items() if key in alone and 0 < alone[key]["customers"] - row["customers"] < 5}
    assert grown
    assert not grown & {*after}


def test_what_did_not_change_stays_as_it_was(folders: tuple[Path, Path, Path]) -> None:
    first, alone, after = map(cells_of, folders)
    figures = ("customers", "orders", "spend")

    old = {key for key in first if key[1] < "2025-Q2"}
    assert {key for key in after if key[1] < "2025-Q2"} == old
    assert all(after[key][name] == first[key][name] for key in old for name in figures)
    assert {key for key in alone if key[1] < "2025-Q2"} == old


def test_what_is_no_release_is_refused(tmp_path: Path) -> None:
    answer = rfm("insight", DATASET, "--after", tmp_path, "--output", tmp_path / "output")

    assert (answer.code, "no release there" in answer.err) == (2, True)


def test_a_cell_that_a_later_release_shows_at_last_does_not_end_the_series(tmp_path: Path) -> None:
    """Its customers are those active in the quarter: the same number was judged in two ways."""
    words: tuple[object, ...] = ("--period", "quarter")
    for as_of in ("2025-04-15", "2025-05-15", "2025-06-15", "2025-07-01"):
        done("insight", DATASET.parent / "national-outdoor", "--as-of", as_of, "--output", tmp_path / as_of, *words)
        words = ("--after", tmp_path / as_of / "national-outdoor.insight")

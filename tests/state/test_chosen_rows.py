"""Of known files only the rows are given that have one of some ids, with white space around it or without."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine.orders.cell_texts import TEXTS
from rfm_engine.orders.cells.blanks import BLANKS
from rfm_engine.state import rereading
from rfm_engine.state.rereading import ALL, Wanted, read_files
from tests.laws.months import day, job_of, row, write_month, write_text

if TYPE_CHECKING:
    from rfm_engine.config.job import Job

A = pl.Series("order_id", ["a"])
IDS = ("a1", "a2", "b 1", "Ü", "京", "", "é\u2009x")
cells = st.tuples(*(st.sampled_from(("", *BLANKS, " \u3000")) for _ in range(2)), st.sampled_from(IDS)).map(
    lambda found: found[0] + found[2] + found[1]
)
orders = st.lists(st.tuples(cells | st.none(), cells | st.none(), cells), min_size=1, max_size=12)


def read_rows(job: Job, ids: pl.Series, wanted: Wanted) -> tuple[list[Any], int]:
    """Return the rows that have one of some ids, but for numbers and texts of cells, and how many are given in all."""
    with read_files(job, job.files, None, wanted) as (found, _):
        theirs = found.rows.filter(pl.col(ids.name).is_in(ids.implode())).drop("row", *TEXTS).collect()
        assert found.rows.select("row").collect()["row"].to_list() == [*range(found.height)]
    return theirs.rows(), found.height


@pytest.mark.parametrize("column", ["order_id", "customer_id"])
@pytest.mark.parametrize("most", [0, 3, 2_000_000])
@given(table=orders, wanted=st.sets(st.sampled_from(IDS)))
@settings(max_examples=25)
def test_rows_that_have_one_of_some_ids_are_those_among_all_rows(
    column: str, most: int, table: list[tuple[str, ...]], wanted: set[str]
) -> None:
    values = pl.Series(column, sorted(wanted), pl.String)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(rereading, "MOST_CHOSEN", most)
        rows = [
            row(order, at, customer_id=customer, region=region) for at, (order, customer, region) in enumerate(table)
        ]
        write_month(Path(folder), "m1", rows[:5])
        write_month(Path(folder), "m2", rows[5:])
        job = job_of(Path(folder))

        assert read_rows(job, values, Wanted(values=values))[0] == read_rows(job, values, ALL)[0]


@pytest.mark.parametrize(("most", "given"), [(2, 2), (1, 4)])
def test_rows_of_other_ids_are_not_given_but_where_many_have_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, given: int
) -> None:
    monkeypatch.setattr(rereading, "MOST_CHOSEN", most)
    write_month(tmp_path, "m", [row(" a", 1), row("b", 2), row("a", 3), row(None, 4)])

    assert read_rows(job_of(tmp_path), A, Wanted(values=A))[1] == given


@pytest.mark.parametrize("wanted", [Wanted(values=A), Wanted(days=(day(1), day(1)))], ids=["values", "days"])
@pytest.mark.parametrize(("keys", "without"), [({"grain": "line"}, ("currency",)), ({"by": ["currency"]}, ())])
def test_all_lines_are_given_and_all_rows_with_currencies(
    tmp_path: Path, wanted: Wanted, keys: dict[str, Any], without: tuple[str, ...]
) -> None:
    write_month(tmp_path, "m", [row(name, at, currency=name) for at, name in enumerate(("USD", "EUR"))], without)

    assert read_rows(job_of(tmp_path, **keys), A, wanted)[1] == 2


def test_all_rows_are_given_where_ids_are_spelled_in_another_way(tmp_path: Path) -> None:
    write_month(tmp_path, "m", [row("a", 1), row("b", 2)])

    assert read_rows(job_of(tmp_path, same_id=["case"]), A, Wanted(values=A))[1] == 2


def test_all_rows_of_text_are_given(tmp_path: Path) -> None:
    write_text(tmp_path / "m.csv", [row("a", 1), row("b", 2)])

    assert read_rows(job_of(tmp_path), A, Wanted(values=A))[1] == 2

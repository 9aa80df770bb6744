"""The facts of a file tell which ids and days it may have, with its new lines too, whatever it is named."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders.files.order_file import OrderFile
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.state.memo import FileFacts, OtherFilesError, list_places, match_names

IDS = st.text("abc", max_size=3)
DAYS = st.integers(0, 20).map(lambda number: date(2025, 7, 1) + timedelta(days=number))
ROWS = st.lists(st.tuples(IDS, DAYS), max_size=5)
OPTIONS = ReadOptions()


def facts_of(rows: list[tuple[str, date]], last_row: int = 0) -> FileFacts:
    ids, days = sorted(one for one, _ in rows), sorted(day for _, day in rows)
    spans = {"first_id": ids[0], "last_id": ids[-1], "first_day": days[0], "last_day": days[-1]} if rows else {}
    last = {"last_row": last_row, "last_row_id": rows[-1][0] if rows else None}
    return FileFacts(sha256="a", bytes=1, **spans, **last)  # type: ignore[arg-type]


@given(ROWS, st.lists(IDS, max_size=5), DAYS, DAYS)
def test_a_file_may_have_what_lies_between_its_first_and_its_last(
    rows: list[tuple[str, date]], ids: list[str], one: date, other: date
) -> None:
    facts, (first, last) = facts_of(rows), sorted((one, other))
    own_ids, own_days = [each for each, _ in rows], [day for _, day in rows]

    assert facts.may_have(pl.Series(sorted(ids), dtype=pl.String)) == any(
        min(own_ids) <= each <= max(own_ids) for each in ids if own_ids
    )
    assert facts.meets_days(first, last) == (bool(rows) and min(own_days) <= last and first <= max(own_days))


@given(ROWS, ROWS)
def test_the_facts_of_a_file_that_grew_are_those_of_all_its_rows(
    rows: list[tuple[str, date]], more: list[tuple[str, date]]
) -> None:
    whole = facts_of([*rows, *more], last_row=9 if more else 3)

    grown = facts_of(rows, last_row=3).extend(facts_of(more, last_row=9 if more else 0))

    assert grown == (whole if more else facts_of(rows, last_row=3))


def files_of(*paths: Path, root: Path | None = None) -> list[OrderFile]:
    return [OrderFile(path=path, options=OPTIONS, root=root) for path in paths]


def test_a_file_is_known_by_where_it_lies_from_whatever_folder_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = list_places(files_of(tmp_path / "a.csv", tmp_path / "gone.csv"))
    monkeypatch.chdir(tmp_path)

    names = match_names(known, files_of(Path("a.csv"), Path("b.csv")))

    assert names == {f"{tmp_path}/a.csv": "a.csv", f"{tmp_path}/gone.csv": f"{tmp_path}/gone.csv"}


def test_a_file_whose_folders_give_other_values_is_another_one(tmp_path: Path) -> None:
    path = tmp_path / "region=north" / "a.csv"
    known = list_places(files_of(path, root=tmp_path))

    assert match_names(known, files_of(path, root=tmp_path)) == {path.as_posix(): path.as_posix()}
    with pytest.raises(OtherFilesError, match="has other columns by its folders"):
        match_names(known, files_of(path))

"""The facts of a file tell which ids and days it may have, with its new lines too, whatever it is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders.files.order_file import OrderFile
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW
from rfm_engine.state.base import hold_base
from rfm_engine.state.folder import TABLES
from rfm_engine.state.memo import (
    Extent,
    FileFacts,
    Memo,
    OtherFilesError,
    find_facts,
    find_spans,
    list_places,
    match_names,
)
from tests.laws.months import FEBRUARY, reason_of, row, write_month

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


@given(st.lists(ROWS, max_size=3), st.lists(st.lists(IDS, max_size=3), max_size=3))
def test_new_ids_meet_known_ones_where_two_spans_have_an_id_in_common(
    known: list[list[tuple[str, date]]], new: list[list[str]]
) -> None:
    files = {str(number): facts_of(rows) for number, rows in enumerate(known)}
    spans = [{"first_id": min(ids, default=None), "last_id": max(ids, default=None)} for ids in new]

    found = Extent(since=None, as_of=date(2025, 7, 1), files=files).meets_ids(dict(zip("abc", spans, strict=False)))

    every_id = sorted({one for rows in known for one, _ in rows} | {one for ids in new for one in ids})
    assert found == any(
        min(own)[0] <= one <= max(own)[0] and min(ids) <= one <= max(ids)
        for one in every_id
        for own in known
        for ids in new
        if own and ids
    )


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
    assert known[f"{tmp_path}/a.csv"] == [f"{tmp_path}/a.csv", {}]

    names = match_names(known, files_of(Path("a.csv"), Path("b.csv")))

    assert names == {f"{tmp_path}/a.csv": "a.csv", f"{tmp_path}/gone.csv": f"{tmp_path}/gone.csv"}


def test_a_file_whose_folders_give_other_values_is_another_one(tmp_path: Path) -> None:
    path = tmp_path / "region=north" / "a.csv"
    known = list_places(files_of(path, root=tmp_path))

    assert match_names(known, files_of(path, root=tmp_path)) == {path.as_posix(): path.as_posix()}
    with pytest.raises(OtherFilesError, match="has other columns by its folders"):
        match_names(known, files_of(path))


def test_where_two_files_would_have_one_name_all_keep_theirs(tmp_path: Path) -> None:
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    known = list_places(files_of(tmp_path / "a.csv", tmp_path / "b.csv"))

    names = match_names(known, files_of(tmp_path / "b.csv"))

    assert names == {f"{tmp_path}/{name}": f"{tmp_path}/{name}" for name in ("a.csv", "b.csv")}


def _source(*, no_header: bool = False, is_trimmed: bool = True, **layouts: dict[str, Any]) -> Any:  # noqa: ANN401 as orders
    files = [SimpleNamespace(options=SimpleNamespace(no_header=no_header))]
    return SimpleNamespace(layouts=layouts, files=files, is_trimmed=is_trimmed)


@pytest.mark.parametrize(("no_header", "lines_above"), [(False, 4), (True, 3)])
def test_the_facts_of_a_file_are_what_was_found_of_it(*, no_header: bool, lines_above: int) -> None:
    layout = {"skip_lines": 3, "separator": ";"}
    source = _source(no_header=no_header, a=layout, ccc=layout)
    files = [{"file": name, "sha256": f"{name}0", "bytes": len(name)} for name in ("a", "bb", "ccc")]
    first, last = date(2025, 7, 1), date(2025, 7, 2)

    facts = find_facts({"a": {"first_id": "o1", "last_row": 9}}, source, files, {"bb": (first, last)})

    assert facts == {
        "a": FileFacts(sha256="a0", bytes=1, layout=layout, lines_above=lines_above, last_row=9, first_id="o1"),
        "bb": FileFacts(sha256="bb0", bytes=2, first_day=first, last_day=last),
        "ccc": FileFacts(sha256="ccc0", bytes=3, layout=layout, lines_above=lines_above, last_row=lines_above),
    }


@pytest.mark.parametrize("is_trimmed", [True, False])
def test_the_ids_of_a_file_span_its_rows_and_those_of_text_say_which_is_the_last(*, is_trimmed: bool) -> None:
    rows = pl.LazyFrame(
        {"order_id": ["o3", "o9", None, "o1", "o5"], SOURCE_FILE: [*"aaaab"], SOURCE_ROW: [1, 4, 2, 3, 7]}
    )

    spans = find_spans(rows, _source(is_trimmed=is_trimmed))

    last = [{"last_row": 4, "last_row_id": "o9"}, {"last_row": 7, "last_row_id": "o5"}] if is_trimmed else [{}, {}]
    assert spans == {
        "a": {"first_id": "o1", "last_id": "o9"} | last[0],
        "b": {"first_id": "o5", "last_id": "o5"} | last[1],
    }


def test_a_memo_has_grown_where_it_says_another_thing_or_has_another_table() -> None:
    table = pl.DataFrame({"order_id": ["o1", "o1", "o2"]})
    tables: dict[str, Any] = dict.fromkeys(TABLES, table)
    memo = Memo(since=None, as_of=date(2025, 7, 1), files={}, base=hold_base(table), columns=(), **tables)

    assert sorted(memo.open_ids) == ["o1", "o2"]
    assert not memo.has_grown_from(replace(memo, files={}))
    for name in tables:
        other: dict[str, Any] = {name: table.clone()}
        assert memo.has_grown_from(replace(memo, **other))
    assert memo.has_grown_from(replace(memo, as_of=date(2025, 7, 2)))
    assert memo.has_grown_from(replace(memo, base=hold_base(table)))


def test_a_file_is_known_from_whatever_folder_it_is_named(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(months)
    for folder, name in ((Path(), "m2"), (months, "m3")):
        write_month(months, name, [*FEBRUARY, row("o6", 34, order_amount="0.00"), row(f"o{name}", 34)])
        assert reason_of(folder) is None
    assert reason_of(Path()) is None
    assert pl.read_parquet("state/rejects.parquet").height == 2
    Path("m1.parquet").rename("m4.parquet")
    assert str(reason_of(Path())).endswith("m1.parquet is gone")  # by the name that the last run gave it


def test_a_file_that_has_its_region_from_its_folder_is_read_again_without_the_folder(tmp_path: Path) -> None:
    for name in ("x", "y"):
        write_month(tmp_path / "m" / "region=north", name, [row(name, 1)], ["region", "currency"])
    assert reason_of(tmp_path, orders=["m"]) == "nothing is kept yet"
    assert reason_of(tmp_path, orders=["m"]) is None
    reason = reason_of(tmp_path, orders=["m/region=north/x.parquet", "m/region=north/y.parquet"])
    assert reason == "m/region=north/x.parquet has other columns by its folders"


def test_files_that_change_places_are_told_apart_by_what_they_hold(months: Path) -> None:
    write_month(months, "m2", [row("o4", 31)])
    assert reason_of(months) is None
    (months / "m1.parquet").rename(months / "m")
    (months / "m2.parquet").rename(months / "m1.parquet")
    (months / "m").rename(months / "m2.parquet")
    assert "changed" in str(reason_of(months))

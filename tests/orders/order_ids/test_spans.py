"""Runs of rising ids: they find every id that stands in several rows, and few rows besides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders.cells.blanks import BLANKS
from rfm_engine.orders.order_ids import duplicates, spans
from rfm_engine.orders.order_ids.duplicates import find_duplicates
from rfm_engine.orders.order_ids.spans import IdRun, find_runs, list_rows, shared_rows, span_ids
from rfm_engine.orders.staging import ROW, OrderSet, order_set
from tests.orders.rows import orders_of, rules_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def _with_ids(ids: Sequence[str | None]) -> OrderSet:
    rows = orders_of(*({"order_id": each, "customer_id": "c"} for each in ids)) if ids else orders_of({}).clear()
    return order_set(rows.with_row_index(ROW), rules_of())


@pytest.mark.parametrize(
    ("ids", "rises"),
    [
        (["1", "2", "3"], True),
        (["1"], True),
        ([], True),
        (["1", "1"], False),
        (["1", "2", "1"], False),
        (["9", "10"], False),
        (["", "1"], False),
        (["1", None], False),
        ([None], False),
        (["Z", "a", "\uffff", "\U00010000"], True),
    ],
)
def test_order_ids_rise_where_each_is_greater_by_code_points_than_the_one_before(
    ids: list[str | None], *, rises: bool
) -> None:
    assert find_duplicates(_with_ids(ids)).ids_rise is rises


@given(runs=st.lists(st.lists(st.integers(100, 160), min_size=1, max_size=12, unique=True), max_size=6))
def test_every_id_of_several_rows_is_among_the_rows_that_runs_share(runs: list[list[int]]) -> None:
    ids = [str(each) for run in runs for each in sorted(run)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "MARKED", 3)
        found = find_runs(_with_ids(ids))
    assert found is not None
    ranges = shared_rows(found)

    repeated = {row for row, each in enumerate(ids) if ids.count(each) > 1}
    assert ranges is None or repeated <= {*(list_rows(ranges) if ranges else ())}


@given(ids=st.lists(st.sampled_from(["", None, *map(str, range(10, 40))]), max_size=30), marked=st.integers(1, 5))
def test_duplicates_are_those_that_a_look_at_all_rows_finds(ids: list[str | None], marked: int) -> None:
    orders = _with_ids(ids)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "MARKED", marked)
        found = find_duplicates(orders)
        patch.setattr(duplicates, "find_runs", lambda _: None)
        plain = find_duplicates(orders)

    assert found.rows.sort(ROW).equals(plain.rows.sort(ROW))
    assert found.suspect_hashes.equals(plain.suspect_hashes, null_equal=True)
    assert found.all_have_ids is plain.all_have_ids


def test_months_that_meet_at_midnight_share_only_the_rows_around_it() -> None:
    months = [IdRun(rows=range(n * 9, n * 9 + 10), ids=[f"{n * 8 + each:04}" for each in range(10)]) for n in range(6)]

    assert shared_rows(months) == [
        (8, 10),
        (9, 11),
        (17, 19),
        (18, 20),
        (26, 28),
        (27, 29),
        (35, 37),
        (36, 38),
        (44, 46),
        (45, 47),
    ]


@pytest.mark.parametrize("ids", [["1", None, "2"], ["2", "", "3"], [None]])
def test_a_row_without_an_id_is_seen(ids: list[str | None]) -> None:
    assert find_runs(_with_ids(ids)) is None


def test_too_many_runs_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "MOST_RUNS", 2)

    assert find_runs(_with_ids(["3", "2", "1"])) is None
    assert len(find_runs(_with_ids(["2", "1"])) or ()) == 2


def test_runs_within_a_longer_one_each_share_ids_with_it() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    runs = [IdRun(range(0, 260, 10), letters), IdRun([300, 301], "bc"), IdRun([302, 303], "de")]

    assert shared_rows(runs) == [(10, 21), (30, 41), (300, 302), (302, 304)]


@given(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=30), st.data())
def test_the_span_of_some_rows_has_all_of_their_ids(ids: list[str], data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(ids) - 1))
    end = data.draw(st.integers(begin + 1, len(ids)))
    runs = find_runs(_with_ids(ids))
    assert runs is not None

    first, last = span_ids(runs, begin, end)
    assert first <= min(ids[begin:end]) <= max(ids[begin:end]) <= last
    assert {first, last} <= {*ids}


@given(ids=st.lists(st.text("ab \t\u3000\u00a0\ufeff中", min_size=1, max_size=3), min_size=1, max_size=20, unique=True))
def test_where_every_run_has_bare_ids_no_id_has_white_space_around_it(ids: list[str]) -> None:
    orders = _with_ids(sorted(ids[:10]) + ids[10:])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "MARKED", 4)
        runs = find_runs(replace(orders, may_be_padded=True))
    assert runs is not None

    has_padding = any(each != each.strip(BLANKS) for each in ids)
    assert not (has_padding and all(run.has_bare_ids() for run in runs))


@pytest.mark.parametrize("ids", [["o1", "o2", "o3"], ["订单1", "订单2"], ["a b", "a c", "a\u3000d"], ["b", "a"]])
def test_runs_of_ids_without_white_space_around_them_have_bare_ids(ids: list[str]) -> None:
    runs = find_runs(replace(_with_ids(ids), may_be_padded=True))

    assert runs is not None
    assert all(run.has_bare_ids() for run in runs)


@pytest.mark.parametrize(
    ("begin", "end", "ids"),
    [(10, 12, None), (0, 3, None), (0, 4, "bb"), (4, 5, "bd"), (6, 7, "dd"), (6, 9, "dg"), (9, 12, "gg")],
)
def test_the_ids_around_rows_are_those_of_the_marks_on_both_sides(begin: int, end: int, ids: str | None) -> None:
    assert IdRun(rows=[3, 6, 9], ids="bdg").ids_around(begin, end) == (ids and (*ids,))

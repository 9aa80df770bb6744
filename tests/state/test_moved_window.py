"""As the window moves on, of the known files only the days are read that come and go."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.state import rereading
from rfm_engine.state.rereading import ALL, read_files
from tests.laws.months import day, reason_of, row, write_month

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_of_known_files_the_days_that_come_and_go_are_read_and_those_that_go_without_last_orders(
    months: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[list[str], bool]] = []

    @contextmanager
    def record(job: Any, files: Any, *rest: Any) -> Iterator[Any]:  # noqa: ANN401 as the function in its place
        with read_files(job, files, *rest) as (orders, source):
            ids = orders.rows.collect()["order_id"].sort().to_list()
            found.append((ids, "product_name" in orders.columns))
            yield orders, source

    write_month(months, "m2", [row("o10", 5), row("o20", 20), row("o30", 30), row("o40", 40), row("o50", 50)])
    assert reason_of(months, since=day(4), as_of=day(30))
    monkeypatch.setattr(rereading, "read_files", record)

    assert reason_of(months, since=day(6), as_of=day(40)) is None
    assert sorted(found) == [(["o10"], False), (["o40"], True)]


@pytest.mark.parametrize(
    ("by", "spared"),
    [
        ([], ("product_name", "store_code")),
        (["store_code"], ("product_name",)),
        (["product_name"], ("store_code",)),
        (["product_name", "store_code"], ()),
    ],
)
def test_of_a_window_that_moves_the_files_with_the_days_that_come_or_go_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: list[str], spared: tuple[str, ...]
) -> None:
    for name, days in (("a", (1, 4, 7)), ("b", (12, 15, 26)), ("c", (39, 42, 45))):
        write_month(tmp_path, name, [row(f"{name}{number}", number) for number in days])
    assert reason_of(tmp_path, by=by, since=day(1)) == "nothing is kept yet"
    read: list[tuple[Any, ...]] = []

    def record(job: Any, files: Any, known: Any = None, wanted: Any = ALL) -> Any:  # noqa: ANN401 as the function in its place
        read.append(("".join(file.path.stem for file in files), wanted.days, *wanted.spared))
        return read_files(job, files, known, wanted)

    monkeypatch.setattr(rereading, "read_files", record)

    assert reason_of(tmp_path, by=by, since=day(3), as_of=day(43)) is None
    assert sorted(read) == [("a", (day(1), day(2)), *spared), ("c", (day(41), day(43)))]
    assert reason_of(tmp_path, by=by, since=day(11), as_of=day(43)) is None
    assert read[2:] == [("a", (day(3), day(10)), *spared)]
    assert reason_of(tmp_path, by=by, since=day(13), as_of=day(43)) is None
    assert read[3:] == [("b", (day(11), day(12)), *spared)]
    assert reason_of(tmp_path, by=by, since=day(13), as_of=day(46)) is None
    assert read[4:] == [("c", (day(44), day(46)))]


@pytest.mark.parametrize(("since", "as_of"), [(5, 40), (6, 40), (5, 41)])
def test_what_changed_counts_once_months_later_whichever_end_of_the_window_stays(
    tmp_path: Path, since: int, as_of: int
) -> None:
    customers = [row(f"o{number}", 9, customer_id=f"c{number}") for number in range(20)]
    theirs = [row(f"p{number}", number, customer_id="c9") for number in (4, 5, 6, 40, 41)]
    write_month(tmp_path, "m1", [*customers, *theirs])
    assert reason_of(tmp_path, since=day(5)) == "nothing is kept yet"
    write_month(tmp_path, "m2", [row("q1", 33, customer_id="c9")])
    assert reason_of(tmp_path, since=day(5)) is None
    write_month(tmp_path, "m3", [row("r1", 34, customer_id="c9")])

    assert reason_of(tmp_path, since=day(since), as_of=day(as_of)) is None

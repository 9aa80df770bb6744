"""Orders that come again are judged anew with those they belong to, and no more is read than that needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.state import open_ids, refresh
from rfm_engine.state.folder import list_generations, read_kept
from tests.laws.months import FEBRUARY, JANUARY, day, job_of, reason_of, row, write_month
from tests.laws.months import refresh as run_twice

if TYPE_CHECKING:
    from pathlib import Path


def test_an_order_that_comes_again_is_judged_with_the_old_one(months: Path) -> None:
    write_month(months, "m2", FEBRUARY)
    run = run_twice(months)

    assert run is not None
    assert run.state is not None
    assert run.state.why_not is None
    assert (run.ledger.used, run.ledger.duplicates) == (5, 1)
    assert reason_of(months, since=day(1), as_of=day(41)) is not None


def test_an_order_that_comes_again_was_judged_by_the_spelling_of_its_own_file(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", [*JANUARY, row("o4", 31, order_status="Paid")])
    assert reason_of(tmp_path, latest_export="rejected") == "nothing is kept yet"
    write_month(tmp_path, "m2", [row("o4", 31)])
    assert reason_of(tmp_path, latest_export="rejected") is None


def test_a_month_that_is_exported_again_or_gone_is_read_alone(months: Path) -> None:
    for month in (2, 3, 4):
        write_month(months, f"m{month}", [row(f"o1{month}", 30 + month), row("o2", 2, customer_id="c2")])
        assert reason_of(months) is None
    for month in (4, 3, 2):
        write_month(months, f"m{month}", [row(f"o2{month}", 30 + month), row("o3", 30)])
        assert reason_of(months) is None
        assert reason_of(months) is None
    (months / "m4.parquet").unlink()
    assert reason_of(months) is None
    write_month(months, "m1", [row("o1", 1)])
    assert reason_of(months) == "m1.parquet changed"


def test_customers_with_too_many_orders_are_not_counted_anew_and_no_known_file_is_read(
    months: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "FEW_ORDERS", 0)
    monkeypatch.setattr(refresh.Refresh, "_read_known", None)
    write_month(months, "m2", FEBRUARY)

    assert reason_of(months, as_of=day(41)) == "last orders come again of customers with 1 of 3 orders"


def test_too_many_rows_whose_ids_come_again_are_not_judged_anew(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_ids, "FEW_OPEN", 0)
    write_month(months, "m2", FEBRUARY)

    assert reason_of(months) == "the order ids of 1 of 3 rows come again"


def test_of_a_customer_who_keeps_the_last_order_no_row_is_read_again(
    months: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "rows_of", None)
    write_month(months, "m2", [row("o4", 31), row("o1", 1), row("o6", 1)])

    assert reason_of(months) is None


def test_a_window_that_moves_on_counts_its_last_day_once_and_days_without_orders_not_at_all(months: Path) -> None:
    write_month(months, "m2", [row("o4", 50), row("o5", 52)])
    for last in (50, 52, 60, 70):
        assert reason_of(months, as_of=day(last)) is None


def test_what_was_kept_of_fewer_files_stays_until_it_is_what_is_kept(months: Path) -> None:
    def count_known_files() -> list[int]:
        return [len(read_kept(place, job_of(months)).files) for place in list_generations(months / "state")]

    for month in (2, 3):
        write_month(months, f"m{month}", [row(f"o1{month}", 30 + month)])
        assert reason_of(months) is None
    assert count_known_files() == [3, 2, 1]
    assert reason_of(months, as_of=day(41)) is None
    assert count_known_files() == [3, 2, 1]
    (months / "m3.parquet").unlink()
    for last in (41, 41, 42):
        assert reason_of(months, as_of=day(last)) is None
        assert count_known_files() == [2, 1]


@pytest.mark.parametrize(("changed", "is_long"), [(1, False), (2, True)])
def test_what_changed_goes_into_the_base_where_it_is_longer_than_a_quarter_of_it(
    tmp_path: Path, *, changed: int, is_long: bool
) -> None:
    write_month(tmp_path, "m1", [row(f"o{number}", number, customer_id=f"c{number}") for number in range(4)])
    assert reason_of(tmp_path) == "nothing is kept yet"
    write_month(tmp_path, "m2", [row(f"p{number}", 31, customer_id=f"c{number}") for number in range(changed)])

    assert reason_of(tmp_path) is None

    memo = read_kept(tmp_path / "state", job_of(tmp_path)).read_memo()
    assert (memo.delta.height, memo.base.table.height) == (0 if is_long else changed, 4)
    assert memo.base.table["frequency"].sum() == (4 + changed if is_long else 4)

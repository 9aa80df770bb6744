"""Orders that come again are judged anew with those they belong to, and no more is read than that needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine.state import open_ids, refresh
from tests.laws.months import FEBRUARY, JANUARY, day, reason_of, row, write_month
from tests.laws.months import refresh as run_twice

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


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

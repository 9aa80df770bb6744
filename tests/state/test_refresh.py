"""Orders that come again are judged anew with those they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

from rfm_engine.errors import DataError
from rfm_engine.state import keeping, limits, open_ids, refresh, rereading, unchanged
from rfm_engine.state.folder import list_generations, read_kept
from tests.laws.months import FEBRUARY, JANUARY, day, job_of, reason_of, row, why_not, write_month, write_text
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


def test_too_many_rows_whose_ids_come_again_are_not_judged_anew(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_ids, "FEW_OPEN", 0)
    write_month(months, "m2", FEBRUARY)

    assert reason_of(months) == "the order ids of 1 of 3 rows come again"


def test_a_window_that_moves_on_counts_its_last_day_once_and_days_without_orders_not_at_all(
    months: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LONGEST", 0)
    write_month(months, "m2", [row("o4", 50), row("o5", 52)])
    for last in (50, 52, 60, 70):
        assert reason_of(months, as_of=day(last)) is None


def test_what_was_kept_of_fewer_files_stays_until_it_is_what_is_kept(
    months: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "YOUNG_NS", 10**18)  # what becomes old enough meanwhile would be another thing

    def count_known_files() -> list[int]:
        return [len(read_kept(place, job_of(months)).files) for place in list_generations(months / "state")]

    for month in (2, 3):
        write_month(months, f"m{month}", [row(f"o1{month}", 30 + month)])
        assert reason_of(months) is None
    assert count_known_files() == [3, 2, 1]
    assert reason_of(months, as_of=day(41)) is None
    assert count_known_files() == [3, 2, 1]
    (months / "m3.parquet").unlink()
    for last in (40, 41):
        assert reason_of(months, as_of=day(last)) is None
        assert count_known_files() == [2, 1]


def test_what_was_kept_of_files_that_have_other_sizes_is_not_tried_in_vain(months: Path) -> None:
    for name in ("m2", "m3"):
        write_month(months, name, [row(f"{name}o1", 31)])
        assert reason_of(months) is None
    for name in ("m2", "m3"):
        write_month(months, name, [row(f"{name}o{number}", 31, store_code="s" * number) for number in range(9)])
    assert reason_of(months) is None


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


@pytest.mark.parametrize(
    ("few", "most", "reason"),
    [
        (8, 3, None),
        (7, 3, "last orders come again of customers with 8 of 16 orders"),
        (7, 2, None),
    ],
)
def test_of_customers_who_may_be_counted_anew_all_rows_count_once_wherever_their_last_order_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int, most: int, reason: str | None
) -> None:
    keys: dict[str, Any] = {"by": ["region"], "refunds": "net", "since": day(1)}
    monkeypatch.setattr(keeping, "LONGEST", 0)
    others = [row(f"x{number}", number, customer_id="c4") for number in range(1, 9)]
    theirs = [row("o0", 0), row("o1", 1), row("r1", 2, order_amount="-1.00"), row("o2", 20)]
    theirs += [row(f"p{number}", number, customer_id="c2", region="south") for number in (3, 4)]
    write_month(tmp_path, "m1", [*others, *theirs])
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    write_month(tmp_path, "m2", [row("o3", 31), row("q1", 31, customer_id="c3")])
    assert reason_of(tmp_path, **keys) is None
    write_month(tmp_path, "m3", [row(one, 32, customer_id="c5") for one in ("o2", "o3", "p4", "q1")])
    monkeypatch.setattr(refresh, "FEW_ORDERS", few)
    monkeypatch.setattr(refresh, "MOST_RECOUNTED", most)
    if reason is not None:
        monkeypatch.setattr(rereading.KnownFiles, "read", None)

    assert reason_of(tmp_path, **keys) == reason


def test_a_last_order_of_the_days_that_come_in_is_lost_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_month(tmp_path, "m1", [row("o1", 1), row("o2", 45)])
    assert reason_of(tmp_path) == "nothing is kept yet"
    write_month(tmp_path, "m2", [row("o2", 45)])
    monkeypatch.setattr(refresh, "FEW_ORDERS", 0)

    assert reason_of(tmp_path, as_of=day(46)) == "last orders come again of customers with 1 of 2 orders"


def test_an_order_of_lines_that_is_rounded_counts_when_the_window_reaches_it(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", JANUARY)
    assert reason_of(tmp_path, grain="line") == "nothing is kept yet"
    parts = [row(f"o{number}", number, order_amount="1.005") for number in (45, 47)]
    months = [("m2", parts, 40, 0), ("m3", [row("o47", 47)], 45, 1), ("m4", [row("o5", 5)], 47, 2)]
    for name, rows, last, rounded in months:
        write_month(tmp_path, name, rows)
        run = run_twice(tmp_path, grain="line", as_of=day(last))
        assert run is not None
        assert (why_not(run), run.ledger.rounded) == (None, rounded)


def test_rejected_cells_that_a_run_would_ask_about_are_read_with_all(
    months: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_month(months, "m2", [row("o4", 31)])
    monkeypatch.setattr(limits, "question_rejects", Mock(side_effect=DataError("times can be read in two ways")))

    assert reason_of(months) == "rejected cells may be meant in another way"


def test_lines_of_an_order_that_stand_apart_in_a_new_file_are_read_with_all(tmp_path: Path) -> None:
    keys: dict[str, Any] = {"grain": "line", "amount_style": "point"}
    write_text(tmp_path / "a.csv", [row("o1", 1)])
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    apart = [row(name, 31, order_amount=amount) for amount in ("1.00", "2.50") for name in ("x", "y")]
    write_text(tmp_path / "b.csv", apart)

    assert reason_of(tmp_path, **keys) == "the lines of an order stand apart in b.csv"

"""What a run shows is kept only if it gives the lists of that run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given

from rfm_engine.customers import batches
from rfm_engine.errors import DataError
from rfm_engine.orders.failing_rows import FailingRows
from rfm_engine.orders.order_ids import spans
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.reading import SOURCE_FILE, Orders
from rfm_engine.orders.staging import ROW
from rfm_engine.orders.tally import Tally
from rfm_engine.state import keeping, limits, observation, open_ids
from rfm_engine.state.answer import Answer
from rfm_engine.state.by_day.row_counts import ROWS, count_days_as_passing, count_tests, find_outside
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.observation import count_by_day
from rfm_engine.state.parts.counting import complete_part
from tests.laws.months import JANUARY, day, row, why_not, write_month
from tests.laws.months import refresh as run_twice
from tests.state.parts.orders import ORDERS, RULES, is_outside, judge_order, make_orders

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rfm_engine.customers.aggregate import Aggregated
    from tests.state.parts.orders import Order

OTHER_LISTS = "what would be kept does not give the same lists"
PADDED = "white space stands around ids that a run need not look at"
SOURCE = Orders(typed=lambda **_: pl.LazyFrame(), files=(), mapping={}, dtypes={})


def _why_nothing_is_kept(folder: Path, **keys: Any) -> str | None:  # noqa: ANN401 keys of a dataset
    run = run_twice(folder, **keys)
    assert run is not None
    assert run.state is not None
    return run.state.not_kept


def test_a_state_that_would_give_other_lists_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_month(tmp_path, "m1", JANUARY)
    monkeypatch.setattr(observation, "complete_part", _count_all_but_one)
    assert _why_nothing_is_kept(tmp_path) == OTHER_LISTS


def _count_all_but_one(*given: Any) -> Any:  # noqa: ANN401 as the function in its place
    return complete_part(*given)[1:]


def _with_one_fen_more(found: Aggregated) -> list[pl.LazyFrame]:
    return [part.with_columns(pl.col("monetary_fen") + 1) for part in found.parts]


def _in_other_type(found: Aggregated) -> list[pl.LazyFrame]:
    return [part.with_columns(pl.col("monetary_fen").cast(pl.Int32)) for part in found.parts]


def _in_other_order(found: Aggregated) -> list[pl.LazyFrame]:
    return [part.reverse() for part in found.parts]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda found: found, None),
        (lambda found: replace(found, parts=_with_one_fen_more(found)), OTHER_LISTS),
        (lambda found: replace(found, parts=_in_other_type(found)), OTHER_LISTS),
        (lambda found: replace(found, parts=_in_other_order(found)), OTHER_LISTS),
        (lambda found: replace(found, parts=[]), OTHER_LISTS),
        (lambda found: replace(found, rejects=found.rejects.clear()), OTHER_LISTS),
        (lambda found: replace(found, ledger=replace(found.ledger, customers_without_order=1)), OTHER_LISTS),
        (lambda found: replace(found, findings=found.findings[1:]), OTHER_LISTS),
        (lambda found: replace(found, currency="EUR"), OTHER_LISTS),
    ],
)
def test_what_would_answer_otherwise_in_any_one_thing_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Aggregated], Aggregated], reason: str | None
) -> None:
    class OtherAnswer(Answer):
        def aggregate(self) -> Aggregated:
            return change(super().aggregate())

    write_month(tmp_path, "m1", [*JANUARY, row("o4", 4, order_amount=None), row("o5", 5, order_amount="-1.00")])
    monkeypatch.setattr(observation, "Answer", OtherAnswer)
    assert _why_nothing_is_kept(tmp_path) == reason


@pytest.mark.parametrize(
    ("rows", "keys", "reason"),
    [
        ([row("o5", 5, order_status=" void ")], {"keep_status": None}, PADDED),
        ([row("o5", 5, order_status=" void ")], {}, None),
        ([row("o5", 5, product_name="rope ")] * 2, {}, PADDED),
        ([row("o5", 5, product_name="rope ", customer_id="c5"), *[row("o6", 6, customer_id="c5")] * 2], {}, PADDED),
        ([row("o5", 5, product_name="rope ", customer_id="c5"), row("o6", 6, customer_id="c5")], {}, None),
        ([row("o5", 5, product_name="rope ", customer_id="c5")], {}, None),
        ([row("o5", 5, product_name="rope ", customer_id="c5")], {"drop": ["product_name"]}, PADDED),
    ],
)
def test_white_space_that_the_run_did_not_see_is_not_kept(
    tmp_path: Path, rows: list[dict[str, Any]], keys: dict[str, Any], reason: str | None
) -> None:
    write_month(tmp_path, "m1", [*JANUARY, *rows])
    assert _why_nothing_is_kept(tmp_path, **keys) == reason


def test_what_a_state_cannot_answer_is_not_kept(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", JANUARY)
    assert _why_nothing_is_kept(tmp_path, grain="day") == "it is not kept with grain day"


def test_lists_that_are_graded_batch_by_batch_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_month(tmp_path, "m1", [*JANUARY, row("o5", 5, region="east")])
    monkeypatch.setattr(batches, "BATCH_ROWS", 3)
    reason = _why_nothing_is_kept(tmp_path, by=["region"])
    assert reason == "the lists do not fit into memory together"


def test_where_many_order_ids_come_again_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_month(tmp_path, "m1", [*JANUARY, *[row("o4", 4)] * 2])
    monkeypatch.setattr(open_ids, "FEW_OPEN", 0)
    assert _why_nothing_is_kept(tmp_path) == "the order ids of 2 of 5 rows come again"


def test_rejected_cells_that_a_run_would_ask_about_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*_: Any) -> None:  # noqa: ANN401 as the function in its place
        message = "order times can be read in two ways"
        raise DataError(message)

    write_month(tmp_path, "m1", JANUARY)
    monkeypatch.setattr(limits, "question_rejects", ask)
    assert _why_nothing_is_kept(tmp_path) == "rejected cells may be meant in another way"


@pytest.mark.parametrize("keys", [{}, {"refunds": "net"}, {"drop": ["order_id"]}])
def test_customers_who_are_before_the_window_are_kept_with_the_others(tmp_path: Path, keys: dict[str, Any]) -> None:
    write_month(tmp_path, "m1", [row("o1", 1), *(row(f"o{number}", number, customer_id="c2") for number in (2, 20))])
    for file, since, before in (("m2", 10, 1), ("m3", 21, 2)):
        run = run_twice(tmp_path, since=day(since), **keys)
        assert run is not None
        assert run.ledger.customers_before_window == before
        assert run.state is not None
        assert run.state.not_kept is None
        write_month(tmp_path, file, [row(f"{file}o", 31, customer_id="c3")])
    assert why_not(run_twice(tmp_path, since=day(21), **keys)) is None


def test_where_only_open_orders_are_in_the_window_the_customers_before_it_are_kept(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", [row("o1", 1, customer_id="c2"), *[row("o2", 5)] * 2])
    assert _why_nothing_is_kept(tmp_path, since=day(3)) is None


def test_of_whom_the_last_order_comes_again_the_one_before_is_kept(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", [*JANUARY, row("o4", 30.5, store_code="t"), row("o4", 30.5, store_code="t")])
    assert _why_nothing_is_kept(tmp_path) is None
    write_month(tmp_path, "m2", [row("o4", 30.5, store_code="t", order_amount="7.00")])
    assert why_not(run_twice(tmp_path)) is None


@pytest.mark.parametrize("has_runs", [True, False])
def test_a_file_is_known_by_the_ids_between_which_its_own_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_runs: bool
) -> None:
    monkeypatch.setattr(spans, "MOST_RUNS", 9 if has_runs else 0)
    for name, ids in (("m1", (5, 6, 3)), ("m2", (1, 2))):
        write_month(tmp_path, name, [row(f"o{number}", 10 + number, customer_id=f"c{number}") for number in ids])
    run = run_twice(tmp_path)
    assert run is not None
    assert run.state is not None
    assert run.state.memo is not None
    known = [(one.first_id, one.last_id) for one in run.state.memo.files.values()]
    assert known == [("o3", "o6"), ("o1", "o2")]
    write_month(tmp_path, "m3", [row("o3", 31, customer_id="c9"), row("o2", 32), row("o4", 32)])
    again = run_twice(tmp_path)
    assert why_not(again) is None


@given(ORDERS, RULES)
def test_rows_that_are_counted_before_they_are_judged_are_counted_as_after(
    rows: list[Order], rules: dict[str, Any]
) -> None:
    rules |= {"grain": "order"}
    dated = [order for order in sorted(rows, key=lambda order: order[6]) if order[3] is not None]
    sound = [order for order in dated if is_outside(order, rules) or judge_order(order, rules)[0] == "passed"]
    orders = make_orders(sound, **rules)
    expected = count_tests(orders, Duplicates())
    outside = [number for number, order in enumerate(sound) if is_outside(order, rules)]
    pieces = (orders.rows.filter(pl.col(ROW).is_in(outside)),)

    days = count_by_day(SOURCE, orders, Tally(may_be_rounded=True))

    assert days is not None
    assert days.days.equals(count_days_as_passing(orders, {}, may_be_rounded=True))
    assert days.find_outside() == find_outside(days.days, orders.rules)
    for are_outside in (True, False):
        counted = days.count_tests(FailingRows(pieces=pieces, are_outside=are_outside))
        assert counted.sort(counted.columns).equals(expected.sort(expected.columns))


def test_rows_of_which_one_depends_on_others_are_not_counted_by_day() -> None:
    rows: list[Order] = [("o1", "a", "n", None, 700, "paid", "m1")]
    known: dict[str, Any] = {"refunds": "reject", "by": ("region",)}
    orders, lines = make_orders(rows, grain="order", **known), make_orders(rows, grain="line", **known)
    without_file = replace(orders, columns=tuple(name for name in orders.columns if name != SOURCE_FILE))

    assert count_by_day(SOURCE, lines, Tally()) is None
    assert count_by_day(SOURCE, without_file, Tally()) is None
    rounded = [count_by_day(SOURCE, orders, Tally(may_be_rounded=may_be)) for may_be in (False, True)]
    assert [found and found.days[ROWS, "rounded"].rows() for found in rounded] == [[(1, 0)], [(1, 1)]]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (UnusableStateError("no column holds order ids"), "no column holds order ids"),
        *((kind("x"), "these orders do not add up part by part") for kind in keeping.FAULTS),
    ],
)
def test_why_orders_that_were_read_are_not_kept_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, reason: str
) -> None:
    def fail(_: object) -> None:
        raise error

    write_month(tmp_path, "m1", JANUARY)
    monkeypatch.setattr(observation.Observation, "make_memo", fail)
    assert _why_nothing_is_kept(tmp_path) == reason
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("first", [None, 3])
def test_lines_that_add_up_to_nothing_beyond_the_window_are_known_when_it_moves_on(
    tmp_path: Path, first: int | None
) -> None:
    window = {} if first is None else {"since": day(first)}
    lines = [row(f"l{number}", number, order_amount=fen) for number in (1, 45) for fen in ("5.00", "-5.00")]
    write_month(tmp_path, "m1", [*JANUARY, *lines])
    assert _why_nothing_is_kept(tmp_path, grain="line", **window) is None
    assert why_not(run_twice(tmp_path, grain="line", as_of=day(46), **window)) is None

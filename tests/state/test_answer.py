"""What is kept answers as a run of all orders does, and only where it can."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW
from rfm_engine.state import answer, keeping
from rfm_engine.state.answer import Answer
from rfm_engine.state.parts.merging import merge
from tests.laws.months import JANUARY, day, job_of, reason_of, row, why_not, write_month, write_text
from tests.laws.months import refresh as run_twice

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.pipeline import Run
    from rfm_engine.state.parts.merging import Merger


def _answered(folder: Path, **keys: Any) -> Run:  # noqa: ANN401 keys of a dataset
    """Return the run that the state answered, as a run of all orders does."""
    run = run_twice(folder, **keys)
    assert run is not None
    assert why_not(run) is None
    return run


def _not_kept(folder: Path, **keys: Any) -> str | None:  # noqa: ANN401 keys of a dataset
    run = run_twice(folder, **keys)
    assert run is not None
    assert run.state is not None
    return run.state.not_kept


@pytest.mark.parametrize("longest", [0, 10**9])
@pytest.mark.parametrize("grain", ["order", "line"])
def test_customers_without_an_order_in_the_window_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grain: str, longest: int
) -> None:
    monkeypatch.setattr(keeping, "LONGEST", longest)
    keys: dict[str, Any] = {"refunds": "net", "grain": grain}
    paid = [row(f"o{number}", number, customer_id=f"c{number}") for number in (1, 2, 3, 20, 21)]
    write_month(tmp_path, "m1", [*paid, row("r1", 22, customer_id="c6", order_amount="-1.00"), row("o1", 25)])
    assert reason_of(tmp_path, since=day(0), **keys) == "nothing is kept yet"
    write_month(tmp_path, "m2", [row("r2", 31, customer_id="c7", order_amount="-2.00"), row("o3", 3, customer_id="c3")])
    ledger = _answered(tmp_path, since=day(0), **keys).ledger
    assert (ledger.customers_without_order, ledger.customers_before_window) == (2, 0)
    ledger = _answered(tmp_path, since=day(3), **keys).ledger
    assert (ledger.customers_without_order, ledger.customers_before_window) == (2, 1)
    ledger = _answered(tmp_path, since=day(4), as_of=day(41), **keys).ledger
    assert (ledger.customers_without_order, ledger.customers_before_window) == (2, 2)


def test_without_a_customer_in_the_window_it_answers_none(tmp_path: Path) -> None:
    keys = {"refunds": "net", "since": day(0)}
    write_month(tmp_path, "m1", [row("o1", 1), row("r1", 30, customer_id="c2", order_amount="-1.00")])
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    assert reason_of(tmp_path, **keys) is None
    run = run_twice(tmp_path, **keys | {"since": day(20)})
    assert run is None


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_lines_of_one_amount_are_told_apart_by_their_place_in_the_files(tmp_path: Path, form: str) -> None:
    write = write_text if form == "csv" else lambda path, rows: write_month(path.parent, path.stem, rows)
    lines = [row("o1", 1, product_name=name) for name in ("tent", "rope", "lamp")]
    varied = [row("o9", 1, customer_id="c9", order_amount=f"{fen}.00") for fen in (1, 2)]
    write(tmp_path / f"m.{form}", [*varied, row("o2", 2, customer_id="c2", product_name="rope"), *lines[:2]])
    assert reason_of(tmp_path, grain="line") == "nothing is kept yet"
    write(tmp_path / f"a.{form}", [row("o2", 2, customer_id="c2"), lines[2], lines[1]])
    _answered(tmp_path, grain="line")
    write(tmp_path / f"b.{form}", [row("o3", 3, product_name="lamp"), lines[0]])
    _answered(tmp_path, grain="line")


@pytest.mark.parametrize("sign", ["", "-"])
def test_sums_that_may_be_too_large_are_counted_by_a_run_of_all_orders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    large = row("o4", 4, customer_id="c4", order_amount=f"{sign}20.00")
    write_month(tmp_path, "m1", [*JANUARY, large])
    monkeypatch.setattr(answer, "MOST_FEN", 2001)
    assert reason_of(tmp_path, refunds="net") == "nothing is kept yet"
    assert reason_of(tmp_path, refunds="net") is None
    monkeypatch.setattr(answer, "MOST_FEN", 2000)
    assert reason_of(tmp_path, refunds="net") == "a sum is too large"


SPELLED_OTHERWISE = "rows spell a requested region in another way"


@pytest.mark.parametrize(
    ("keys", "region", "reason"),
    [
        ({"region": ["四川"]}, "四川省", SPELLED_OTHERWISE),
        ({"region": ["四川省"]}, "四川", SPELLED_OTHERWISE),
        ({"region": ["North"]}, "north", SPELLED_OTHERWISE),
        ({"region": ["north"]}, "North", SPELLED_OTHERWISE),
        ({"region": ["north"]}, "south", None),
        ({"region": ["四川"], "same_region": True}, "四川省", None),
    ],
)
def test_a_region_that_new_rows_spell_otherwise_is_judged_with_all_orders(
    tmp_path: Path, keys: dict[str, Any], region: str, reason: str | None
) -> None:
    write_month(tmp_path, "m1", [row("o1", 1, region=keys["region"][0]), row("o2", 2, region="east")])
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    write_month(tmp_path, "m2", [row("o3", 31, region=region)])
    assert reason_of(tmp_path, **keys) == reason


def test_it_does_not_answer_where_more_leaves_than_was_there(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(base: pl.DataFrame, change: pl.DataFrame, *gone: pl.DataFrame) -> Merger:
        return merge(base, change.with_columns(-pl.col("frequency")), *gone)

    write_month(months, "m2", [row("o4", 31, customer_id="c9")])
    monkeypatch.setattr(keeping, "LONGEST", 0)
    monkeypatch.setattr(answer, "merge", lose)
    assert reason_of(months) == "more rows leave the window than were in it"


@pytest.mark.parametrize(
    ("keys", "codes"),
    [
        ({}, {"RFM302", "RFM403", "RFM404"}),
        ({"by": ["region"], "grain": "line"}, {"RFM405", "RFM406"}),
        ({"drop": ["product_name"]}, {"RFM302", "RFM403", "RFM404"}),
        ({"keep_status": None, "refunds": "net"}, {"RFM302", "RFM403", "RFM404"}),
    ],
)
def test_what_is_found_is_what_a_run_of_all_orders_finds(tmp_path: Path, keys: dict[str, Any], codes: set[str]) -> None:
    keys = {"latest_export": "rejected"} | keys
    settled = [row(f"s{number}", number, customer_id=f"c{number}") for number in range(1, 9)]
    write_month(tmp_path, "m1", [*settled, row("o1", 1), row("o2", 2), row("o3", 3, order_amount="-1.00")])
    assert reason_of(tmp_path, since=day(0), **keys) == "nothing is kept yet"
    again = [row("o1", 4, customer_id="c2"), row("o2", 5, order_amount="-2.00"), row("o2", 2, order_amount="7.00")]
    write_month(tmp_path, "m2", [*again, row("o4", 31, region="south"), row("o3", 3), row("o5", 99), row("o5", 99)])
    found = {one.code for first in (0, 1, 4) for one in _answered(tmp_path, since=day(first), **keys).findings}
    assert found >= codes


def test_so_many_conflicts_that_they_are_order_lines_are_refused_as_in_any_run(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", JANUARY)
    assert reason_of(tmp_path, latest_export="rejected") == "nothing is kept yet"
    conflicts = [row(f"x{number}", number, order_amount=f"{sen}.00") for number in range(1, 13) for sen in (1, 2)]
    write_month(tmp_path, "m2", conflicts)
    assert run_twice(tmp_path, latest_export="rejected") is None


def test_headers_that_hold_no_column_are_known(tmp_path: Path) -> None:
    for name, numbers in (("m1", (1, 2, 3)), ("m2", (31, 32, 33))):
        write_month(tmp_path, name, [row(f"o{number}", number, customer_id=f"c{number}") for number in numbers])
        path = tmp_path / f"{name}.parquet"
        pl.read_parquet(path).with_columns(pl.lit("x").alias("member no")).write_parquet(path)
        run = run_twice(tmp_path)
    assert run is not None
    assert why_not(run) is None
    assert "RFM303" in {one.code for one in run.findings}


def test_lines_of_text_files_are_compared_with_those_of_old_months(tmp_path: Path) -> None:
    keys: dict[str, Any] = {"grain": "line", "amount_style": "point"}
    write_text(tmp_path / "a.csv", [row(f"a{number}", number) for number in range(5)])
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    lines = [row(f"b{number}", number, order_amount=f"{number + 1}.00") for number in range(5) for _ in range(2)]
    write_text(tmp_path / "b.csv", lines)
    run = run_twice(tmp_path, **keys)

    assert run is not None
    assert why_not(run) == "the lines of orders may be totals"
    assert "RFM409" in {one.code for one in run.findings}


@pytest.mark.parametrize(
    ("others", "code"), [(("1.00", "1.00"), "RFM409"), (("1.00", "2.00", "3.00"), "RFM413"), (("1.00", "2.00"), None)]
)
def test_one_order_in_the_window_shows_that_lines_of_text_are_no_totals(
    tmp_path: Path, others: tuple[str, ...], code: str | None
) -> None:
    def write(name: str, order_id: str, number: int, amounts: tuple[str, ...]) -> None:
        write_text(tmp_path / f"{name}.csv", [row(order_id, number, order_amount=amount) for amount in amounts])

    write("a", "o0", 0, ("2.00", "3.00", "9.00"))
    write("a", "o1", 1, others)
    keys: dict[str, Any] = {"grain": "line", "amount_style": "point"}
    assert reason_of(tmp_path, since=day(0), **keys) == "nothing is kept yet"
    for number in range(2, 5):
        write("b", f"o{number}", number, tuple(f"{float(each) * number}0" for each in others))
    assert code not in {one.code for one in _answered(tmp_path, since=day(0), **keys).findings}
    run = run_twice(tmp_path, since=day(1), **keys)

    assert run is not None
    assert why_not(run) == ("the lines of orders may be totals" if code else None)
    assert code is None or code in {one.code for one in run.findings}


@pytest.mark.parametrize(
    ("order_ids", "why"),
    [
        (["o4", "o1"], "an order of a.csv goes on in its new lines"),
        (["o3"], "the last order of a.csv goes on in its new lines"),
    ],
)
def test_where_an_order_goes_on_in_a_text_file_that_grew_all_lines_are_read(
    tmp_path: Path, order_ids: list[str], why: str
) -> None:
    path, amounts = tmp_path / "a.csv", ("1.00", "2.50")
    write_text(path, [row(f"o{number}", number, order_amount=amount) for number in (1, 2) for amount in amounts])
    keys: dict[str, Any] = {"grain": "line", "amount_style": "point"}
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    write_text(path, [row("o3", 3, order_amount=amount) for amount in amounts])
    _answered(tmp_path, **keys)
    write_text(path, [row(order_id, 4) for order_id in order_ids])

    assert reason_of(tmp_path, **keys) == why


def test_lines_of_an_order_that_stand_apart_are_read_with_all(tmp_path: Path) -> None:
    apart = [row(name, 1, order_amount=amount) for amount in ("1.00", "2.50") for name in ("x", "y")]
    write_text(tmp_path / "a.csv", apart)
    reason = f"the lines of an order stand apart in {tmp_path / 'a.csv'}"
    assert _not_kept(tmp_path, grain="line", amount_style="point") == reason


def test_orders_whose_sums_are_rounded_have_no_status_of_their_own(tmp_path: Path) -> None:
    keys: dict[str, Any] = {"grain": "line", "keep_status": None}
    write_month(tmp_path, "m1", [row("o1", 1, order_amount="1.005"), row("o2", 2, order_status="done")])
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    write_month(tmp_path, "m2", [row("o3", 3, order_amount="1.005")])
    assert {finding.code for finding in _answered(tmp_path, **keys).findings} == {"RFM402"}


def test_open_rows_go_in_the_order_of_the_files_whenever_they_came(tmp_path: Path) -> None:
    for name, last in (("b", 10), ("a", 11)):
        write_month(tmp_path, name, [row(f"o{number}", number) for number in range(1, last)])
    run, job = run_twice(tmp_path), job_of(tmp_path)
    assert run is not None
    assert run.state is not None
    assert run.state.memo is not None
    memo = replace(run.state.memo, open_rows=run.state.memo.open_rows.sample(fraction=1, shuffle=True, seed=1))

    rows = Answer(memo=memo, job=job, files=job.files[::-1]).open_orders.rows.select(SOURCE_FILE, SOURCE_ROW).collect()

    assert rows.rows() == [(f"{tmp_path}/{name}.parquet", number) for name in "ba" for number in range(1, 10)]

"""When the state answers, and why it does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine import pipeline
from rfm_engine.output.writer import OutputOptions, write
from rfm_engine.state import base, keeping, observation, open_ids, refresh
from rfm_engine.state.parts.counting import complete_part
from rfm_engine.state.rereading import read_files
from tests.state.months import FEBRUARY, JANUARY, day, job_of, reason_of, row, write_month
from tests.state.months import refresh as run_twice

if TYPE_CHECKING:
    from pathlib import Path

ALWAYS, NEVER = 10**9, 0
"""Whether a base takes in what changed since."""


def test_a_new_file_is_read_alone(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_month(months, "m2", [row("o4", 31), row("o5", 33)])
    read: list[str] = []

    def record(job: Any, files: Any) -> Any:  # noqa: ANN401 as the function in its place
        read.extend(file.path.name for file in files)
        return read_files(job, files)

    monkeypatch.setattr(refresh, "read_files", record)

    assert reason_of(months) is None
    assert read == ["m2.parquet"]
    assert reason_of(months) is None
    assert read == ["m2.parquet"]


@pytest.mark.parametrize("has_room", [True, False])
def test_a_base_that_is_written_anew_is_set_aside_or_not_and_kept(
    months: Path, monkeypatch: pytest.MonkeyPatch, *, has_room: bool
) -> None:
    monkeypatch.setattr(keeping, "LONGEST", ALWAYS)
    if not has_room:
        monkeypatch.setattr(base, "set_aside", lambda _: None)

    for name, rows in (("m2", FEBRUARY), ("m3", [row("o6", 35), row("o3", 30)])):
        write_month(months, name, rows)
        run = run_twice(months)
        assert run is not None
        assert run.state is not None
        assert run.state.read_anew == (f"{months}/{name}.parquet",)
        assert reason_of(months) is None


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


@pytest.mark.parametrize(
    "keys",
    [
        {"grain": "line"},
        {"grain": "line", "refunds": "net"},
        {"keep_status": None},
        {"keep_currency": "cny"},
        {"by": ["currency"]},
    ],
)
def test_the_usual_orders_have_a_state(tmp_path: Path, keys: dict[str, Any]) -> None:
    write_month(
        tmp_path, "m1", [*JANUARY, row("o8", 8, currency="CNY"), row("o8", 8, order_amount="-2.00", currency="CNY")], []
    )
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    other = "EUR" if {*keys} & {"keep_currency", "by"} else "CNY"
    write_month(tmp_path, "m2", [*FEBRUARY, row("o9", 34, order_status="void", currency=other)], [])
    assert reason_of(tmp_path, **keys) is None
    assert reason_of(tmp_path, as_of=day(41), **keys) is None


@pytest.mark.parametrize("keys", [{"keep_status": ["paid", "gone"]}, {"region": ["north", "west"]}])
def test_what_no_row_has_is_told_with_the_values_of_all_files(tmp_path: Path, keys: dict[str, Any]) -> None:
    write_month(tmp_path, "m1", [*JANUARY, row("o8", 8, order_status="void", region="south")])
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    write_month(
        tmp_path,
        "m2",
        [row("o9", 34, order_status="lost", region="east"), row("o10", 34), row("o11", 34, order_status=" void ")],
    )
    assert reason_of(tmp_path, **keys) is None
    assert reason_of(tmp_path, as_of=day(41), **keys) is None


def test_amounts_of_a_second_currency_are_refused_as_in_any_run(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", [row("o1", 1, currency="CNY")], [])
    assert reason_of(tmp_path) == "nothing is kept yet"
    write_month(tmp_path, "m2", [row("o2", 2, currency="EUR")], [])
    assert run_twice(tmp_path) is None


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"as_of": day(39)}, "the window moved back"),
        ({"since": day(0)}, "the window moved back"),
        ({"refunds": "net"}, "the rules or the versions are others than those it was kept under"),
        ({"exclude_customer": ["c1"]}, "the rules or the versions are others than those it was kept under"),
        ({"as_of": day(60)}, None),
        ({"scheme": {"name": "quintile"}, "weights": [1, 1, 1], "drop": ["order_id"], "title": "t"}, None),
    ],
)
def test_what_the_state_does_not_know_is_read_again(months: Path, keys: dict[str, Any], reason: str | None) -> None:
    assert reason_of(months, **keys) == reason


def test_a_window_beyond_the_last_one_is_read_again(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", [*JANUARY, row("o9", 70)])
    assert reason_of(tmp_path, since=day(0)) == "nothing is kept yet"
    assert reason_of(tmp_path, since=day(2), as_of=day(50)) is None
    assert reason_of(tmp_path, since=day(60), as_of=day(90)) == "the window has no day in common with the last one"


def test_a_file_that_changed_or_is_gone_or_has_other_columns_is_noticed(months: Path) -> None:
    write_month(months, "m2", [row("o7", 31)])
    assert reason_of(months) is None
    write_month(months, "m1", [row("o8", 31)])
    assert reason_of(months) == "m1.parquet changed"
    (months / "m2.parquet").unlink()
    assert reason_of(months) == "m2.parquet is gone"
    (months / "m2.parquet").write_bytes((months / "m1.parquet").read_bytes())
    assert reason_of(months) == "two files have the same content"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (pl.lit("n").alias("note"), "other columns than"),
        (pl.col("region").alias("province"), "other columns than"),
        (pl.col("order_amount").cast(pl.Decimal(14, 3)), "other types than those of"),
    ],
)
def test_a_new_file_with_other_columns_or_types_is_noticed(months: Path, change: pl.Expr, what: str) -> None:
    january = pl.read_parquet(months / "m1.parquet")
    moved = january.with_columns(change, order_id="n" + pl.col("order_id"))
    moved.drop("region" if "province" in moved.columns else []).write_parquet(months / "m2.parquet")

    assert what in str(reason_of(months))


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"grain": "day"}, "it is not kept with grain day"),
        ({"columns": {"order_id": "none"}}, "no column holds order ids"),
        ({"order_total": "repeated"}, "it is not kept where each row of an order has its total"),
        ({"latest_export": "wins"}, "it is not kept where the latest export wins"),
        ({"dormant": True, "since": day(2)}, "it is not kept where dormant customers are listed"),
        ({"carry": ("order_status",)}, "it is not kept where further columns are carried"),
    ],
)
def test_orders_whose_files_do_not_stand_alone_have_no_state(tmp_path: Path, keys: dict[str, Any], reason: str) -> None:
    write_month(tmp_path, "m1", JANUARY)
    run = run_twice(tmp_path, **keys)

    assert run is not None
    assert run.state is not None
    assert run.state.not_kept == reason
    assert not (tmp_path / "state").exists()


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


def test_a_state_that_would_give_other_lists_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_month(tmp_path, "m1", JANUARY)
    monkeypatch.setattr(observation, "complete_part", _count_all_but_one)
    run = run_twice(tmp_path)

    assert run is not None
    assert run.state is not None
    assert run.state.not_kept == "what would be kept does not give the same lists"


def _count_all_but_one(*given: Any) -> Any:  # noqa: ANN401 as the function in its place
    return complete_part(*given)[1:]


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


def test_the_state_is_written_after_the_lists_and_the_record_says_what_it_did(months: Path) -> None:
    write_month(months, "m2", [row("o4", 31)])
    job = job_of(months, state="state")
    kept = (months / "state" / "manifest.json").read_bytes()
    run = pipeline.run(job)
    assert (months / "state" / "manifest.json").read_bytes() == kept
    folder = write(run, job, OutputOptions(months / "out"))

    assert (months / "state" / "manifest.json").read_bytes() != kept
    record = json.loads((folder / "run.json").read_bytes())
    assert record["state"] == {"used": True, "read_anew": [str(months / "m2.parquet")], "why_not": None}
    assert "state" not in record["dataset"]
    plain = write(pipeline.run(job_of(months)), job_of(months), OutputOptions(months / "plain"))
    assert "state" not in json.loads((plain / "run.json").read_bytes())

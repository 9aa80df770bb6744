"""New files are read alone, unless they have other columns or types."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine.state import rereading
from rfm_engine.state.rereading import list_values, match_rules, read_files, values_of
from tests.laws.months import FEBRUARY, JANUARY, day, job_of, reason_of, row, write_month, write_text
from tests.state.parts.orders import FIRST, make_orders

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_file_is_read_alone(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_month(months, "m2", [row("o4", 31), row("o5", 33)])
    read: list[str] = []

    def record(job: Any, files: Any, *rest: Any) -> Any:  # noqa: ANN401 as the function in its place
        read.extend(file.path.name for file in files)
        return read_files(job, files, *rest)

    monkeypatch.setattr(rereading, "read_files", record)

    assert reason_of(months) is None
    assert read == ["m2.parquet"]
    assert reason_of(months) is None
    assert read == ["m2.parquet"]


def test_what_checks_need_is_read_of_rows_that_leave(months: Path) -> None:
    keys: dict[str, Any] = {"by": ["store_code"], "region": ["north"]}
    write_month(months, "m2", [row("o10", 5), row("o20", 6, region="south"), row("o30", 30)])
    reason_of(months, since=day(4), as_of=day(30), **keys)

    assert reason_of(months, since=day(10), as_of=day(30), **keys) is None


def test_lists_of_a_column_of_ones_own_go_on(tmp_path: Path) -> None:
    for month, orders in (("m1", JANUARY), ("m2", FEBRUARY)):
        write_month(tmp_path, month, orders)
        path = tmp_path / f"{month}.parquet"
        pl.read_parquet(path).with_columns(pl.lit("web").alias("channel")).write_parquet(path)
        reason = reason_of(tmp_path, by=["channel", "region"])

    assert reason is None


def test_known_rows_are_given_up_to_the_last_one_of_their_file_trimmed_and_numbered(tmp_path: Path) -> None:
    for month in ("m1", "m2", "m3"):
        write_month(tmp_path, month, [row(f" {month}{number}", number, region=" ") for number in range(3)])
    job = job_of(tmp_path)
    last_rows = {str(job.files[0].path): 1, str(job.files[2].path): 2}

    with read_files(job, job.files, last_rows) as (orders, source):
        rows = orders.rows.collect().sort("row")

    assert rows["order_id"].to_list() == ["m10", "m20", "m21", "m22", "m30", "m31"]
    assert rows["row"].to_list() == [*range(6)]
    assert rows["region"].null_count() == orders.height == 6
    assert [*source.mapping] == [str(file.path) for file in job.files]


def test_a_new_file_of_which_no_state_answers_is_refused(months: Path) -> None:
    write_month(months, "m2", FEBRUARY)
    (months / "m3.parquet").write_bytes((months / "m2.parquet").read_bytes())

    assert reason_of(months) == "m3.parquet is a copy of another file"


def test_new_ids_that_have_lost_digits_are_refused(tmp_path: Path) -> None:
    keys: dict[str, Any] = {"amount_style": "point", "accept": ["RFM305"]}
    write_text(tmp_path / "m1.csv", JANUARY)
    assert reason_of(tmp_path, **keys) == "nothing is kept yet"
    write_text(tmp_path / "m2.csv", [row("1.2E+11", 31)])

    assert reason_of(tmp_path, **keys) == "ids have lost digits"


def test_the_values_are_those_of_the_columns_at_which_a_rule_looks() -> None:
    rows = [("o1", "a", "n", 1, "void"), ("o2", "b", "m", 2, "paid"), ("o3", None, "n", 3, None)]
    orders = make_orders([(*row[:3], FIRST, *row[3:], "m1") for row in rows])
    without_region = replace(orders, columns=tuple(name for name in orders.columns if name != "region"))
    rules = orders.rules
    both = replace(rules, region=("n",), keep_status=("paid",))
    values = [("order_status", "paid"), ("order_status", "void"), ("region", "m"), ("region", "n")]

    assert list_values(orders, rules).rows() == []
    assert list_values(orders, replace(rules, region=("n",))).rows() == values[2:]
    assert list_values(without_region, both).rows() == values[:2]
    assert list_values(orders, replace(rules, region=(), keep_status=())).rows() == values
    found = list_values(orders, both)
    assert values_of(found, "region").collect().to_dict(as_series=False) == {"region": ["m", "n"]}


def test_of_customers_only_those_who_are_left_out_are_values() -> None:
    orders = make_orders([("o1", name, "n", FIRST, 1, "paid", "m1") for name in ("a", "b", None, "b", "c")])
    excluding = replace(orders, rules=replace(orders.rules, exclude_customer=("b", "d")))

    assert list_values(excluding, orders.rules).rows() == [("customer_id", "b")]


def test_what_is_requested_is_spelled_as_the_values_are() -> None:
    values = pl.DataFrame([("order_status", "Paid"), ("region", "四川")], ["column", "value"], orient="row")
    rules = replace(make_orders([]).rules, region=("四川",), keep_status=("paid", "gone"), same_region=True)

    spelled = match_rules(rules, values)
    assert (spelled.region, spelled.keep_status) == (("四川省",), ("Paid", "gone"))
    assert match_rules(replace(rules, same_region=False), values).region == ("四川",)
    assert match_rules(rules, values.head(1)).region == ("四川",)


def test_orders_after_the_window_whose_lines_add_up_to_nothing_are_known_when_it_moves(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", JANUARY)
    reason_of(tmp_path, as_of=day(31), grain="line")
    write_month(tmp_path, "m2", [row("o7", 35), row("o7", 35, order_amount="-5.00"), row("o8", 36)])

    assert reason_of(tmp_path, as_of=day(32), grain="line") is None
    assert reason_of(tmp_path, as_of=day(40), grain="line") is None


def test_cells_that_the_further_rows_of_a_new_order_lack_are_those_of_the_first(tmp_path: Path) -> None:
    write_text(tmp_path / "m1.csv", JANUARY)
    assert reason_of(tmp_path, amount_style="point") == "nothing is kept yet"
    write_text(tmp_path / "m2.csv", [row("o7", 35), row("o7", 35, customer_id=None, order_amount=None)])

    assert reason_of(tmp_path, amount_style="point") is None


def test_files_without_columns_that_may_be_spared_are_read(tmp_path: Path) -> None:
    write_month(tmp_path, "m1", JANUARY, ("currency", "product_name", "store_code", "order_status"))
    assert reason_of(tmp_path, since=day(1), keep_status=None) == "nothing is kept yet"

    assert reason_of(tmp_path, since=day(2), keep_status=None) is None


@pytest.mark.parametrize(
    "keys",
    [
        {"keep_status": ["paid", "gone"]},
        {"region": ["north", "west"]},
        {"exclude_customer": ["c9"]},
        {"exclude_customer": ["c9", "C2"], "same_id": ["case"]},
        {"exclude_customer": ["c2"], "region": ["north", "west"]},
    ],
)
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

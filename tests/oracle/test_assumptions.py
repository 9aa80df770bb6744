"""What the passes over the orders assume, and find out to be wrong, changes no answer."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import rfm_engine
from rfm_engine.customers import batches
from tests.engine import Row, run_files, table_of, write_orders
from tests.examples import examples
from tests.oracle.scorer import Rules, grade
from tests.oracle.test_engine_equals_oracle import comparable, expected_rows, is_refused, ledger_of

COLUMNS = ("customer_id", "order_id", "store_code", "region", "product_name", "order_amount", "order_time")
AS_OF = date(2025, 7, 1)
NEWEST = ("order_id", "order_amount", "product_name", "store_code")
AHEAD = 101  # more rows than are looked at before times are taken in whole seconds

whole = st.datetimes(datetime(2025, 1, 1), datetime(2025, 7, 2)).map(lambda time: time.strftime("%Y-%m-%d %H:%M:%S"))
parts = st.sampled_from(["2025-06-20 23:59:59.500000", "2025-06-20 23:59:59.000001", "2025-06-20 23:59:59"])
far = st.sampled_from(["1000-01-01", "1913-07-04 11:59:59", "1991-06-22", "1991-06-21 13:22:55", "9999-12-31 23:59:59"])
orders = st.lists(
    st.fixed_dictionaries(
        {
            "customer_id": st.sampled_from(["c1", "c2", "c3", "c4"]),
            "region": st.sampled_from(["四川省", "山东省"]),
            "product_name": st.sampled_from(["帐篷", "lamp", ""]),
            "store_code": st.sampled_from(["s1", ""]),
            "order_amount": st.sampled_from(["100", "0.01", "12.345", "12.34", "-5"]),
            "order_time": st.one_of(whole, whole, parts, far),
            "order_id": st.sampled_from(["given", "given", "given", "given", ""]),
        }
    ),
    min_size=1,
    max_size=12,
)
ORDINARY: Row = {"region": "四川省", "product_name": "lamp", "store_code": "s1", "order_amount": "1"}


def told_apart(rows: list[Row]) -> list[Row]:
    """Return the rows with order ids that do not repeat, those without one as they are."""
    return [row | {"order_id": row["order_id"] and f"o{number}"} for number, row in enumerate(rows)]


cases = st.fixed_dictionaries(
    {
        "ahead": st.sampled_from([0, AHEAD]),
        "rows": orders,
        "by": st.sampled_from([("region",), ()]),
        "refunds": st.sampled_from(["reject", "net"]),
        "promised": st.booleans(),
        "as_of": st.sampled_from([date(2025, 7, 1), date(2059, 1, 1)]),
        "batch_rows": st.sampled_from([1, 5, batches.BATCH_ROWS]),
        "drop": st.one_of(st.just([]), st.lists(st.sampled_from(NEWEST), unique=True), st.just([*NEWEST])),
    }
)


@settings(max_examples=examples(60), deadline=None)
@given(cases)
def test_times_that_do_not_fit_and_missing_ids_equal_the_oracle(case: dict[str, Any]) -> None:
    first: Row = ORDINARY | {"customer_id": "c1", "order_id": "given", "order_time": "2025-01-01 05:05:05"}

    found, answer = engine_and_oracle(told_apart([first] * (1 + case["ahead"]) + case["rows"]), case)

    assert found == answer


@settings(max_examples=examples(80), deadline=None)
@given(
    cases,
    st.lists(st.sampled_from(["2025-06-20 23:59:59", "2025-06-30"]), min_size=12, max_size=12),
    st.lists(st.sampled_from(["rises", "rises", "rises", "rises", "repeats", "falls", ""]), min_size=12, max_size=12),
)
def test_order_ids_that_rise_and_those_that_stop_to_rise_equal_the_oracle(
    case: dict[str, Any], times: list[str], steps: list[str]
) -> None:
    first: Row = ORDINARY | {"customer_id": "c1", "order_time": "2025-01-01 05:05:05"}
    tied = [row | {"order_time": time} for row, time in zip(case["rows"], times, strict=False)]
    ids = [f"o{number:04d}" for number in range(1 + case["ahead"] + len(tied))]
    for place, step in enumerate(steps[: len(tied)], start=1 + case["ahead"]):
        ids[place] = {"rises": ids[place], "repeats": ids[place - 1], "falls": f"n{place}", "": ""}[step]
    rows = [first] * (1 + case["ahead"]) + tied

    found, answer = engine_and_oracle(
        [row | {"order_id": number} for row, number in zip(rows, ids, strict=True)],
        case | {"promised": case["promised"] and "repeats" not in steps[: len(tied)]},
    )

    assert found == answer


def engine_and_oracle(rows: list[Row], case: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Return customers, ledger and rejects as the engine tells them, and as the oracle does."""
    rules = Rules(as_of=case["as_of"], by=case["by"], refunds=case["refunds"])
    drop = case["drop"] if case["by"] else [*case["drop"], "region"] if case["drop"] else []
    answer = grade(rows, rules)
    assume(not is_refused(answer))
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "BATCH_ROWS", case["batch_rows"])
        path = write_orders(Path(folder) / "orders.csv", rows, COLUMNS)
        run = run_files(Path(folder), [path], table_of(rules) | {"unique_order_ids": case["promised"], "drop": drop})
    rejects = [(row - 2, column, reason) for _, row, column, _, reason in run.rejects.iter_rows()]
    customers = run.customers.collect()
    found = [comparable(customers), ledger_of(run.ledger.as_table()), rejects]
    assert not {f"last_{name}" for name in drop} & {*customers.columns}
    return found, [expected_rows(answer, customers.columns), answer.ledger, sorted(answer.rejects)]


@pytest.mark.parametrize("withheld", [[], ["store_code"], ["customer_id"]])
def test_lists_graded_batch_by_batch_give_the_run_that_all_of_them_give_together(
    tmp_path: Path, withheld: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        ORDINARY
        | {"customer_id": f"c{n % 11}", "order_id": f"o{n * 7919 % 1000}", "store_code": f"s{n % 5}"}
        | {"order_time": f"2025-0{1 + n % 6}-11", "order_amount": str(1 + n * 37 % 900)}
        for n in range(300)
    ]
    path = write_orders(tmp_path / "orders.csv", rows, COLUMNS)
    table = {"as_of": AS_OF, "by": ["store_code", "region"], "pseudonymize": withheld}
    monkeypatch.setenv("RFM_PSEUDONYM_KEY", "a key of 16 bytes or more")

    whole = run_files(tmp_path, [path], table)
    monkeypatch.setattr(batches, "BATCH_ROWS", 130)
    shared = run_files(tmp_path, [path], table)

    assert shared.customers.collect().equals(whole.customers.collect())
    assert {name: cuts.rows() for name, cuts in shared.spans.items()} == {
        name: cuts.rows() for name, cuts in whole.spans.items()
    }
    assert (shared.ledger, shared.by) == (whole.ledger, whole.by)


def test_a_frame_scored_batch_by_batch_gives_what_it_gives_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [ORDINARY | {"customer_id": f"c{n % 11}", "order_id": f"o{n}", "region": f"r{n % 5}"} for n in range(100)]
    orders = pl.DataFrame(rows).with_columns(order_time=pl.lit(AS_OF))

    whole = rfm_engine.score(orders, as_of=AS_OF).collect()
    for batch_rows in (60, 20):  # two shares, and five
        monkeypatch.setattr(batches, "BATCH_ROWS", batch_rows)

        assert rfm_engine.score(orders, as_of=AS_OF).collect().equals(whole)

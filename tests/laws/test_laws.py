"""What must hold for any orders: nothing but the orders and the rules decides the answer."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rfm_engine
from tests.engine import run_files, write_orders
from tests.examples import examples

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine import Row

AS_OF = date(2025, 7, 1)
COLUMNS = ("customer_id", "order_id", "store_code", "region", "product_name", "order_amount", "order_time")
Drawn = list[tuple[str, int, int, datetime]]
SCORES = ("r_score", "f_score", "m_score")
customers = st.lists(
    st.tuples(
        st.sampled_from(["north", "south"]),
        st.integers(0, 12),
        st.integers(1, 40_000),
        st.datetimes(datetime(2024, 1, 1), datetime(2025, 7, 1)),
    ),
    min_size=1,
    max_size=60,
)


def orders_of(drawn: Drawn) -> pl.DataFrame:
    rows = [
        {
            "customer_id": f"c{customer}",
            "order_id": f"o{number}",
            "store_code": f"s{fen % 3}",
            "region": region,
            "product_name": f"p{fen % 5}",
            "order_amount": Decimal(fen).scaleb(-2),
            "order_time": time.replace(microsecond=0),
        }
        for number, (region, customer, fen, time) in enumerate(drawn)
    ]
    return pl.DataFrame(rows)


def many_orders(seed: int) -> list[Row]:
    draw = random.Random(seed)
    start = datetime(2024, 1, 1)
    return [
        {
            "customer_id": f"c{int(draw.paretovariate(0.8)) % 900}",
            "order_id": f"o{number - number % 97 // 96}",
            "store_code": f"s{draw.randrange(9)}",
            "region": draw.choice(["四川省", "山东省", "海南省"]),
            "product_name": draw.choice(["tent", "lamp", ""]),
            "order_amount": f"{draw.randrange(-200, 99_999) / 100:.2f}",
            "order_time": str(start + timedelta(seconds=draw.randrange(48_000_000))),
        }
        for number in range(4_000)
    ]


@settings(max_examples=examples(40), deadline=None)
@given(customers, st.randoms(), st.sampled_from(["thresholds", "quintile"]))
def test_the_order_of_the_rows_changes_nothing(drawn: Drawn, random_: random.Random, scheme: str) -> None:
    orders = orders_of(drawn)
    shuffled = list(range(orders.height))
    random_.shuffle(shuffled)

    plain = rfm_engine.score(orders, as_of=AS_OF, scheme=scheme).collect()
    mixed = rfm_engine.score(orders[shuffled], as_of=AS_OF, scheme=scheme).collect()

    assert mixed.equals(plain)


@settings(max_examples=examples(40), deadline=None)
@given(customers, st.sampled_from(["thresholds", "quintile"]))
def test_a_better_value_never_gets_a_worse_score_in_its_list(drawn: Drawn, scheme: str) -> None:
    graded = rfm_engine.score(orders_of(drawn), as_of=AS_OF, scheme=scheme).collect()

    for value, score, falling in (
        ("recency_days", "r_score", True),
        ("frequency", "f_score", False),
        ("monetary", "m_score", False),
    ):
        for _, part in graded.group_by("region"):
            scores = part.sort(value, descending=falling)[score]
            assert scores.is_sorted(), f"{score} does not follow {value}"


@settings(max_examples=examples(40), deadline=None)
@given(customers, st.integers(-3000, 3000), st.sampled_from(["thresholds", "quintile"]))
def test_all_dates_shifted_together_change_no_score(drawn: Drawn, days: int, scheme: str) -> None:
    orders = orders_of(drawn)
    later = orders.with_columns(pl.col("order_time").dt.offset_by(f"{days}d"))

    plain = rfm_engine.score(orders, as_of=AS_OF, scheme=scheme).collect()
    moved = rfm_engine.score(later, as_of=AS_OF + timedelta(days=days), scheme=scheme).collect()

    kept = [name for name in plain.columns if name not in {"next_contact_by", "last_order_time"}]
    assert moved.select(kept).equals(plain.select(kept))


@settings(max_examples=examples(40), deadline=None)
@given(customers, st.integers(2, 1000))
def test_money_scaled_changes_no_quintile_score(drawn: Drawn, factor: int) -> None:
    orders = orders_of(drawn)
    scaled = orders.with_columns(pl.col("order_amount") * factor)

    plain = rfm_engine.score(orders, as_of=AS_OF, scheme="quintile").collect()
    dearer = rfm_engine.score(scaled, as_of=AS_OF, scheme="quintile").collect()

    assert dearer.select(SCORES, "tier").equals(plain.select(SCORES, "tier"))
    assert (dearer["monetary"] == plain["monetary"] * factor).all()


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "ndjson"])
def test_row_order_file_split_threads_and_hash_seed_change_no_byte(form: str, tmp_path: Path) -> None:
    orders = many_orders(seed=7)
    whole = tmp_path / "whole"
    parts = tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    write_orders(whole / "orders.csv", orders, COLUMNS)
    shuffled = orders[:]
    random.Random(1).shuffle(shuffled)
    for number in range(3):
        write_orders(parts / f"orders-{number}.csv", shuffled[number::3], COLUMNS)

    answers = {
        customers_bytes(whole / "orders.csv", form, threads, tmp_path / f"w{threads}") for threads in (1, 2, 8)
    } | {customers_bytes(parts / "orders-*.csv", form, threads, tmp_path / f"p{threads}") for threads in (1, 8)}

    assert len(answers) == 1


def customers_bytes(orders: Path, form: str, threads: int, output: Path) -> bytes:
    """Run the command as a process of its own and return the customers file."""
    options = ["--as-of", "2025-07-01", "--scheme", "quintile", "--name", "x", "--format", form, "--refunds", "net"]
    command = [sys.executable, "-m", "rfm_engine", "run", "--orders", str(orders), *options, "--output", str(output)]
    variables = {"POLARS_MAX_THREADS": str(threads), "PYTHONHASHSEED": str(threads), "TZ": f"Etc/GMT-{threads}"}
    done = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (output / "x" / f"customers.{form}").read_bytes()


def test_a_lazy_frame_an_eager_one_and_an_arrow_stream_give_the_same() -> None:
    orders = pl.DataFrame(many_orders(seed=3))

    class Stream:
        def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
            return orders.__arrow_c_stream__(requested_schema)

    before = orders.clone()
    answers = [rfm_engine.score(given, as_of=AS_OF).collect() for given in (orders, orders.lazy(), Stream())]

    assert answers[0].height > 100
    assert all(answer.equals(answers[0]) for answer in answers)
    assert orders.equals(before)


def test_text_files_of_either_format_give_the_same(tmp_path: Path) -> None:
    orders = many_orders(seed=5)
    csv = write_orders(tmp_path / "orders.csv", orders, COLUMNS)
    frame = pl.DataFrame(orders)
    frame.write_parquet(tmp_path / "orders.parquet")
    frame.write_ndjson(tmp_path / "orders.ndjson")
    frame.write_ipc(tmp_path / "orders.arrow")
    frame.write_excel(tmp_path / "orders.xlsx")

    runs = [
        run_files(tmp_path, [path], {"as_of": AS_OF})
        for path in (csv, *(tmp_path / f"orders.{suffix}" for suffix in ("parquet", "ndjson", "arrow", "xlsx")))
    ]

    assert runs[0].ledger.read == 4_000
    assert all(run.customers.collect().equals(runs[0].customers.collect()) for run in runs)
    assert all(run.ledger == runs[0].ledger for run in runs)

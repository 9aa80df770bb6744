"""Lines are added exactly, whatever their type and however fine, and the sum of an order is rounded once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rfm_engine
from rfm_engine import score
from rfm_engine.customers import merged_orders
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.orders.staging import OrderSet

EXACT = Context(prec=60)
fine = st.decimals(min_value="-3", max_value="9", places=20, allow_nan=False)
coarse = st.sampled_from(["0.004", "0.006", "0.005", "-0.005", "0.0049999", "1.005", "12.3449", "0", "0.00"]).map(
    Decimal
)
lines = st.lists(st.one_of(coarse, fine), min_size=1, max_size=6)
noisy = st.floats(min_value=0, max_value=200, allow_nan=False)


def whole_fen(amounts: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total.quantize(Decimal("0.01"), ROUND_HALF_UP, EXACT)


def monetary(amounts: pl.Series) -> list[Decimal]:
    """Return the money of a customer whose first order is of 100 yuan, and whose second has these lines."""
    orders = pl.DataFrame({"order_id": ["o1"] * len(amounts), "order_amount": amounts})
    first = pl.DataFrame({"order_id": ["o0"], "order_amount": [100]}, schema_overrides={"order_amount": pl.Int64})
    whole = pl.concat([first.cast({"order_amount": amounts.dtype}), orders]).with_columns(
        pl.lit("c").alias("customer_id"), pl.lit("2025-06-01").alias("order_time")
    )
    graded = score(whole, as_of="2025-07-01", grain="line", refunds="net", amount_style="point").collect()
    return graded["monetary"].to_list()


@settings(max_examples=examples(40))
@given(lines)
def test_lines_of_text_are_added_before_their_sum_is_rounded(amounts: list[Decimal]) -> None:
    texts = pl.Series([f"{amount:f}" for amount in amounts], dtype=pl.String)

    assert monetary(texts) == [100 + whole_fen(amounts)]


@settings(max_examples=examples(40))
@given(lines, st.sampled_from([4, 10, 20]))
def test_lines_of_decimals_are_added_before_their_sum_is_rounded(amounts: list[Decimal], scale: int) -> None:
    cut = [amount.quantize(Decimal(1).scaleb(-scale), context=EXACT) for amount in amounts]

    assert monetary(pl.Series(cut, dtype=pl.Decimal(38, scale))) == [100 + whole_fen(cut)]


@settings(max_examples=examples(40))
@given(
    st.lists(st.one_of(noisy, st.sampled_from([0.1 + 0.2, 179.04000000000002, 0.005, 0.004])), min_size=1, max_size=6)
)
def test_a_float_line_is_its_shortest_decimal_text(amounts: list[float]) -> None:
    assert monetary(pl.Series(amounts, dtype=pl.Float64)) == [100 + whole_fen([cut(one) for one in amounts])]


def cut(amount: float) -> Decimal:
    """Return what counts of a float: 20 decimals of its text."""
    return Decimal(repr(amount)).quantize(Decimal(1).scaleb(-20), "ROUND_DOWN", EXACT)


@pytest.mark.parametrize(("line", "sum_of_1000"), [("0.004", "4.00"), ("0.006", "6.00"), ("1.0055", "1005.50")])
def test_a_thousand_small_lines_make_an_order(tmp_path: Path, line: str, sum_of_1000: str) -> None:
    orders = pl.DataFrame(
        {"customer_id": ["c"] * 1000, "order_id": ["o"] * 1000, "order_amount": line, "order_time": "2025-06-01"}
    )
    orders.write_csv(tmp_path / "orders.csv")
    keys = 'name = "n"\norders = ["orders.csv"]\nas_of = 2025-07-01\ngrain = "line"\n'
    (tmp_path / "dataset.toml").write_text(keys)

    run = rfm_engine.run(tmp_path)

    assert run.customers().collect()["monetary"].to_list() == [Decimal(sum_of_1000)]
    assert run.ledger.rounded == 0


def test_lines_that_add_up_to_less_than_half_a_fen_are_no_order() -> None:
    orders = pl.DataFrame(
        {
            "customer_id": ["c", "c", "d"],
            "order_id": ["o", "o", "p"],
            "order_amount": ["0.003", "0.0019", "1.0049"],
            "order_time": "2025-06-01",
        }
    )

    run = rfm_engine.run(orders, as_of="2025-07-01", grain="line")

    assert run.customers().collect().select("customer_id", "monetary").rows() == [("d", Decimal("1.00"))]
    assert run.ledger.rejected == {"order_amount: not positive": 2}
    assert run.ledger.rounded == 1


def test_the_largest_line_is_known_by_parts_of_a_fen() -> None:
    orders = pl.DataFrame(
        {
            "customer_id": "c",
            "order_id": "o",
            "order_amount": ["1.0001", "1.0002", "1.0001"],
            "order_time": "2025-06-01",
            "product_name": ["z", "a", "y"],
        }
    )

    graded = score(orders, as_of="2025-07-01", grain="line").collect()

    assert graded.select("last_product_name", "last_order_amount").rows() == [("a", Decimal("3.00"))]


@pytest.mark.parametrize("sharing", ["c", "d"])
def test_only_lines_that_share_their_order_id_are_added_up(sharing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[int] = []
    add_lines = merged_orders.add_lines

    def record(lines: pl.LazyFrame, orders: OrderSet) -> pl.LazyFrame:
        added.append(lines.collect().height)
        return add_lines(lines, orders)

    monkeypatch.setattr(merged_orders, "add_lines", record)
    orders = pl.DataFrame(
        {
            "customer_id": ["c", "c", "c", sharing],
            "order_id": ["o", "p", "q", "q"],
            "order_amount": ["1.00", "2.00", "3.00", "4.00"],
            "order_time": "2025-06-01",
            "product_name": ["a", "b", "y", "z"],
        }
    )

    graded = score(orders, as_of="2025-07-01", grain="line").collect()

    last = {"c": ("c", 3, Decimal("10.00"), "z"), "d": ("c", 3, Decimal("6.00"), "y")}[sharing]
    columns = graded.select("customer_id", "frequency", "monetary", "last_product_name")
    assert columns.rows() == [last, *([("d", 1, Decimal("4.00"), "z")] if sharing == "d" else [])]
    assert max(added) == 2


some_lines = st.lists(
    st.tuples(
        st.sampled_from("cd"), st.sampled_from("opqr"), st.sampled_from(["-1", "0", "1", "2"]), st.sampled_from("xyz")
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=examples(40))
@given(some_lines)
def test_lines_are_added_up_the_same_whether_they_are_held_or_not(rows: list[tuple[str, str, str, str]]) -> None:
    names = ["customer_id", "order_id", "order_amount", "product_name"]
    orders = pl.DataFrame(rows, names, orient="row").with_columns(
        pl.format("2025-06-0{}", pl.col("order_amount").str.len_bytes()).alias("order_time")
    )
    graded = []
    for is_held in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(merged_orders, "_are_mostly_alone", lambda _, is_held=is_held: is_held)
            graded.append(score(orders, as_of="2025-07-01", grain="line", refunds="net").collect())

    assert graded[0].equals(graded[1])


@pytest.mark.parametrize("padded", [" z", "z ", "\u3000z"])
def test_the_largest_line_is_the_one_of_trimmed_texts(padded: str) -> None:
    orders = pl.DataFrame(
        {
            "customer_id": "c",
            "order_id": ["o", "o"],
            "order_amount": "1.00",
            "order_time": "2025-06-01",
            "product_name": ["y", padded],
        }
    )

    graded = score(orders, as_of="2025-07-01", grain="line").collect()

    assert graded["last_product_name"].to_list() == ["z"]

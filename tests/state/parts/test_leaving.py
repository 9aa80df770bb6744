"""What leaves takes away what it brought, and nothing else."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.state.parts.columns import key_columns
from rfm_engine.state.parts.leaving import negate, rows_of, take_out
from rfm_engine.state.parts.merging import add_up, amend, plus, settle, take_rows
from tests.state.parts.rows import ROWS, SCHEMA, make_part


@given(ROWS, ROWS)
def test_what_leaves_is_what_came_before_what_stays(older: dict, younger: dict) -> None:  # type: ignore[type-arg]
    old, young = make_part(older, 1), make_part(younger, 2)
    leaving = old.with_columns(before=pl.col("frequency"))
    left = settle(plus(plus(old, young), negate(leaving.select("^[^l].*$"), old)))
    counts = [name for name in SCHEMA if name != "before"]

    assert left.filter(pl.col("frequency") > 0).select(counts).equals(young.select(counts))
    gone = left.filter(pl.col("frequency") == 0).select("^last_.*$")
    assert gone.null_count().row(0) == (len(older.keys() - younger.keys()),) * 3
    assert left["before"].sum() == old["frequency"].sum()


def test_what_leaves_takes_its_counts_away_and_no_last_order() -> None:
    part = make_part({("n", "a"): (2, 5, (1, "a", "tent"))}).with_columns(
        refunds=pl.lit(3, pl.Int64), before=pl.lit(5, pl.Int64)
    )

    assert negate(part, part.with_columns(last_store_code="customer_id")).rows() == [
        ("n", "a", -2, -10, -3, 5, None, None, None, None)
    ]


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 3), st.sampled_from(["out", "old", "new"])), max_size=9)
)
def test_what_is_taken_out_leaves_what_was_never_there(orders: list[tuple[str, int, str]]) -> None:
    numbered = [*enumerate(orders)]

    def count(*kinds: str) -> pl.DataFrame:
        return add_up(
            [
                make_part({}),
                *(
                    make_part({("n", one): (1, 5, (day, str(number), None))})
                    for number, (one, day, kind) in numbered
                    if kind in kinds
                ),
            ]
        )

    def recount(customers: pl.DataFrame) -> pl.DataFrame:
        return count("old").join(customers, on=customers.columns, how="semi", maintain_order="left")

    ids = pl.Series([str(number) for number, order in numbered if order[2] == "out"], dtype=pl.String)
    none, out, old = count(), count("out"), count("old")
    for base, change in ((plus(old, out), none), (old, out), (out, old)):
        known = take_rows(base, out.select(key_columns(out)))
        changed, gone = take_out(known, change, out, ids, recount)
        whole = amend(base.clone(), plus(changed, count("new")), gone)
        assert whole.filter(pl.col("frequency") > 0).equals(count("old", "new"))


@given(ROWS, ROWS)
def test_rows_of_customers_are_those_of_their_list_alone(rows: dict[Any, Any], wanted: dict[Any, Any]) -> None:
    customers = make_part(wanted).select("region", "customer_id")

    found = rows_of(customers, make_part(rows).lazy()).collect().sort(customers.columns)

    assert found.equals(make_part({key: row for key, row in rows.items() if key in wanted}))

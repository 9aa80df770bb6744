"""Parts add up: of any rows, in any order, however often divided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.state import parts
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.parts import add_up, amend, day_after, day_before, negate, plus, settle, take_out, take_rows

SCHEMA: dict[str, Any] = {
    "region": pl.String,
    "customer_id": pl.String,
    "frequency": pl.Int64,
    "monetary_fen": pl.Int64,
    "refunds": pl.Int64,
    "before": pl.Int64,
    "last_order_time": pl.Datetime("us"),
    "last_order_id": pl.String,
    "last_product_name": pl.String,
}
LASTS = st.tuples(st.integers(1, 3), st.sampled_from(["a", "b", None]), st.sampled_from(["tent", "rope", None]))
Last = tuple[int, str | None, str | None]


def _part(rows: dict[tuple[str, str], tuple[int, int, Last]], month: int = 1) -> pl.DataFrame:
    made = [
        (*key, count, count * fen, 0, 0, datetime(2025, month, day), *texts)
        for key, (count, fen, (day, *texts)) in sorted(rows.items())
    ]
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


ROWS = st.dictionaries(
    st.tuples(st.sampled_from(["n", "m", "n\0"]), st.sampled_from(["a", "b", "c", "", "\0", "\0a", "a\0"])),
    st.tuples(st.integers(1, 3), st.integers(1, 99), LASTS),
)

SLICES = st.integers(1, 4)


@given(ROWS, ROWS, ROWS)
def test_parts_add_up_in_any_order(one: dict, two: dict, three: dict) -> None:  # type: ignore[type-arg]
    first, second, third = _part(one), _part(two), _part(three)

    assert plus(first, second).equals(plus(second, first))
    assert plus(plus(first, second), third).equals(plus(first, plus(second, third)))


@given(ROWS, ROWS)
def test_what_leaves_is_what_came_before_what_stays(older: dict, younger: dict) -> None:  # type: ignore[type-arg]
    old, young = _part(older, 1), _part(younger, 2)
    leaving = old.with_columns(before=pl.col("frequency"))
    left = settle(plus(plus(old, young), negate(leaving)))
    counts = [name for name in SCHEMA if name != "before"]

    assert left.filter(pl.col("frequency") > 0).select(counts).equals(young.select(counts))
    gone = left.filter(pl.col("frequency") == 0).select("^last_.*$")
    assert gone.null_count().row(0) == (len(older.keys() - younger.keys()),) * 3
    assert left["before"].sum() == old["frequency"].sum()


def test_what_leaves_takes_its_counts_away_and_no_last_order() -> None:
    part = _part({("n", "a"): (2, 5, (1, "a", "tent"))}).with_columns(
        refunds=pl.lit(3, pl.Int64), before=pl.lit(5, pl.Int64)
    )

    assert negate(part.with_columns(last_store_code="customer_id")).rows() == [
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
                _part({}),
                *(
                    _part({("n", one): (1, 5, (day, str(number), None))})
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
        changed, gone = take_out(base, change, out, ids, recount)
        whole = amend(base.clone(), plus(changed, count("new")), gone)
        assert whole.filter(pl.col("frequency") > 0).equals(count("old", "new"))


@pytest.mark.parametrize("name", ["frequency", "refunds"])
def test_more_that_leaves_than_was_there_is_noticed(name: str) -> None:
    part = _part({("n", "a"): (2, 5, (1, "a", "tent")), ("n", "b"): (2, 5, (1, "a", "tent"))})
    spoilt = part.with_columns(pl.when(pl.col("customer_id") == "b").then(-1).otherwise(name).alias(name))

    with pytest.raises(UnusableStateError, match="more rows leave the window than were in it"):
        settle(spoilt)
    assert settle(part).equals(part)


@given(ROWS, ROWS, st.sets(st.sampled_from([(one, two) for one in "nm" for two in ["a", "b", "c", "", "\0"]])), SLICES)
def test_a_base_is_amended_as_if_it_had_never_known_who_is_gone(
    base: dict[Any, Any], change: dict[Any, Any], gone: set[tuple[str, str]], searched: int
) -> None:
    stays = {key: row for key, row in base.items() if key not in gone}
    keys = pl.DataFrame(sorted(gone), schema={"region": pl.String, "customer_id": pl.String}, orient="row")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "SEARCHED", searched)
        amended = amend(_part(base), _part(change), keys)

    assert amended.equals(add_up([_part(stays), _part(change)]))


@given(ROWS, ROWS, SLICES)
def test_rows_of_customers_are_taken_in_their_order(
    base: dict[Any, Any], wanted: dict[Any, Any], searched: int
) -> None:
    keys = _part(wanted).select("region", "customer_id")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "SEARCHED", searched)
        found = take_rows(_part(base), keys)

    assert found.equals(_part({key: row for key, row in base.items() if key in wanted}))


def test_a_base_that_is_amended_is_used_up() -> None:
    base = _part({("n", "a"): (1, 5, (1, "a", "tent"))})

    amend(base, _part({("n", "b"): (1, 5, (1, "a", "tent"))}))

    assert base.columns == []


def test_the_days_around_a_day_are_its_neighbours() -> None:
    assert (day_before(date(2025, 3, 1)), day_after(date(2025, 1, 31))) == (date(2025, 2, 28), date(2025, 2, 1))

"""Parts add up: of any rows, in any order, however often divided."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.parts.merging import add_up, amend, merge, plus, settle, sum_parts, take_rows
from tests.state.parts.rows import ROWS, SCHEMA, make_part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.state.parts.rows import Last

WITHOUT = st.sets(st.sampled_from(["a", "b", "c", "", "\0"]))
GONE = st.sets(st.sampled_from([(one, two) for one in "nm" for two in ["a", "b", "c", "", "\0"]]))


def _greatest(lasts: Iterable[Last]) -> Last:
    """Return the latest last order; of one time the greatest texts, and none is less than any."""
    return max(lasts, key=lambda last: [(cell is not None, cell) for cell in last])


def _forget_last(part: pl.DataFrame, without: set[str]) -> pl.DataFrame:
    """Return the part as if customers had no order in the window."""
    return part.with_columns(pl.when(~pl.col("customer_id").is_in([*without])).then(pl.col("^last_.*$")).name.keep())


@given(st.lists(st.tuples(ROWS, WITHOUT), min_size=1, max_size=3))
@example([({("n", "a"): (1, 5, (1, "a", None))}, {"a"}), ({("n", "a"): (1, 5, (2, "b", None))}, set())])
def test_sums_add_up_and_the_latest_order_is_the_last(parts: list[tuple[dict[Any, Any], set[str]]]) -> None:
    expected = []
    for key in sorted({key for part, _ in parts for key in part}):
        of_key = [(part[key], key[1] in without) for part, without in parts if key in part]
        lasts = [last for (_, _, last), is_without in of_key if not is_without]
        day, *texts = _greatest(lasts) if lasts else (None, None, None)
        counts = sum(count for (count, _, _), _ in of_key), sum(count * fen for (count, fen, _), _ in of_key)
        expected.append((*key, *counts, 0, 0, day and datetime(2025, 1, day), *texts))

    made = [_forget_last(make_part(part), without) for part, without in parts]

    assert add_up(made).equals(pl.DataFrame(expected, schema=SCHEMA, orient="row"))
    assert reduce(plus, made).equals(add_up(made))


@given(ROWS, ROWS, ROWS)
def test_parts_add_up_in_any_order(one: dict, two: dict, three: dict) -> None:  # type: ignore[type-arg]
    first, second, third = make_part(one), make_part(two), make_part(three)

    assert plus(first, second).equals(plus(second, first))
    assert plus(plus(first, second), third).equals(plus(first, plus(second, third)))
    assert sum_parts(first, second, third).equals(plus(plus(first, second), third))


@pytest.mark.parametrize("name", ["frequency", "refunds"])
def test_more_that_leaves_than_was_there_is_noticed(name: str) -> None:
    part = make_part({("n", "a"): (2, 5, (1, "a", "tent")), ("n", "b"): (2, 5, (1, "a", "tent"))})
    spoilt = part.with_columns(pl.when(pl.col("customer_id") == "b").then(-1).otherwise(name).alias(name))

    with pytest.raises(UnusableStateError, match="more rows leave the window than were in it"):
        settle(spoilt)
    assert settle(part).equals(part)


def _list_customers(keys: set[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(sorted(keys), schema={"region": pl.String, "customer_id": pl.String}, orient="row")


@given(ROWS, ROWS, GONE)
def test_a_base_is_amended_as_if_it_had_never_known_who_is_gone(
    base: dict[Any, Any], change: dict[Any, Any], gone: set[tuple[str, str]]
) -> None:
    stays = {key: row for key, row in base.items() if key not in gone}

    amended = amend(make_part(base), make_part(change), _list_customers(gone))

    assert amended.equals(add_up([make_part(stays), make_part(change)]))
    assert gone or amended.equals(amend(make_part(base), make_part(change)))


@given(ROWS)
def test_who_keeps_no_order_has_no_last_one(rows: dict[Any, Any]) -> None:
    part = make_part(rows)
    counts = pl.col("frequency", "monetary_fen")

    amended = amend(part.clone(), part.with_columns(-counts))

    assert amended.equals(_forget_last(part.with_columns(counts * 0), {customer for _, customer in rows}))


@given(ROWS, ROWS, st.one_of(st.none(), ROWS))
def test_customers_who_are_wanted_are_taken_as_if_all_were(
    base: dict[Any, Any], change: dict[Any, Any], left: dict[Any, Any] | None
) -> None:
    gone = None if left is None else make_part(left).select("region", "customer_id")
    whole = merge(make_part(base), make_part(change), gone).take()
    is_wanted = whole["frequency"] > 1

    found = merge(make_part(base), make_part(change), gone).filter(is_wanted).take()

    assert found.equals(whole.filter(is_wanted))


@given(ROWS, ROWS)
def test_rows_of_customers_are_taken_in_their_order(base: dict[Any, Any], wanted: dict[Any, Any]) -> None:
    keys = make_part(wanted).select("region", "customer_id")

    found = take_rows(make_part(base), keys)

    assert found.equals(make_part({key: row for key, row in base.items() if key in wanted}))


def test_a_base_that_is_amended_is_used_up() -> None:
    base = make_part({("n", "a"): (1, 5, (1, "a", "tent"))})

    amend(base, make_part({("n", "b"): (1, 5, (1, "a", "tent"))}))

    assert base.columns == []


def test_of_a_customer_without_an_order_left_no_last_one_is_known() -> None:
    base = make_part({("n", "a"): (1, 5, (1, "a", "tent"))})
    left = base.with_columns(-pl.col("frequency", "monetary_fen")).select(pl.exclude("^last.*$"))
    gone = pl.concat([base.clear(), left], how="diagonal")

    assert amend(base, gone).rows() == [("n", "a", 0, 0, 0, 0, None, None, None)]

"""Which rows are no orders: repeats and contradictions among random rows, against the definition in plain Python."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine.orders.order_ids import duplicates
from rfm_engine.orders.staging import ROW, order_set
from tests.examples import examples
from tests.orders.rows import orders_of, rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = dict[str, Any]
ORDERS = st.lists(
    st.fixed_dictionaries(
        {
            "order_id": st.sampled_from(["a", "b", "c", "d", "", None]),
            "customer_id": st.sampled_from(["c1", "c1", "c1", "c2", ""]),
            "product_name": st.sampled_from(["tent", "tent", "tent", "lamp", "", None]),
            "order_amount_fen": st.sampled_from([1, 1, 1, 2, 0, None]),
            "clerk": st.sampled_from(["x", "x", "y", "", None]),
        }
    ),
    min_size=1,
    max_size=12,
)


def counts(row: Row) -> bool:
    return bool(row["order_id"] and row["customer_id"] and (row["order_amount_fen"] or 0) > 0)


def rows_that_are_no_orders(rows: list[Row], *, is_carried: bool) -> Iterator[tuple[int, bool]]:
    """Yield the number of each row that is no order, and whether it is conflicting."""
    orders = defaultdict[Any, dict[Any, list[int]]](lambda: defaultdict(list))
    for number, row in enumerate(rows):
        if counts(row):
            order, cells = (row["customer_id"], row["order_id"]), (row["product_name"] or None, row["order_amount_fen"])
            orders[order][cells].append(number)
    for variants in orders.values():
        for numbers in variants.values():
            best = max(numbers, key=lambda number: ((rows[number]["clerk"] or "") if is_carried else "", -number))
            yield from ((number, len(variants) > 1) for number in numbers if len(variants) > 1 or number != best)


@pytest.mark.parametrize("many", [1, 1000])
@settings(max_examples=examples(50), deadline=None)
@given(rows=ORDERS, is_carried=st.booleans())
def test_repeats_and_contradictions_are_those_of_the_definition(
    rows: list[Row], many: int, *, is_carried: bool
) -> None:
    typed = orders_of(*({key: row[key] for key in row if key != "clerk"} for row in rows))
    cells = [row["clerk"] for row in rows]
    whole = typed.collect().with_columns(clerk=pl.Series(cells, dtype=pl.String)).lazy().with_row_index(ROW)
    orders = order_set(whole, rules_of(carry=("clerk",) if is_carried else ()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates, "MANY", many)
        found = duplicates.find_duplicates(orders)

    assert sorted(found.rows.rows()) == sorted(rows_that_are_no_orders(rows, is_carried=is_carried))

"""Refunds in rows of their own are taken off the orders that they name, as a reader with a pencil would."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import REFUND_OF
from rfm_engine.orders.staging import ROW
from rfm_engine.preparation.refund_rows import subtract_refund_rows
from tests.orders.rows import rules_of

Row = dict[str, Any]
PAID = {"order_id": "a", REFUND_OF: None, "currency": "EUR", "order_status": "paid", "order_amount_fen": 900}
REFUND = PAID | {"order_id": "r", REFUND_OF: "a", "order_amount_fen": -200}
CELLS = [
    *(("order_id", cell) for cell in ("b", "s", "", None)),
    *((REFUND_OF, cell) for cell in ("b", "r", "", None)),
    *(("currency", cell) for cell in ("USD", None)),
    *(("order_status", cell) for cell in ("void", None)),
    *(("order_amount_fen", cell) for cell in (500, 1, -1, -300, 0, None)),
]
ROWS = st.lists(
    st.builds(
        lambda row, cells: row | dict(cells),
        st.sampled_from([PAID, REFUND, REFUND]),
        st.lists(st.sampled_from(CELLS), max_size=2),
    ),
    max_size=8,
)
"""Orders and refunds, some of whose cells are others."""

TYPES = dict.fromkeys(("order_id", REFUND_OF, "currency", "order_status"), pl.String) | {"order_amount_fen": pl.Int64}


def find_refunds(rows: list[Row], keys: list[str], statuses: tuple[str, ...] | None) -> list[int]:
    """Return the places of the refunds whose order is there."""
    paid = {tuple(row[key] for key in ("order_id", *keys)) for row in rows if (row["order_amount_fen"] or 0) > 0}
    return [
        place
        for place, row in enumerate(rows)
        if (row["order_amount_fen"] or 0) < 0
        and (statuses is None or row["order_status"] in statuses)
        and row["order_id"]
        and row[REFUND_OF]
        and all(row[key] for key in keys)
        and tuple(row[key] for key in (REFUND_OF, *keys)) in paid
    ]


@given(ROWS, st.sampled_from([[], ["currency"]]), st.sampled_from([None, ("paid",)]))
def test_each_refund_is_taken_once_off_the_order_that_it_names(
    rows: list[Row], keys: list[str], statuses: tuple[str, ...] | None
) -> None:
    refunds = find_refunds(rows, keys, statuses)
    once = {rows[place]["order_id"]: rows[place] for place in reversed(refunds)}.values()
    frame = pl.DataFrame(rows, schema=TYPES).drop([] if keys else "currency").with_row_index(ROW)

    found = subtract_refund_rows(frame.lazy(), rules_of(keep_status=statuses)).collect().to_dicts()

    for place, (row, left) in enumerate(zip(rows, found, strict=True)):
        fen = row["order_amount_fen"]
        of = [one for one in once if one[REFUND_OF] == row["order_id"] and all(one[key] == row[key] for key in keys)]
        taken = -sum(one["order_amount_fen"] for one in of) if (fen or 0) > 0 else 0
        assert (left["order_amount_fen"], left.get("refunded_fen", 0)) == (fen and fen - taken, taken)
        assert left.get("left_out") == ("refunds of other rows" if place in refunds else None)
        assert {*left} <= {*TYPES, ROW, "refunded_fen", "left_out"} - {REFUND_OF}

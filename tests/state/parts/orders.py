"""Few orders of few customers, as a state counts them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import strategies as st

from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Thresholds
from rfm_engine.orders.cells.amounts import AMOUNT_TEXT, ROUNDED
from rfm_engine.orders.cleaning import OTHER_STATUS, REJECTED
from rfm_engine.orders.parsing import TIME_TEXT
from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW
from rfm_engine.orders.staging import ROW, order_set
from rfm_engine.rules import Rules, Weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.orders.staging import OrderSet

ROUNDED_FEN = 700
DAYS = (0, 3.99, 4, 4, 7.5, 8.99, 9, 9, 12, 14, 15, 16, 19.99, 20)
"""Days after the first, many of them at an end of a window."""

FIRST, LAST = datetime(2025, 1, 1), date(2025, 1, 20)
SCHEMA: dict[str, Any] = {
    "order_id": pl.String,
    "customer_id": pl.String,
    "region": pl.String,
    "order_time": pl.Datetime("us"),
    "order_amount_fen": pl.Int64,
    "order_status": pl.String,
    SOURCE_FILE: pl.String,
}
ORDERS = st.lists(
    st.tuples(
        st.sampled_from(["o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "", None]),
        st.sampled_from(["a", "a", "a", "b", "b", "b", "c", None]),
        st.sampled_from(["n", "n", "m"]),
        st.sampled_from([*(FIRST + timedelta(days=day) for day in DAYS), None]),
        st.sampled_from([500, 500, ROUNDED_FEN, ROUNDED_FEN, 0, -200, -200, None]),
        st.sampled_from(["paid", "paid", "paid", "paid", "void", "", None]),
        st.sampled_from(["m1", "m2"]),
    ),
    min_size=2,
    max_size=9,
)
Order = tuple[str | None, str | None, str, datetime | None, int | None, str | None, str]


def make_orders(rows: Sequence[Order], more: Sequence[pl.Expr] = (), **rules: Any) -> OrderSet:  # noqa: ANN401 as `Rules`
    """Return the orders, and more columns, under rules whose window ends on January 20."""
    known = {"as_of": LAST, "weights": Weights(*[Decimal(1)] * 3), "scheme": Thresholds(), "tiers": Abcd()}
    frame = pl.LazyFrame(rows, SCHEMA, orient="row").with_row_index(ROW)
    amount = pl.col("order_amount_fen")
    texts = [pl.lit(None, pl.String).alias(name) for name in (AMOUNT_TEXT, TIME_TEXT)]
    typed = frame.with_columns(
        pl.col(ROW).cast(pl.Int64).alias(SOURCE_ROW), (amount == ROUNDED_FEN).alias(ROUNDED), *texts
    )
    return order_set(typed.with_columns(more), Rules(**known | rules))  # type: ignore[arg-type]


RULES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "refunds": st.sampled_from(["reject", "net"]),
        "keep_status": st.sampled_from([None, ("paid",)]),
        "since": st.sampled_from([None, date(2025, 1, 5), date(2025, 1, 10)]),
        "by": st.sampled_from([("region",), ()]),
        "grain": st.sampled_from(["order", "line"]),
        "drop": st.sampled_from([(), ("order_id",)]),
    }
)


def judge_order(order: Order, rules: dict[str, Any]) -> tuple[str, date | None]:
    """Return what becomes of an order whatever the window, and its day where that matters."""
    order_id, customer, _, time, fen, status, _ = order
    if rules["keep_status"] and status != "paid":
        return OTHER_STATUS, None
    if time is None:
        return REJECTED, None
    is_positive = fen is not None and (fen > 0 or rules["refunds"] == "net" or rules["grain"] == "line")
    return "passed" if order_id and customer and is_positive else REJECTED, time.date()


def is_outside(order: Order, rules: dict[str, Any]) -> bool:
    """Return whether an order is outside the window."""
    day = None if order[3] is None else order[3].date()
    return day is not None and not (rules["since"] or date.min) <= day <= LAST


def count_orders(rows: list[Order], rules: dict[str, Any]) -> dict[tuple[Any, ...], list[int]]:
    """Return what `count_days` does of orders, by all that it counts them by."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for order in rows:
        outcome, day = judge_order(order, rules)
        fen, status, file = order[4:]
        one = found[outcome, file, day, None if rules["keep_status"] or outcome != "passed" else status or None, None]
        one[0] += 1
        one[1] += fen == ROUNDED_FEN and rules["grain"] == "order"
        one[2] += fen is not None and fen <= 0 and (rules["refunds"] == "net" or rules["grain"] == "line")
        one[3] += 0 if rules["keep_status"] else fen or 0
    return found

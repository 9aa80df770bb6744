"""Few orders of few customers, as a state counts them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import strategies as st

from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Thresholds
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.orders.staging import ROW, order_set
from rfm_engine.rules import Rules, Weights

if TYPE_CHECKING:
    from rfm_engine.orders.staging import OrderSet

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
        st.sampled_from(["o1", "o2", "o3", "o4", "o5", "", None]),
        st.sampled_from(["a", "b", "b", "c", None]),
        st.sampled_from(["n", "n", "m"]),
        st.one_of(st.integers(0, 30).map(lambda day: FIRST + timedelta(days=day)), st.none()),
        st.sampled_from([500, 700, 0, -200, None]),
        st.sampled_from(["paid", "paid", "void", None]),
        st.sampled_from(["m1", "m2"]),
    ),
    max_size=9,
)
Order = tuple[str | None, str | None, str, datetime | None, int | None, str | None, str]


def make_orders(rows: list[Order], **rules: Any) -> OrderSet:  # noqa: ANN401 as `Rules` has them
    """Return the orders under rules whose window ends on January 20."""
    known = {"as_of": LAST, "weights": Weights(*[Decimal(1)] * 3), "scheme": Thresholds(), "tiers": Abcd()}
    frame = pl.LazyFrame(rows, SCHEMA, orient="row").with_row_index(ROW)
    return order_set(frame, Rules(**known | rules))  # type: ignore[arg-type]

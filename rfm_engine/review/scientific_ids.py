"""Ids that a spreadsheet wrote as 1.38E+10: their digits are gone, and different ids have become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_ID
from rfm_engine.errors import DataError
from rfm_engine.findings import Finding
from rfm_engine.grading.summary import pluralize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

CODE: Final = "RFM305"
PATTERN: Final = r"^[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{2,3}$"
SAMPLES: Final = 3
OPTIONS: Final = {
    CUSTOMER_ID: "name another, --column customer_id=HEADER",
    ORDER_ID: "take each row for an order, --column order_id=none",
}


def find_scientific_ids(orders: pl.LazyFrame, *, is_text: bool) -> Iterator[Finding]:
    """Find ids of customers and orders in scientific notation, in orders read from text."""
    columns = [name for name in (CUSTOMER_ID, ORDER_ID) if name in orders.collect_schema()]
    if not is_text or not columns:
        return
    odd = {name: pl.col(name).str.contains(PATTERN).fill_null(value=False) for name in columns}
    counts = orders.select(odd[name].sum().alias(name) for name in columns).collect()
    for name in columns:
        rows = int(counts[name][0])
        if rows:
            cut = orders.filter(odd[name]).select(pl.col(name).unique().sort().head(SAMPLES)).collect()
            words = f"{name} has lost digits in {pluralize(rows, 'row')}, so that different ids became one"
            fix = f"export the column as text, or {OPTIONS[name]}"
            yield Finding(CODE, words, tuple(cut[name].to_list()), fix)


def refuse_scientific_ids(findings: Collection[Finding], accepted: Collection[str]) -> None:
    """Refuse ids that have lost digits, unless the user accepts them as they are.

    Raises:
        DataError: There are some.
    """
    if findings and CODE not in accepted:
        lines = [f"{finding}, or take them as they are, --accept {CODE}" for finding in findings]
        raise DataError("\n".join(lines), *(repr(sample) for finding in findings for sample in finding.samples))

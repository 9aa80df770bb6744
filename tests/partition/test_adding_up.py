"""What partitions bring adds up: outcomes, warnings, customers and rejects, and too many conflicts are lines."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine import partition
from rfm_engine.errors import DataError
from rfm_engine.partition.merging import add_up

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFLICTS = "order_id: conflicting"


def results_of(kind: str, *rows: Mapping[str, Any], by: tuple[str, ...] = ("region",)) -> pl.DataFrame:
    """Return rows as the work of a partition brings them."""
    work = partition.of(as_of="2025-07-01", by=[*by])
    return pl.DataFrame([{"kind": kind, **row} for row in rows], schema=work.schema)


def outcomes(**rows: int) -> pl.DataFrame:
    """Return how many rows became what."""
    return results_of("outcome", *({"outcome": outcome, "rows": count} for outcome, count in rows.items()))


@pytest.mark.parametrize(
    ("used", "repeats", "conflicting", "is_refused"),
    [
        (0, 0, 2, True),  # all of them
        (1, 0, 2, False),
        (0, 1, 2, False),
        (0, 0, 0, False),
        (171, 0, 19, False),  # few
        (180, 0, 20, True),  # one in ten
        (181, 0, 20, False),
        (80, 100, 20, True),
        (81, 100, 20, False),
    ],
)
def test_where_one_in_ten_rows_conflict_they_are_order_lines(
    used: int, repeats: int, conflicting: int, *, is_refused: bool
) -> None:
    halves = [outcomes(used=used, duplicates=repeats), outcomes(**{CONFLICTS: conflicting, "outside_window": 999})]

    if is_refused:
        message = (
            f"^{conflicting} of {used + repeats + conflicting} rows share an order_id with a row that differs; see"
        )
        with pytest.raises(DataError, match=message):
            partition.merge(halves)
    else:
        assert partition.merge(halves).ledger.get(CONFLICTS, 0) == conflicting


def test_outcomes_add_up_by_name_without_those_of_no_row_and_apart_from_warnings() -> None:
    one, other = outcomes(used=3, other_status=0, duplicates=1), outcomes(used=4, other_region=2)
    warned = results_of("warning", {"outcome": "rounded", "rows": 5}, {"outcome": "used", "rows": 1})

    merged = partition.merge([one, warned, other])

    assert [*merged.ledger.items()] == [("duplicates", 1), ("other_region", 2), ("used", 7)]
    assert add_up(pl.concat([one, warned, warned]).lazy(), "warning") == {"rounded": 10, "used": 2}


def test_customers_stand_by_id_without_columns_that_no_partition_filled() -> None:
    time = datetime(2025, 6, 1)
    some = [
        {"customer_id": name, "frequency": 1, "monetary_fen": 5, "last_order_time": time} for name in ("b", "c", "a")
    ]

    merged = partition.merge([results_of("customer", *some[:1]), outcomes(used=3), results_of("customer", *some[1:])])

    assert merged.customers.columns == ["customer_id", "frequency", "monetary_fen", "last_order_time"]
    assert merged.customers["customer_id"].to_list() == ["a", "b", "c"]


def test_without_a_customer_there_is_an_empty_table_of_ids() -> None:
    merged = partition.merge([outcomes(outside_window=3)])

    assert merged.customers.schema == {"customer_id": pl.String}
    assert merged.ledger == {"outside_window": 3}


def test_money_of_all_partitions_has_the_decimals_of_the_currency_that_has_the_most() -> None:
    customers = ({"currency": code, "customer_id": "a", "frequency": 1, "monetary_fen": 100} for code in ("KWD", "JPY"))

    merged = partition.merge(results_of("customer", customer, by=("currency",)) for customer in customers)

    assert {*merged.customers.select("currency", "monetary_fen").rows()} == {("KWD", 100), ("JPY", 1_000)}


def test_rejects_stand_in_the_order_of_their_files() -> None:
    rejects = (
        {"file": file, "row": row, "column": "order_id", "reason": "missing"} for file, row in (("b", 1), ("a", 9))
    )

    merged = partition.merge(results_of("reject", reject) for reject in rejects)

    assert merged.rejects.select("file", "row").rows() == [("a", 9), ("b", 1)]

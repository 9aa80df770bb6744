"""The work of a partition refuses what it cannot settle alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from rfm_engine import partition
from rfm_engine.errors import DataError, DatasetError
from rfm_engine.partition.work import find_unfit_keys
from tests.sql.nasty_orders import nasty_orders

ORDERS = nasty_orders(2_000)
WINDOW: dict[str, Any] = {"as_of": "2025-07-01", "since": "2020-01-01"}


def test_what_partitions_would_settle_each_for_itself_is_refused() -> None:
    with pytest.raises(DataError, match='order_time_format="ymd"; amounts are text: say how, amount_style="point"'):
        partition.of(**WINDOW)(ORDERS.cast(pl.String))


def test_rules_that_need_other_rows_are_refused() -> None:
    with pytest.raises(DatasetError, match=r"partition.of\(latest_export, order_total\)"):
        partition.of(**WINDOW, latest_export="wins", order_total="repeated")


@pytest.mark.parametrize(
    "rule",
    [
        {"latest_export": "wins"},
        {"order_total": "repeated"},
        {"dormant": True},
        {"carry": ["phone"]},
    ],
)
def test_each_rule_that_needs_other_rows_is_refused_by_its_name(rule: dict[str, Any]) -> None:
    with pytest.raises(DatasetError, match=rf"partition.of\({next(iter(rule))}\): needs more than the orders of one"):
        partition.of(**WINDOW, **rule)


@pytest.mark.parametrize("key", ["source", "customers", "database", "state"])
def test_each_key_of_a_dataset_that_needs_whole_files_is_found(key: str) -> None:
    dataset = partition.of(**WINDOW).dataset

    assert find_unfit_keys(dataset) == []
    assert find_unfit_keys(dataset.model_copy(update={key: "given"})) == [key]


@pytest.mark.parametrize("name", ["kind", "frequency", "last_order_id", "outcome", "reason"])
def test_a_list_by_a_name_that_the_results_have_is_refused(name: str) -> None:
    with pytest.raises(DatasetError, match=f"{name}"):
        partition.of(**WINDOW, by=[name])


ONE: dict[str, Any] = {"customer_id": ["a"], "order_id": ["1"], "order_amount": [5.0], "order_time": [date(2025, 6, 1)]}


def warnings_of(orders: dict[str, Any], **rules: Any) -> dict[str, int]:  # noqa: ANN401
    """Return what a partition of orders warns of."""
    found = partition.of(**WINDOW, **rules)(pl.DataFrame(ONE | orders))
    return dict(found.filter(pl.col("kind") == "warning").select("outcome", "rows").rows())


@pytest.mark.parametrize(
    ("orders", "rules", "warning"),
    [
        ({"order_amount": [5.005]}, {}, "rounded"),
        ({name: values * 2 for name, values in ONE.items() if name != "order_id"}, {}, "repeats_without_order_id"),
        ({"order_amount": [-5.0]}, {"refunds": "net"}, "customers_without_order"),
        ({"order_time": [date(2019, 6, 1)]}, {}, "customers_before_window"),
    ],
)
def test_what_a_run_warns_of_a_partition_warns_of_and_of_nothing_else(
    orders: dict[str, Any], rules: dict[str, Any], warning: str
) -> None:
    if warning == "repeats_without_order_id":
        orders = {**orders, "order_id": [None, None]}
        rules = {"columns": {"order_id": "none"}}
    expected = dict.fromkeys(
        ("rounded", "repeats_without_order_id", "customers_without_order", "customers_before_window"), 0
    )

    assert warnings_of(orders, **rules) == {**expected, warning: 1}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({}, (None, None)),
        ({"source_file": ["b.csv"]}, (None, None)),
        ({"source_row": [7]}, (None, None)),
        ({"source_file": ["b.csv"], "source_row": [7]}, ("b.csv", 7)),
    ],
)
def test_a_reject_has_the_file_and_the_row_where_the_orders_name_both(
    place: dict[str, Any], expected: tuple[str | None, int | None]
) -> None:
    orders = pl.DataFrame(ONE | place | {"customer_id": [None]}, schema_overrides={"customer_id": pl.String})

    found = partition.of(**WINDOW)(orders)

    (reject,) = found.filter(pl.col("kind") == "reject").select("file", "row").rows()
    assert reject == expected


def test_every_row_is_in_one_part_and_a_customer_in_one() -> None:
    work = partition.of(**WINDOW)

    parts = work.split(ORDERS, 5)

    assert len(parts) == 5
    assert_frame_equal(pl.concat(parts), ORDERS, check_row_order=False)
    assert any(part.height < ORDERS.height for part in parts)


def test_currencies_that_partitions_would_find_each_for_itself_are_refused() -> None:
    kuwaiti = pl.DataFrame(ONE | {"order_amount": ["KWD 1.234"]})
    named = pl.DataFrame(ONE | {"currency": ["KWD"]})

    with pytest.raises(DataError, match=r'amounts name the currency KWD, .*currency="KWD"'):
        partition.of(**WINDOW, amount_style="point")(kuwaiti)
    with pytest.raises(DataError, match='currency: say which counts, keep_currency="EUR"'):
        partition.of(**WINDOW)(named)
    for work in (
        partition.of(**WINDOW, amount_style="point", currency="KWD")(kuwaiti),
        partition.of(**WINDOW, keep_currency="KWD")(named),
        partition.of(**WINDOW, by=["currency"])(named),
        partition.of(**WINDOW, amount_style="point")(pl.DataFrame(ONE | {"order_amount": ["EUR 1.20"]})),
    ):
        assert partition.merge([work]).ledger == {"used": 1}

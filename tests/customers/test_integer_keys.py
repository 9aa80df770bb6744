"""List and customer as one whole number: each number stands for one list and customer, and rises with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rfm_engine.customers.integer_keys import KEY, SAMPLED, SNIFFED, IntegerKeys, TextKeys, find_integer_keys
from rfm_engine.customers.metrics import Shortcuts, customer_metrics
from tests.engine import order_set_by

if TYPE_CHECKING:
    from collections.abc import Mapping

AS_OF = date(2025, 7, 1)
SCHEMA = pl.Schema({"region": pl.String(), "store_code": pl.String(), "customer_id": pl.String()})
NOBODY = pl.LazyFrame(schema=SCHEMA)


def keys_of(prefix: str, digits: int, **values: list[str]) -> IntegerKeys:
    lists = {name: pl.Series(name, each, pl.String()) for name, each in values.items()}
    return IntegerKeys(prefix=prefix, digits=digits, lists=lists)


def found_keys(orders: pl.LazyFrame, by: tuple[str, ...] = ()) -> IntegerKeys | None:
    return find_integer_keys(order_set_by(by, orders, SNIFFED))


def rows_of(columns: Mapping[str, object]) -> pl.LazyFrame:
    return pl.LazyFrame(columns).with_row_index("row")


def keys(integer_keys: IntegerKeys, rows: list[tuple[str | None, ...]]) -> list[int | None]:
    """Return the numbers of rows of region, store and customer."""
    return pl.DataFrame(rows, SCHEMA, orient="row").select(integer_keys.key())[KEY].to_list()


digits = st.text("0123456789", min_size=3, max_size=3)
near = st.text("0123456789+-:/. C客٣", max_size=5)
ids = st.one_of(st.none(), digits, near, digits.map("C{}".format), near.map("C{}".format), near.map("客{}".format))
rows = st.tuples(st.sampled_from(["a", "b", "", None, "é"]), st.sampled_from(["s", "t", "u"]), ids)


@example([("a", "s", "C0+"), ("b", "t", "C0 "), ("b", "t", "C07")], "C", 2)
@given(st.lists(rows), st.sampled_from(["", "C", "客", "C0"]), st.integers(1, 4))
def test_a_number_stands_for_one_list_and_customer_rises_with_them_and_tells_them(
    rows: list[tuple[str | None, ...]], prefix: str, digits: int
) -> None:
    integer_keys = keys_of(prefix, digits, region=["a", "b", "é"], store_code=["s", "t"])

    found = keys(integer_keys, rows)

    told = {key: row for key, row in zip(found, rows, strict=True) if key is not None}
    assert [key is not None for key in found] == [
        region in ("a", "b", "é")
        and store in ("s", "t")
        and customer is not None
        and customer.startswith(prefix)
        and len(customer) == len(prefix) + digits
        and {*customer[len(prefix) :]} <= {*"0123456789"}
        for region, store, customer in rows
    ]
    assert all(told[key] == row for key, row in zip(found, rows, strict=True) if key is not None)
    assert [told[key] for key in sorted(told)] == sorted({*told.values()}, key=str)
    again = pl.DataFrame({KEY: [*told]}, {KEY: pl.Int64()}).select(integer_keys.texts())
    assert again.with_columns(pl.col("region", "store_code").cast(pl.String)).rows() == [*told.values()]


def test_the_greatest_numbers_that_fit_64_bits_are_exact() -> None:
    orders = rows_of({"customer_id": ["9" * 18, "0" * 18], "region": ["a", "i"]})

    integer_keys = found_keys(orders.with_columns(store_code=pl.lit("s")), ())
    by_region = keys_of("", 18, region=[*"abcdefghi"])

    assert integer_keys == keys_of("", 18)
    assert keys(by_region, [("i", "s", "9" * 18)]) == [9 * 10**18 - 1]
    assert pl.DataFrame({KEY: [9 * 10**18 - 1]}).select(by_region.texts()).rows() == [("i", "9" * 18)]


@pytest.mark.parametrize(
    ("customers", "expected"),
    [
        (["C01", "C02"], ("C", 2)),
        (["138000", "139000"], ("", 6)),
        (["2024-7", "2024-8"], ("2024-", 1)),
        (["会员\n7"], ("会员\n", 1)),
        ([*["C01"] * 9, "guest"], ("C", 2)),
        ([*["C01"] * 8, "guest", "guest"], None),
        ([*["C01"] * 8, "C1", "D01"], None),
        ([None, "C01", None], ("C", 2)),
        (["9" * 19], None),
        (["1", "2"], None),
        (["guest", "C01x", "٣"], None),
        ([""], None),
        ([None], None),
        ([], None),
    ],
)
def test_ids_are_numbers_where_most_of_the_first_are_made_alike(
    customers: list[str | None], expected: tuple[str, int] | None
) -> None:
    integer_keys = found_keys(rows_of({"customer_id": pl.Series(customers, dtype=pl.String)}), ())

    assert integer_keys == (expected and keys_of(*expected))


def test_no_more_than_the_first_ids_are_looked_at() -> None:
    customers = ["C01"] * SNIFFED + ["guest"] * SNIFFED

    assert found_keys(rows_of({"customer_id": customers}), ()) == keys_of("C", 2)


def test_lists_are_known_by_a_sample_and_numbers_must_have_room_for_all() -> None:
    rows = 3 * SAMPLED
    regions = ["z", *["x"] * (SAMPLED - 1), "a", *["y"] * (2 * SAMPLED - 1)]
    orders = rows_of({"customer_id": ["C01"] * rows, "region": regions, "store_code": [None] * rows})

    integer_keys = found_keys(orders, ("region",))

    assert integer_keys is not None
    assert integer_keys.lists["region"].to_list() == ["a", "y", "z"]
    wide = orders.with_columns(customer_id=pl.lit("9" * 18))
    assert found_keys(wide, ("region",)) is not None
    assert found_keys(wide, ("region", "customer_id")) is not None
    many = rows_of({"customer_id": ["9" * 18] * 10 * SAMPLED, "region": map(str, range(10 * SAMPLED))})
    assert found_keys(many, ("region",)) is None
    assert found_keys(orders.with_columns(pl.col("store_code").cast(pl.String)), ("store_code",)) is None


orders = st.tuples(
    st.sampled_from(["a", "b", "c", "", None]),
    st.sampled_from(["C01", "C02", "C03", "C1", "D01", "guest", "C+1", "", None]),
    st.integers(1, 99),
    st.integers(1, 30).map(lambda day: datetime(2025, 6, day)),
    st.booleans(),
)


shortcuts = st.builds(
    partial(Shortcuts, whole_seconds=True, keys=TextKeys(by=())),
    all_rows_are_orders=st.booleans(),
    ids_rise=st.booleans(),
)


@given(st.lists(orders, min_size=1), st.sampled_from([(), ("region",)]), shortcuts, st.sampled_from(["ab", "c", "d"]))
def test_customers_are_the_same_by_number_and_by_text(
    rows: list[tuple[str | None, str | None, int, datetime, bool]],
    by: tuple[str, ...],
    shortcuts: Shortcuts,
    known_lists: str,
) -> None:
    names = ["region", "customer_id", "order_amount_fen", "order_time", "is_order"]
    texts = {"region": pl.String, "customer_id": pl.String}
    frame = pl.LazyFrame(rows, names, schema_overrides=texts, orient="row").with_row_index("row")
    integer_keys = keys_of("C", 2, **{name: [*known_lists] for name in by})

    by_text = customer_metrics(frame, AS_OF, replace(shortcuts, keys=TextKeys(by=by)))
    by_number = customer_metrics(frame, AS_OF, replace(shortcuts, keys=integer_keys))

    assert by_number.equals(by_text)
    assert by_number.schema == by_text.schema
    customers = {(*row[: len(by)], row[1]) for row in rows}
    someone = [key for key in customers if all(key) and "guest" not in key]
    assert by_text.select(*by, "customer_id").rows() == sorted(someone, key=str)

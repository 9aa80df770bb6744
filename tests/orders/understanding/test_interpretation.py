"""What is read by weight is a finding, and usual files have none."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.understanding.interpretation import Interpretation, RawOrders, find_named_currency, interpret
from tests.orders.understanding.text_orders import HEADER, USUAL, run
from tests.terminal import read_rows

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_read_by_weight_is_a_finding(tmp_path: Path) -> None:
    code, words = run(tmp_path, HEADER + 'a,"1,234",45813\nb,99,45828.5\n')

    assert (code, "RFM201" in words, "RFM202" in words) == (0, True, True)
    rows = read_rows(tmp_path / "output" / "o" / "customers.csv")
    assert [(row["monetary"], row["last_order_time"][:10]) for row in rows] == [
        ("1234.00", "2025-06-05"),
        ("99.00", "2025-06-20"),
    ]


def test_usual_files_have_no_finding_of_their_cells(tmp_path: Path) -> None:
    assert "RFM2" not in run(tmp_path, HEADER + USUAL)[1]


MAPPING = {"customer_id": "who", "order_amount": "sum", "order_time": "when"}


def interpret_cells(
    cells: dict[str, list[Any]],
    mapping: dict[str, str] | None = None,
    **options: Any,  # noqa: ANN401
) -> Interpretation:
    frame = pl.LazyFrame({"who": ["a"] * len(next(iter(cells.values()))), "when": ["2025-06-01"], **cells})
    return interpret(RawOrders(frame=frame, mapping=mapping or MAPPING, where="o.csv"), ReadOptions(**options))


@pytest.mark.parametrize(
    ("amounts", "options", "style", "is_found"),
    [
        (["1.234,50"], {}, "comma", True),
        (["1,234.50"], {}, "point", True),
        (["1.50"], {"amount_style": "point"}, "point", False),
        ([1.5], {}, "point", False),
    ],
)
def test_the_style_of_amounts_is_found_in_text_unless_it_is_given(
    amounts: list[Any],
    options: dict[str, Any],
    style: str,
    is_found: bool,  # noqa: FBT001 a case
) -> None:
    found = interpret_cells({"sum": amounts}, **options)

    assert (found.style, found.is_style_found, found.options.given_style) == (style, is_found, style)


@pytest.mark.parametrize(
    ("amount", "options", "currency", "has_currency"),
    [
        ("5.00", {}, None, False),
        ("¥5.00", {}, "CNY", False),
        ("€5.00", {}, "EUR", True),
        ("5.00", {"currency": "USD"}, "USD", True),
    ],
)
def test_a_currency_that_amounts_name_or_the_user_declares_becomes_a_column_unless_it_is_yuan(
    amount: str,
    options: dict[str, Any],
    currency: str | None,
    has_currency: bool,  # noqa: FBT001 a case
) -> None:
    found = interpret_cells({"sum": [amount]}, **options)
    orders = found.parse().collect()

    assert (found.currency or "CNY", found.has_currency) == (currency or "CNY", has_currency)
    assert found.names_currencies == has_currency
    assert ("currency" in orders.columns) == has_currency
    assert orders["order_amount_fen"].to_list() == [500]
    assert find_named_currency(found.raw, ReadOptions(**options)) == (currency if has_currency else None)


def test_amounts_that_each_name_their_currency_are_read_with_it() -> None:
    frame = pl.LazyFrame({"who": [*"abc"], "when": ["2025-06-01"] * 3, "sum": ["€5.00", "$6", "7"]})
    raw = RawOrders(frame=frame, mapping={**MAPPING, "currency": "sum"}, where="o.csv")

    found = interpret(raw, ReadOptions())

    orders = found.parse().collect()
    assert found.names_currencies
    assert orders.select("order_amount_fen", "currency").rows() == [(500, "EUR"), (600, "USD"), (700, "")]


def test_a_blank_currency_is_the_one_that_is_declared() -> None:
    frame = pl.LazyFrame({"who": [*"ab"], "when": ["2025-06-01"] * 2, "sum": ["1", "2"], "money": ["EUR", " "]})
    raw = RawOrders(frame=frame, mapping={**MAPPING, "currency": "money"}, where="o.csv")

    assert interpret(raw, ReadOptions(currency="USD")).parse().collect()["currency"].to_list() == ["EUR", "USD"]


@pytest.mark.parametrize(
    ("amounts", "mapping", "is_whole"),
    [
        ([5], MAPPING, True),
        ([Decimal("5.00")], MAPPING, True),
        (["5"], MAPPING, False),
        ([5], {**MAPPING, "refunded_amount": "who"}, False),
    ],
)
def test_amounts_are_whole_by_their_type_alone(
    amounts: list[Any],
    mapping: dict[str, str],
    is_whole: bool,  # noqa: FBT001 a case
) -> None:
    assert interpret_cells({"sum": amounts}, mapping).has_whole_amounts == is_whole


def test_cells_that_are_all_formulas_of_their_text_are_these_texts() -> None:
    frame = pl.LazyFrame({"who": ['="007"', '="8"'], "when": ["2025-06-01"] * 2, "sum": ["1", "2"]})
    first = {"customer_id": ['="007"'], "order_amount": ["1"], "order_time": ["2025-06-01"]}
    raw = RawOrders(frame=frame, mapping=MAPPING, where="o.csv", first=first, is_text=True)
    mixed = RawOrders(
        frame=frame.with_columns(who=pl.Series(['="007"', "8"])), mapping=MAPPING, where="o.csv", first=first
    )

    assert interpret(raw, ReadOptions()).parse().collect()["customer_id"].to_list() == ["007", "8"]
    assert interpret(mixed, ReadOptions()).parse().collect()["customer_id"].to_list() == ['="007"', "8"]


def test_first_cells_of_a_column_are_those_that_hold_something() -> None:
    frame = pl.LazyFrame({"who": ["a"], "when": ["2025-06-01"], "sum": ["1"]})
    known = RawOrders(frame=frame, mapping=MAPPING, where="o.csv", first={"order_amount": [" 5 ", "", " "]})

    assert known.column("order_amount").first == ["5"]
    assert RawOrders(frame=frame, mapping=MAPPING, where="o.csv").column("order_amount").first == ["1"]
    with pytest.raises(DataError, match=r"^o\.csv"):
        interpret(
            RawOrders(frame=frame.with_columns(sum=pl.lit(b"\xff")), mapping=MAPPING, where="o.csv"), ReadOptions()
        )

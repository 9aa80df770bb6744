"""The checks of a row in a statement are those of the rules, and no others."""

from __future__ import annotations

from datetime import date

from rfm_engine.sql.checks import sql_checks
from rfm_engine.sql.dialects import DIALECTS
from rfm_engine.sql.source_table import SourceTable
from tests.orders.rows import rules_of

COLUMNS = {"customer_id": "buyer", "order_amount": "paid", "order_time": "at"}


def outcomes(columns: dict[str, str], **rules: object) -> dict[str, str]:
    """Return when a row fails, by what becomes of it."""
    checks = sql_checks(SourceTable(columns=columns), rules_of(**rules), DIALECTS["duckdb"])
    return {check.outcome: check.condition for check in checks}


def test_a_row_is_checked_for_what_every_list_needs_in_turn() -> None:
    found = outcomes(COLUMNS, by=())

    assert [*found][:3] == ["'at: missing'", "'at: not a time'", "'outside_window'"]
    assert [*found][-3:] == ["'paid: missing'", "'paid: out of range'", "'paid: not positive'"]
    assert [*found][3:-3] == [
        "'buyer: missing'",
        *(["'buyer: no customer'"] if "'buyer: no customer'" in found else []),
    ]
    assert found["'outside_window'"] == "order_time >= timestamp '2025-07-02 00:00:00'"
    assert found["'paid: out of range'"] == "order_amount is null"


def test_a_window_with_a_first_day_has_two_ends() -> None:
    found = outcomes(COLUMNS, by=(), since=date(2020, 1, 1))

    first = "order_time < timestamp '2020-01-01 00:00:00' or "
    assert found["'outside_window'"] == f"{first}order_time >= timestamp '2025-07-02 00:00:00'"


def test_order_ids_and_lists_are_needed_where_they_are_there() -> None:
    found = outcomes(COLUMNS | {"order_id": "number", "region": "province"}, by=("region",))

    assert found["'number: missing'"] == "order_id is null"
    assert found["'province: missing'"] == "region is null"


def test_what_is_chosen_is_looked_for_first_and_the_code_of_a_currency_has_capitals() -> None:
    chosen = ("currency", "order_status", "region")
    rules = {"keep_currency": "eur", "exclude_customer": ("c9",), "keep_status": ("Paid",), "region": ("north", "east")}

    found = outcomes(COLUMNS | dict(zip(chosen, chosen, strict=True)), by=(), **rules)

    assert [*found.values()][:4] == [
        "currency is null or currency not in ('EUR')",
        "customer_id in ('c9')",
        "order_status is null or plain_status not in ('paid')",
        "region is null or region not in ('north', 'east')",
    ]
    assert [*found][:4] == ["'other currency'", "'excluded customers'", "'other_status'", "'other_region'"]


def test_lines_and_net_refunds_may_be_of_nothing_or_less() -> None:
    assert "'paid: not positive'" not in {
        *outcomes(COLUMNS | {"order_id": "number"}, by=(), grain="line"),
        *outcomes(COLUMNS, by=(), refunds="net"),
    }

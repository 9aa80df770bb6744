"""The checks of a row in SQL: those of `orders.cleaning`, in the same order, each as what fails it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from rfm_engine.columns import CURRENCY, CUSTOMER_ID, ORDER_AMOUNT, ORDER_ID, ORDER_TIME, REGION, STATUS
from rfm_engine.orders.cleaning import (
    EXCLUDED,
    OTHER_CURRENCY,
    OTHER_REGION,
    OTHER_STATUS,
    OUTSIDE_WINDOW,
    list_columns,
)
from rfm_engine.vocabulary.no_customer import no_customer_spellings
from rfm_engine.vocabulary.statuses import fold_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.rules import Rules
    from rfm_engine.sql.dialects import Dialect
    from rfm_engine.sql.source_table import SourceTable

FIRST_TIME: Final = "1000-01-01 00:00:00"
LAST_TIME: Final = "9999-12-31 23:59:59.999999"
NO_TIME: Final = "1970-01-01 00:00:00"


class SqlCheck(NamedTuple):
    """When a row fails a check, and what becomes of it, as a literal."""

    condition: str
    outcome: str


def sql_checks(table: SourceTable, rules: Rules, dialect: Dialect) -> list[SqlCheck]:
    """Return the checks of a typed row, in the order in which it meets them; the first that it fails counts."""
    found = (*_choices(rules, dialect), *_times(table, rules, dialect), *_ids(table, rules, dialect))
    checks = [SqlCheck(condition, dialect.literal(outcome)) for condition, outcome in found]
    checks += [SqlCheck(condition, reject_outcome(table, ORDER_AMOUNT, why, dialect)) for condition, why in _AMOUNTS]
    if rules.refunds == "reject" and rules.grain != "line":
        checks.append(SqlCheck(f"{ORDER_AMOUNT} <= 0", reject_outcome(table, ORDER_AMOUNT, "not positive", dialect)))
    return checks


_AMOUNTS: Final = (("is_amount_given = 0", "missing"), (f"{ORDER_AMOUNT} is null", "out of range"))


def reject_outcome(table: SourceTable, column: str, reason: str, dialect: Dialect) -> str:
    """Return what the ledger calls rows that are rejected for a reason, as a literal."""
    return dialect.literal(f"{table.columns[column]}: {reason}")


def _choices(rules: Rules, dialect: Dialect) -> Iterator[tuple[str, str]]:
    if rules.keep_currency is not None:
        yield _is_none_of(CURRENCY, (rules.keep_currency.upper(),), dialect), OTHER_CURRENCY
    if rules.exclude_customer:
        yield f"{CUSTOMER_ID} in {dialect.listing(rules.exclude_customer)}", EXCLUDED
    if rules.keep_status is not None:
        kept = dialect.listing([*dict.fromkeys(map(fold_status, rules.keep_status))])
        yield f"{STATUS} is null or plain_status not in {kept}", OTHER_STATUS
    if rules.region is not None:
        yield _is_none_of(REGION, rules.region, dialect), OTHER_REGION


def _is_none_of(name: str, values: tuple[str, ...], dialect: Dialect) -> str:
    return f"{name} is null or {name} not in {dialect.listing(values)}"


def _times(table: SourceTable, rules: Rules, dialect: Dialect) -> Iterator[tuple[str, str]]:
    header = table.columns[ORDER_TIME]
    first, last, none = (f"{dialect.time} '{time}'" for time in (FIRST_TIME, LAST_TIME, NO_TIME))
    yield f"{ORDER_TIME} is null", f"{header}: missing"
    yield f"{ORDER_TIME} < {first} or {ORDER_TIME} > {last} or {ORDER_TIME} = {none}", f"{header}: not a time"
    after = f"{ORDER_TIME} >= {dialect.moment(rules.as_of + timedelta(days=1))}"
    before = f"{ORDER_TIME} < {dialect.moment(rules.since)} or " if rules.since else ""
    yield before + after, OUTSIDE_WINDOW


def _ids(table: SourceTable, rules: Rules, dialect: Dialect) -> Iterator[tuple[str, str]]:
    by = list_columns(table.columns, rules)
    for name in dict.fromkeys((CUSTOMER_ID, *by, *([ORDER_ID] if ORDER_ID in table.columns else []))):
        yield f"{dialect.column(name)} is null", f"{table.columns[name]}: missing"
    if words := no_customer_spellings(rules.nobody):
        yield f"{CUSTOMER_ID} in {dialect.listing(words)}", f"{table.columns[CUSTOMER_ID]}: no customer"

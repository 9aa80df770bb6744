"""The terms of a statement: which columns it reads, groups by, ranks by and returns, in the words of a dialect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rfm_engine.columns import (
    CARRIED,
    CURRENCY,
    CUSTOMER_ID,
    MONETARY,
    MONETARY_FEN,
    ORDER_AMOUNT,
    ORDER_AMOUNT_FEN,
    ORDER_ID,
    ORDER_TIME,
    STATUS,
)
from rfm_engine.customers.last_order import last_order_columns, tie_break_columns
from rfm_engine.orders.cells.amounts import LIMIT
from rfm_engine.orders.cleaning import list_columns, order_columns
from rfm_engine.orders.rejects import CONFLICT
from rfm_engine.sql.checks import reject_outcome, sql_checks
from rfm_engine.vocabulary.currencies import CENTS, MINOR_UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rfm_engine.config.dataset import Dataset
    from rfm_engine.rules import Rules
    from rfm_engine.sql.dialects import Dialect
    from rfm_engine.sql.source_table import SourceTable

DECIMALS: Final = {1: 0, 100: 2, 1_000_000: 6}
"""Decimals of an amount that is a whole number of fen, by the fen of its unit."""

DAY: Final = "order_day"
POSITIVE_FIRST: Final = f"case when {ORDER_AMOUNT} > 0 then 0 else 1 end"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms of the statements of one dataset; errors as `list_columns` and `order_columns`."""

    dataset: Dataset
    rules: Rules
    table: SourceTable
    dialect: Dialect

    @property
    def by(self) -> tuple[str, ...]:
        """The columns that split the customers into lists."""
        return list_columns(self.table.columns, self.rules)

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns within which an order id is one order, with the customer and the id."""
        return (*order_columns(self.table.columns, self.by, self.rules), CUSTOMER_ID, ORDER_ID)

    @property
    def may_repeat(self) -> bool:
        """Whether an order id may stand in several rows that are not the lines of one order."""
        return ORDER_ID in self.table.columns and self.rules.grain != "line" and not self.rules.unique_order_ids

    @property
    def is_in_fen(self) -> bool:
        """Whether amounts are in fen, and are returned so."""
        return self.dataset.unit == "fen"

    @property
    def order_key(self) -> tuple[str, ...]:
        """The columns whose rows are one order, where rows are added up."""
        return self.identity if self.rules.grain == "line" else (*self.by, CUSTOMER_ID, DAY)

    def values(self) -> dict[str, Any]:
        """Return the terms by their names in the templates."""
        known, rules, dialect = self.table.columns, self.rules, self.dialect
        ties = tie_break_columns([*known, ORDER_AMOUNT_FEN], self.by)
        return {
            "typed": [*self._typed_columns()],
            "blanks": dialect.blanks,
            "checks": sql_checks(self.table, rules, dialect),
            "may_repeat": self.may_repeat,
            "grain": rules.grain,
            "drops_unpaid": rules.grain == "line" and rules.refunds == "reject",
            "has_order_ids": ORDER_ID in known,
            "rows": "single" if self.may_repeat else "passed",
            "repeated": self._names(self._list_compared()),
            "identity": self._names(self.identity),
            "order_key": self._names(self.order_key),
            "customer_key": self._names((*self.by, CUSTOMER_ID)),
            "carried": self._names(self._list_carried()),
            "largest": [POSITIVE_FIRST, *self._descending((ORDER_AMOUNT, *self._list_carried()))],
            "latest": [POSITIVE_FIRST, *self._descending((ORDER_TIME, ORDER_ID))],
            "newest": ["is_order desc", *self._descending((ORDER_TIME, *map(_plain, ties)))],
            "monetary": MONETARY_FEN if self.is_in_fen else MONETARY,
            "last": [*self._last_columns()],
            "conflicting": reject_outcome(self.table, ORDER_ID, CONFLICT, dialect) if ORDER_ID in known else "",
            "not_positive": reject_outcome(self.table, ORDER_AMOUNT, "not positive", dialect),
        }

    def _names(self, columns: Iterable[str]) -> list[str]:
        return [self.dialect.column(name) for name in columns]

    def _descending(self, columns: Iterable[str]) -> Iterator[str]:
        for name in columns:
            collation = "" if name in (ORDER_AMOUNT, ORDER_TIME) else self.dialect.collation
            yield f"{self.dialect.column(name)}{collation} desc nulls last"

    def _list_carried(self) -> list[str]:
        taken = self.identity if self.rules.grain == "line" else self.by
        return [name for name in CARRIED if name in self.table.columns and name not in taken]

    def _list_compared(self) -> list[str]:
        known = (CUSTOMER_ID, ORDER_ID, *CARRIED, STATUS, ORDER_AMOUNT, ORDER_TIME)
        there = [name for name in known if name in self.table.columns]
        return list(dict.fromkeys((*self.identity, *there, *([DAY] if self.rules.grain == "day" else []))))

    def _last_columns(self) -> Iterator[tuple[str, str]]:
        """Yield what is known of the last order, with its name in the answer."""
        yield ORDER_TIME, f"last_{ORDER_TIME}"
        for name in map(_plain, last_order_columns([*self.table.columns, ORDER_AMOUNT_FEN], self.by, self.rules.drop)):
            yield name, f"last_{ORDER_AMOUNT_FEN if name == ORDER_AMOUNT and self.is_in_fen else name}"

    def _typed_columns(self) -> Iterator[str]:
        for name in self.table.columns:
            if name not in (ORDER_AMOUNT, ORDER_TIME):
                yield f"{self._text(name)} as {self.dialect.column(name)}"
        if self.rules.keep_status:
            yield f"lower(translate({self._text(STATUS)}, blanks.signs, '')) as plain_status"
        time, amount = (self._source(name) for name in (ORDER_TIME, ORDER_AMOUNT))
        yield f"cast({time} as {self.dialect.time}) as {ORDER_TIME}"
        if self.rules.grain == "day":
            yield f"cast({time} as date) as {DAY}"
        yield f"{self._amount(amount)} as {ORDER_AMOUNT}"
        yield f"case when {amount} is null then 0 else 1 end as is_amount_given"
        yield f"{self._exactness(amount)} as is_exact"

    def _source(self, name: str) -> str:
        return f"source.{self.dialect.name(self.table.columns[name])}"

    def _text(self, name: str) -> str:
        text = f"cast({self._source(name)} as {self.dialect.text})"
        trimmed = f"nullif(trim(both blanks.signs from {text}), '')"
        return f"upper({trimmed})" if name == CURRENCY else trimmed

    def _cast(self, amount: str, decimals: int | None = None) -> str:
        return f"cast({amount} as decimal(18, {self._decimals if decimals is None else decimals}))"

    @property
    def _decimals(self) -> int:
        return max(MINOR_UNITS.values()) if CURRENCY in self.by else DECIMALS[self.dataset.fen_per_unit]

    @property
    def _limit(self) -> int:
        return LIMIT // self.dataset.fen_per_unit

    def _amount(self, amount: str) -> str:
        """Return the amount as a decimal in yuan or fen; null where it is out of range."""
        exact = self._cast(amount)
        in_yuan = f"cast({exact} * 10000 as decimal(18, 2))" if self.dataset.unit == "ten_thousand_yuan" else exact
        return f"case when {amount} > -{self._limit} and {amount} < {self._limit}\n            then {in_yuan} end"

    def _exactness(self, amount: str) -> str:
        """Return 1, or 0 where a part of a fen, or of the minor unit of a list's currency, would be cut off."""
        if CURRENCY not in self.by and self.table.has_exact_amounts(self._decimals):
            return "1"
        is_out = f"{amount} <= -{self._limit} or {amount} >= {self._limit}"
        is_whole = self._wholeness(amount) if CURRENCY in self.by else f"{amount} = {self._cast(amount)}"
        return f"case when {is_out} then 1\n            when {is_whole} then 1 else 0 end"

    def _wholeness(self, amount: str) -> str:
        """Return whether an amount is a whole number of minor units of its currency."""
        cases = [f"{amount} = case"]
        for decimals in sorted({*MINOR_UNITS.values()}):
            codes = self.dialect.listing([code for code, own in MINOR_UNITS.items() if own == decimals])
            cases.append(f"when {self._text(CURRENCY)} in {codes} then {self._cast(amount, decimals)}")
        cases.append(f"else {self._cast(amount, CENTS)} end")
        return "\n                ".join(cases)


def _plain(name: str) -> str:
    return ORDER_AMOUNT if name == ORDER_AMOUNT_FEN else name

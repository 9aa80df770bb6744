"""A table of customers that another system made, checked and in the shape that orders are aggregated to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.columns import (
    CHINESE,
    CURRENCY,
    CUSTOMER_COLUMNS,
    CUSTOMER_ID,
    FREQUENCY,
    LAST_ORDER_TIME,
    MONETARY,
    MONETARY_FEN,
    RECENCY_DAYS,
    REGION,
    fold_header,
)
from rfm_engine.errors import DataError
from rfm_engine.orders.cells.blanks import BLANKS
from rfm_engine.orders.cells.column_types import refuse_undecodable_bytes, refuse_unreadable_types
from rfm_engine.orders.cells.ids import id_text, refuse_cut_ids
from rfm_engine.vocabulary.currencies import CENTS, MINOR_UNITS, SEVERAL, shown_decimals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rfm_engine.rules import Rules

LAST_AMOUNT, LAST_AMOUNT_FEN = "last_order_amount", "last_order_amount_fen"
LAST_AMOUNTS: Final = (LAST_AMOUNT, LAST_AMOUNT_FEN)
NUMBERS: Final = (FREQUENCY, MONETARY, MONETARY_FEN, LAST_ORDER_TIME, RECENCY_DAYS, *LAST_AMOUNTS)
CHOICES: Final = ((CUSTOMER_ID,), (FREQUENCY,), (MONETARY, MONETARY_FEN), (LAST_ORDER_TIME, RECENCY_DAYS))
"""What a table needs: one column of each."""

MONEY: Final = r"^[+-]?[0-9]{{1,15}}(?:\.[0-9]{{1,{decimals}}}0*)?$"
WHOLE: Final = r"^[+-]?[0-9]{1,18}(?:\.0*)?$"
TIMES: Final = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d")
MOST_WHOLE: Final = 10**18 - 1
MOST_FEN: Final = 2**63 - 1
MOST_DAYS: Final = 3_000_000
SAMPLES: Final = 3
GIVEN: Final = ":last_order_amount is given"


class Fault(NamedTuple):
    """Rows that cannot be used: the column, what is wrong, and which rows."""

    column: str
    words: str
    rows: pl.Expr


def match_customer_columns(headers: Sequence[str], columns: Mapping[str, str], by: Sequence[str]) -> dict[str, str]:
    """Return which header holds each column of a customer table: as mapped, or by its canonical or Chinese name.

    Raises:
        DataError: Columns that every table needs are not there; it lists all of them.
    """
    folded = {fold_header(header): header for header in reversed(headers)}
    names = dict.fromkeys((*by, *CUSTOMER_COLUMNS))
    wanted = {name: [columns[name]] if name in columns else [name, CHINESE.get(name, name)] for name in names}
    found = {
        name: folded[fold_header(header)]
        for name, spellings in wanted.items()
        for header in reversed(spellings)
        if fold_header(header) in folded
    }
    needed = [*CHOICES, *((name,) for name in by)]
    if lacking := [" or ".join(choice) for choice in needed if not any(name in found for name in choice)]:
        listed = "; ".join(f"no column {name}: map it, --column {name.partition(' ')[0]}=HEADER" for name in lacking)
        message = f"customers: {listed}\nheaders there: {', '.join(map(repr, headers))}"
        raise DataError(message)
    spare = {f"{name}_fen" for name in (MONETARY, LAST_AMOUNT) if name in found}
    return {name: header for name, header in found.items() if name not in spare}


def list_table_columns(headers: Sequence[str], rules: Rules) -> tuple[str, ...]:
    """Return the columns that split the customers into lists: `by`, without a default region that the table lacks."""
    has_region = {fold_header(REGION), fold_header(CHINESE[REGION])} & set(map(fold_header, headers))
    return () if rules.by == (REGION,) and not has_region else rules.by


def find_money(table: pl.LazyFrame, mapping: Mapping[str, str], rules: Rules) -> Rules:
    """Return the rules with the currency of the money: that of each list by currency, else the one that is kept.

    Raises:
        DataError: The scheme is not for such money.
    """
    if CURRENCY in rules.by:
        code = id_text(mapping[CURRENCY], table.collect_schema()[mapping[CURRENCY]], trim=True).str.to_uppercase()
        return rules.in_currencies(
            table.select(code.unique().sort()).filter(code != "").collect().to_series().to_list()
        )
    return rules.in_currencies([rules.keep_currency.upper()]) if rules.keep_currency else rules


def read_customer_table(
    table: pl.LazyFrame, mapping: Mapping[str, str], by: Sequence[str], rules: Rules
) -> pl.DataFrame:
    """Return one row per (list, customer), sorted by them, with the columns that aggregated orders have.

    Ids are text as in orders; `monetary` is yuan with at most two decimals, as a decimal or as text, `monetary_fen`
    whole fen; money in a currency has its decimals (`find_money`). Recency is counted from `last_order_time`, or taken
    from `recency_days` where there is no time.

    Raises:
        DataError: Anything missing, of the wrong type, out of the window, or twice in a list; it lists all faults with
            the customers of the first rows.
    """
    schema = table.collect_schema()
    ids = {name: header for name, header in mapping.items() if name not in NUMBERS}
    refuse_unreadable_types(schema, mapping, "customers")
    refuse_undecodable_bytes(table, mapping, "customers")
    refuse_cut_ids(table, ids, "customers")
    if isinstance(zoned := schema[mapping.get(LAST_ORDER_TIME, mapping[CUSTOMER_ID])], pl.Datetime) and zoned.time_zone:
        message = f"customers: last_order_time has the time zone {zoned.time_zone}; make it a local time without one"
        raise DataError(message)
    given = [pl.col(mapping[name]).is_not_null().alias(GIVEN) for name in LAST_AMOUNTS if name in mapping]
    customers = type_customers(table, mapping, rules, *given).collect()
    refuse_faults(customers, [*find_faults(mapping, by, rules)])
    return customers.drop(GIVEN, strict=False).sort(*by, CUSTOMER_ID)


def type_customers(table: pl.LazyFrame, mapping: Mapping[str, str], rules: Rules, *more: pl.Expr) -> pl.LazyFrame:
    """Return the rows of a table with the columns and types that aggregated orders have; null what cannot be."""
    schema = table.collect_schema()
    typed = (_cast(name, header, schema[header], rules.decimals) for name, header in mapping.items())
    return table.select(*typed, *more).with_columns(_recency(mapping, rules))


def _cast(name: str, header: str, dtype: pl.DataType, decimals: int) -> pl.Expr:
    if name not in NUMBERS:
        return id_text(header, dtype, trim=True).replace("", None).alias(name)
    if name == LAST_ORDER_TIME:
        return _local_time(pl.col(header), dtype).alias(name)
    if name in {MONETARY, LAST_AMOUNT}:
        return _fen(pl.col(header), decimals).alias(f"{name}_fen")
    return _whole(pl.col(header), dtype).alias(name)


def _text(column: pl.Expr) -> pl.Expr:
    return column.cast(pl.String).str.strip_chars(BLANKS)


def _whole(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_integer():
        return pl.when(column.is_between(-MOST_WHOLE, MOST_WHOLE)).then(column).cast(pl.Int64)
    text = _text(column)
    return pl.when(text.str.contains(WHOLE)).then(text.str.replace(r"\.0*$", "")).cast(pl.Int64, strict=False)


def _fen(column: pl.Expr, decimals: int) -> pl.Expr:
    """Return yuan as fen, exactly, or what has more decimals in those; null where they are no whole number of them."""
    text = pl.when(_text(column).str.contains(MONEY.format(decimals=decimals))).then(_text(column))
    return text.cast(pl.Decimal(38, decimals), strict=False).to_physical().cast(pl.Int64)


def _local_time(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Date | pl.Datetime):
        return column.cast(pl.Datetime("us"), strict=False)
    text = _text(column)
    return pl.coalesce(text.str.to_datetime(form, time_unit="us", strict=False) for form in TIMES)


def _recency(mapping: Mapping[str, str], rules: Rules) -> pl.Expr:
    if LAST_ORDER_TIME not in mapping:
        return pl.lit(None, dtype=pl.Datetime("us")).alias(LAST_ORDER_TIME)
    days = pl.lit(rules.as_of) - pl.col(LAST_ORDER_TIME).dt.date()
    return days.dt.total_days().cast(pl.Int64).alias(RECENCY_DAYS)


def find_faults(mapping: Mapping[str, str], by: Sequence[str], rules: Rules) -> Iterator[Fault]:
    """Yield everything that may be wrong with typed customers, each with the rows that have it."""
    for name in (*by, CUSTOMER_ID):
        yield Fault(name, "missing", pl.col(name).is_null())
    yield Fault(CUSTOMER_ID, "twice in a list", pl.struct(*by, CUSTOMER_ID).is_duplicated())
    yield Fault(FREQUENCY, "no whole number of 1 or more", ~(pl.col(FREQUENCY) >= 1).fill_null(value=False))
    yield Fault(MONETARY, *_misfits(MONETARY_FEN, rules))
    if rules.refunds == "reject":
        yield Fault(MONETARY, "0 or less (refunds = 'net' allows it)", pl.col(MONETARY_FEN) <= 0)
    longest = (rules.as_of - rules.since).days if rules.since else MOST_DAYS
    inside = pl.col(RECENCY_DAYS).is_between(0, longest).fill_null(value=False)
    window = f"no day from {rules.since} to {rules.as_of}" if rules.since else f"no day up to {rules.as_of}"
    yield Fault(LAST_ORDER_TIME if LAST_ORDER_TIME in mapping else RECENCY_DAYS, window, ~inside)
    if mapping.keys() & {*LAST_AMOUNTS}:
        words, misfits = _misfits(LAST_AMOUNT_FEN, rules)
        yield Fault(LAST_AMOUNT, words, pl.col(GIVEN) & misfits)


def _misfits(name: str, rules: Rules) -> tuple[str, pl.Expr]:
    """Return the rows whose money is not a whole number of minor units of its currency, and the words for it."""
    own, words = pl.lit(shown_decimals(rules.currency, rules.decimals)), f"{shown_decimals(rules.currency, 2)}"
    if rules.currency == SEVERAL:
        own = pl.col(CURRENCY).str.to_uppercase().replace_strict(MINOR_UNITS, default=CENTS, return_dtype=pl.Int32)
        words = "its currency's"
    is_whole = pl.col(name) % pl.lit(10).pow(rules.decimals - own) == 0
    return f"no amount with at most {words} decimals", ~is_whole.fill_null(value=False)


def refuse_faults(customers: pl.DataFrame, faults: Sequence[Fault]) -> None:
    """Check that no row has any of the faults, and that the sum of all spend can be written.

    Raises:
        DataError: It lists every fault, how many rows have it, and the customers of the first ones.
    """
    counts = customers.select(fault.rows.sum().alias(str(number)) for number, fault in enumerate(faults)).row(0)
    lines: list[str] = []
    samples: list[str] = []
    for fault, count in zip(faults, counts, strict=True):
        if count:
            found = customers.filter(fault.rows)[CUSTOMER_ID].drop_nulls().head(SAMPLES).to_list()
            such = f", such as customer {', '.join(map(repr, found))}" if found else ""
            lines.append(f"{fault.column}: {count:,} {'row' if count == 1 else 'rows'} with {fault.words}{such}")
            samples += map(repr, found)
    if not lines and (total := customers[MONETARY_FEN].cast(pl.Int128).sum()) > MOST_FEN:
        lines.append(f"{MONETARY}: the customers spent {total} fen in all, more than can be added up")
    if lines or customers.is_empty():
        message = "customers: " + ("\n".join(lines) or "the table has no row")
        raise DataError(message, *samples)

"""How the cells of one table are read: what is given, what the data show, and what they leave open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.columns import (
    CURRENCY,
    ORDER_AMOUNT,
    ORDER_TIME,
    PRODUCT_NAME,
    QUANTITY,
    REFUNDED_AMOUNT,
    STATUS,
    UNIT_PRICE,
)
from rfm_engine.errors import DataError
from rfm_engine.orders.cells.amount_evidence import AmountReading, read_amounts
from rfm_engine.orders.cells.amount_text import HOME, amount_pattern, clean_amount, currency_code, name_signs
from rfm_engine.orders.cells.column_types import are_whole, refuse_undecodable_bytes
from rfm_engine.orders.cells.evidence import FILE, TEXT, Column
from rfm_engine.orders.cells.ids import refuse_cut_ids
from rfm_engine.orders.cells.line_amounts import multiply_factors
from rfm_engine.orders.cells.refunds import subtract_refunds
from rfm_engine.orders.cells.times.evidence import TimeReading, read_times
from rfm_engine.orders.cells.times.order_times import leave_out_other_days
from rfm_engine.orders.order_ids.order_sums import IN_MINOR_UNITS
from rfm_engine.orders.parsing import CellForms, parse_orders
from rfm_engine.orders.understanding.formula_cells import unwrap_formulas
from rfm_engine.orders.understanding.header_unit import follow_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from rfm_engine.findings import Finding
    from rfm_engine.orders.cells.amount_text import AmountStyle
    from rfm_engine.orders.read_options import ReadOptions

NO_IDS = (ORDER_AMOUNT, ORDER_TIME, PRODUCT_NAME, STATUS, REFUNDED_AMOUNT, CURRENCY, QUANTITY, UNIT_PRICE)
FIRST = 30
NAMED_CURRENCY = ":currency that the amount names"


@dataclass(frozen=True, kw_only=True)
class RawOrders:
    """A table as it was read: `mapping` is canonical name -> column of `frame`, `where` names its file or frame.

    `headers` are those of the columns where the frame has other names for them. `first` are the first cells of columns
    where they are known already, `file` the file of each row where there are several. `is_text` is whether the cells
    are those of a text file, which are trimmed, `is_excel` those of a workbook, `has_semicolons` what parts columns.
    """

    frame: pl.LazyFrame
    mapping: Mapping[str, str]
    where: str
    headers: Mapping[str, str] | None = None
    first: Mapping[str, Sequence[str]] | None = None
    file: pl.Expr | None = None
    is_text: bool = False
    is_excel: bool = False
    has_semicolons: bool = False

    def column(self, name: str) -> Column:
        """Return a column as text, with its first cells."""
        text = pl.col(self.mapping[name]).cast(pl.String).alias(TEXT)
        texts = self.frame.select(text, *([] if self.file is None else [self.file.alias(FILE)]))
        cells = texts.head(FIRST).collect()[TEXT].to_list() if self.first is None else self.first[name]
        return self.describe_column(name, texts, [cell.strip() for cell in cells if cell and cell.strip()])

    def describe_column(self, name: str, texts: pl.LazyFrame, first: Sequence[str] = (), where: str = "") -> Column:
        """Return texts as those of a column."""
        return Column(
            texts=texts,
            first=first,
            where=where or self.where,
            header=(self.headers or self.mapping).get(name, "HEADER"),
            may_name_currencies=self.mapping.get(CURRENCY) == NAMED_CURRENCY,
        )


@dataclass(frozen=True, kw_only=True)
class Interpretation:
    """How to read the cells of a table: the options in force, what its cells look like, and what a user should know.

    `style` is that of amounts in text; `is_style_found` and `is_format_found` are whether the data showed it and the
    format of the times. `currency` is what amounts name or what is declared; it becomes a column if `has_currency`.
    """

    raw: RawOrders
    options: ReadOptions
    forms: CellForms
    style: AmountStyle = "point"
    currency: str | None = None
    has_currency: bool = False
    is_style_found: bool = False
    is_format_found: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def names_currencies(self) -> bool:
        """Whether a column, the amounts themselves or the user say in which currency they are."""
        return self.has_currency or CURRENCY in self.raw.mapping

    @cached_property
    def has_whole_amounts(self) -> bool:
        """Whether no amount can have a part of a fen, going by its type; refunds may be of another one."""
        mapping = self.raw.mapping
        dtype = self.raw.frame.collect_schema()[mapping[ORDER_AMOUNT]]
        return are_whole(dtype, self.options.fen_per_unit) and REFUNDED_AMOUNT not in mapping

    def parse(
        self,
        *,
        place: Iterable[pl.Expr] = (),
        fallback: bool = True,
        with_remainder: bool = False,
        days: tuple[date, date] | None = None,
    ) -> pl.LazyFrame:
        """Return the typed orders, lazily, as `parsing.parse_orders`; rows outside the `days` may be missing."""
        frame, mapping = self.raw.frame, self.raw.mapping
        if days is not None:
            frame = leave_out_other_days(frame, mapping[ORDER_TIME], *days)
        try:
            typed = parse_orders(
                frame,
                self.options,
                mapping,
                place=place,
                forms=self.forms,
                fallback=fallback,
                with_remainder=with_remainder,
            )
        except DataError as error:
            message = f"{self.raw.where}: {error}"
            raise DataError(message, *error.customer_data) from error
        if REFUNDED_AMOUNT in mapping:
            typed = subtract_refunds(typed, self.options, self.forms.currencies)
        return self._add_money_columns(typed)

    def _add_money_columns(self, typed: pl.LazyFrame) -> pl.LazyFrame:
        """Return typed orders with the currency that no column names, and the mark of amounts in minor units."""
        declared, has_column = self.options.currency, CURRENCY in self.raw.mapping
        if has_column and declared is not None:
            is_blank = pl.col(CURRENCY).fill_null("").str.strip_chars() == ""
            typed = typed.with_columns(pl.when(is_blank).then(pl.lit(declared)).otherwise(CURRENCY).alias(CURRENCY))
        elif self.has_currency and not has_column:
            typed = typed.with_columns(pl.lit(self.currency).alias(CURRENCY))
        is_in_minor_units = self.options.unit == "fen" and self.names_currencies
        return typed.with_columns(pl.lit(value=True).alias(IN_MINOR_UNITS)) if is_in_minor_units else typed


def interpret(raw: RawOrders, options: ReadOptions) -> Interpretation:
    """Return how the raw cells of a table are read: as the options say, else as the cells show beyond doubt.

    Raises:
        DataError: Bytes that are no text; ids that may be cut; amounts or times to read in several ways, or in none.
    """
    refuse_undecodable_bytes(raw.frame, raw.mapping, raw.where)
    options = _follow_header(raw, options)
    frame, first = unwrap_formulas(raw.frame, raw.mapping, raw.first)
    raw = name_currencies(replace(raw, frame=frame, first=first), options)
    ids = {name: column for name, column in raw.mapping.items() if name not in NO_IDS}
    refuse_cut_ids(raw.frame, ids, raw.where, is_excel=raw.is_excel)
    amounts, times = _read_amounts(raw, options), _read_times(raw, options)
    is_style_found = options.given_style is None and _has_text_amounts(raw)
    is_format_found = options.order_time_format is None and not _has_typed_times(raw)
    options = options.model_copy(update={"amount_style": amounts.style, "order_time_format": times.format})
    if ORDER_AMOUNT not in raw.mapping:
        frame, mapping = multiply_factors(raw.frame, raw.mapping, options)
        raw = replace(raw, frame=frame, mapping=mapping)
        options = options.model_copy(update={"amount_style": "point", "decimal_comma": False})
    currency = amounts.currency or options.currency
    return Interpretation(
        raw=raw,
        options=options,
        forms=CellForms(trim=raw.is_text, currencies=_list_currencies(raw, currency, options), times=times.forms),
        style=amounts.style,
        currency=currency,
        has_currency=currency not in (None, HOME),
        is_style_found=is_style_found,
        is_format_found=is_format_found,
        findings=(*amounts.findings, *times.findings),
    )


def name_currencies(raw: RawOrders, options: ReadOptions) -> RawOrders:
    """Return a table in which the currencies are a column of their own where they are mapped to text amounts."""
    amounts, code_of = raw.mapping.get(ORDER_AMOUNT), name_signs(options.currency)
    if amounts is None or raw.mapping.get(CURRENCY) != amounts or not _has_text_amounts(raw):
        return raw
    parts = clean_amount(pl.col(amounts)).str.extract_groups(amount_pattern(code_of, takes_ten_thousands=True))
    named = raw.frame.with_columns(currency_code(parts, code_of).fill_null("").alias(NAMED_CURRENCY))
    return replace(raw, frame=named, mapping={**raw.mapping, CURRENCY: NAMED_CURRENCY})


def _list_currencies(raw: RawOrders, currency: str | None, options: ReadOptions) -> tuple[str, ...]:
    """Return the currencies that amounts may name: the one that they do, or any where each says its own."""
    has_own = raw.mapping.get(CURRENCY) == NAMED_CURRENCY
    return tuple({*name_signs(options.currency).values()}) if has_own else (currency or HOME,)


def find_named_currency(raw: RawOrders, options: ReadOptions) -> str | None:
    """Return the currency that amounts in text name, or that is declared, if it is not yuan; errors as `interpret`."""
    options = _follow_header(raw, options)
    currency = _read_amounts(raw, options).currency or options.currency
    return None if currency == HOME else currency


def _follow_header(raw: RawOrders, options: ReadOptions) -> ReadOptions:
    name = _amount_name(raw)
    texts = raw.frame.select(pl.col(raw.mapping[name]).cast(pl.String).alias(TEXT))
    return follow_header(raw.describe_column(name, texts), options, has_currencies=CURRENCY in raw.mapping)


def _read_amounts(raw: RawOrders, options: ReadOptions) -> AmountReading:
    if not _has_text_amounts(raw):
        return AmountReading(style=options.given_style or "point")
    return read_amounts(raw.column(_amount_name(raw)), options, has_semicolons=raw.has_semicolons)


def _read_times(raw: RawOrders, options: ReadOptions) -> TimeReading:
    if _has_typed_times(raw):
        return TimeReading(format=options.order_time_format)
    return read_times(raw.column(ORDER_TIME), options)


def _amount_name(raw: RawOrders) -> str:
    return ORDER_AMOUNT if ORDER_AMOUNT in raw.mapping else UNIT_PRICE


def _has_text_amounts(raw: RawOrders) -> bool:
    return raw.frame.collect_schema()[raw.mapping[_amount_name(raw)]] == pl.String


def _has_typed_times(raw: RawOrders) -> bool:
    return raw.frame.collect_schema()[raw.mapping[ORDER_TIME]].is_temporal()

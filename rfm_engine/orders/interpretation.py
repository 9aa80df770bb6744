"""How the cells of one table are read: what is given, what the data show, and what they leave open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rfm_engine.columns import CURRENCY, ORDER_AMOUNT, ORDER_TIME, PRODUCT_NAME, REFUNDED_AMOUNT, STATUS
from rfm_engine.errors import DataError
from rfm_engine.orders.cells.ids import has_padding, refuse_cut_ids
from rfm_engine.orders.cells.line_amounts import multiply_factors
from rfm_engine.orders.cells.refunds import subtract_refunds
from rfm_engine.orders.parsing import parse_orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from rfm_engine.orders.read_options import ReadOptions

NO_IDS = (ORDER_AMOUNT, ORDER_TIME, PRODUCT_NAME, STATUS, REFUNDED_AMOUNT, CURRENCY)


@dataclass(frozen=True, kw_only=True)
class RawOrders:
    """A table as it was read: `mapping` is canonical name -> column of `frame`, `where` names its file or frame."""

    frame: pl.LazyFrame
    mapping: Mapping[str, str]
    where: str


@dataclass(frozen=True, kw_only=True)
class Interpretation:
    """How to read the cells of a table: the options in force, and whether white space is taken off its texts."""

    raw: RawOrders
    options: ReadOptions
    trim: bool

    def parse(self, *, place: Iterable[pl.Expr] = (), fallback: bool = True) -> pl.LazyFrame:
        """Return the typed orders, lazily, as `parsing.parse_orders`."""
        frame, mapping = self.raw.frame, self.raw.mapping
        try:
            typed = parse_orders(frame, self.options, mapping, place=place, trim=self.trim, fallback=fallback)
        except DataError as error:
            message = f"{self.raw.where}: {error}"
            raise DataError(message, *error.customer_data) from error
        return subtract_refunds(typed, self.options) if REFUNDED_AMOUNT in mapping else typed


def interpret(raw: RawOrders, options: ReadOptions, *, is_text: bool = False, is_excel: bool = False) -> Interpretation:
    """Return how the raw cells of a table are read.

    Cells of text files are trimmed in any case (`is_text`); typed text is looked at, and so are ids that are numbers.

    Raises:
        DataError: Ids that their format may have cut.
    """
    frame, mapping = multiply_factors(raw.frame, raw.mapping, options)
    raw = RawOrders(frame=frame, mapping=mapping, where=raw.where)
    ids = {name: column for name, column in raw.mapping.items() if name not in NO_IDS}
    refuse_cut_ids(raw.frame, ids, raw.where, is_excel=is_excel)
    return Interpretation(raw=raw, options=options, trim=is_text or has_padding(raw.frame, ids.values()))

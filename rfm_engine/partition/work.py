"""The engine's own passes over one partition of the orders."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Unpack

import polars as pl

from rfm_engine.columns import CURRENCY, CUSTOMER_ID, ORDER_AMOUNT, ORDER_ID, ORDER_TIME, RECENCY_DAYS
from rfm_engine.config.frames import as_frame, match_frame
from rfm_engine.config.keywords import resolve_keywords, speak_python
from rfm_engine.customers.aggregate import Batch, aggregate, find_shortcuts
from rfm_engine.customers.dormant import count_dormant
from rfm_engine.customers.merged_orders import count_lines, merge_rows
from rfm_engine.errors import DataError, DatasetError
from rfm_engine.orders.cells.ids import id_text
from rfm_engine.orders.headers import match_headers
from rfm_engine.orders.ledger import Ledger, reconcile
from rfm_engine.orders.order_ids.duplicates import find_duplicates
from rfm_engine.orders.padding import trim_if_padded
from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW
from rfm_engine.orders.rejects import REJECT_SCHEMA
from rfm_engine.orders.staging import order_set, stage_orders
from rfm_engine.orders.understanding.interpretation import Interpretation, RawOrders, interpret
from rfm_engine.partition.money import count_in_own_units
from rfm_engine.preparation import prepare_orders
from rfm_engine.preparation.customer_ids import unify_ids
from rfm_engine.preparation.spellings import join_regions
from rfm_engine.vocabulary.currencies import CENTS, minor_unit
from rfm_engine.vocabulary.no_customer import no_customer_spellings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfm_engine.config.dataset import Dataset
    from rfm_engine.config.frames import ArrowStream
    from rfm_engine.config.keywords import RunRules
    from rfm_engine.rules import Rules

    Frame = pl.LazyFrame | pl.DataFrame | ArrowStream

KIND: Final = "kind"
NEEDS_ALL: Final = ("latest_export", "order_total", "dormant", "carry", "source", "customers", "database", "state")
LAST: Final = ("last_order_id", "last_product_name", "last_store_code", "last_region")
SCHEMA: Final[dict[str, type[pl.DataType] | pl.DataType]] = {
    "frequency": pl.Int64,
    "monetary_fen": pl.Int64,
    "last_order_time": pl.Datetime("us"),
    "last_order_amount_fen": pl.Int64,
    **dict.fromkeys(LAST, pl.String),
    "outcome": pl.String,
    "rows": pl.Int64,
    **REJECT_SCHEMA,
}
PLACE: Final = (SOURCE_FILE, SOURCE_ROW)
WARNINGS: Final = ("rounded", "repeats_without_order_id", "customers_without_order", "customers_before_window")


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is done with each partition: plain data, which pickles; `of` makes it."""

    dataset: Dataset
    rules: Rules
    names_options: bool = False
    """Whether messages name the options of the command, not keyword arguments."""

    def __call__(self, orders: Frame) -> pl.DataFrame:
        """Return what a partition comes to, in a frame that is an Arrow stream too.

        One row per (list, customer), outcome, warning or rejected row, which `kind` names: `customer`, `outcome`,
        `warning`, `reject`.

        Raises:
            DataError: The orders lack a column, or a reading is left open that must be the same in all partitions.
        """
        with nullcontext() if self.names_options else speak_python():
            frame = as_frame(orders)
            raw = RawOrders(frame=frame, mapping=match_frame(frame, self.dataset, self.rules), where="orders")
            self._refuse_open_readings(raw)
            interpretation, place = interpret(raw, self.dataset), _find_place(frame)
            _refuse_named_currency(interpretation)
            with_remainder = self.rules.grain == "line" or interpretation.names_currencies
            typed = partial(interpretation.parse, place=place, with_remainder=with_remainder)
            with stage_orders(typed) as rows:
                found = self._count(rows, raw.mapping)
            is_placed = {*PLACE} <= {*frame.collect_schema()}
            return found if is_placed else found.with_columns(file=None, row=None).cast(self.schema)

    def _count(self, rows: pl.LazyFrame, headers: Mapping[str, str]) -> pl.DataFrame:
        orders = order_set(*prepare_orders(trim_if_padded(rows), self.rules, is_text=False))
        repeated = find_duplicates(orders)
        single, duplicates = merge_rows(orders, repeated)
        batch: Batch = aggregate(single, duplicates, find_shortcuts(single, duplicates))
        ledger, rejects = reconcile(orders, repeated, batch.tally, headers, count_lines(single))
        dormant = count_dormant(orders, batch.customers, (orders.rows,)) if ledger.outside_window else 0
        customers = batch.customers.drop(RECENCY_DAYS).with_columns(pl.col(orders.by).cast(pl.String))
        if CURRENCY in orders.by:
            customers = count_in_own_units(customers, orders.rules.decimals)
        warnings = {name: getattr(ledger, name) for name in WARNINGS} | {"customers_before_window": dormant}
        kinds = {"customer": customers.collect(), "outcome": _counts(_outcomes(ledger)), "warning": _counts(warnings)}
        kinds["reject"] = rejects.with_columns(pl.col("file").cast(pl.String), pl.col("row").cast(pl.Int64))
        named = [frame.with_columns(pl.lit(kind).alias(KIND)) for kind, frame in kinds.items()]
        return pl.concat([pl.DataFrame(schema=self.schema), *named], how="diagonal").select(*self.schema)

    @property
    def schema(self) -> pl.Schema:
        """The columns of what a partition comes to."""
        return pl.Schema({KIND: pl.String, **self._keys(), **SCHEMA})

    def columns(self, headers: Sequence[str]) -> dict[str, str]:
        """Return which of these headers hold the columns that are needed, by their canonical names; errors as a run."""
        with nullcontext() if self.names_options else speak_python():
            return match_headers(headers, self.dataset.columns, self.rules.further_columns, "orders")

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that `place` looks at, where the orders have them: those of a list, customer and order."""
        return tuple(dict.fromkeys((*self._keys(), ORDER_ID)))

    def place(self, keys: Frame) -> pl.Series:
        """Return for each row a text that all orders of its customer share, whatever the spelling of the ids.

        `keys` has the columns of `keys`, by these names. Rows without a customer, which are rejected wherever they
        stand, have the text of their order.
        """
        frame = as_frame(keys)
        texts = (id_text(name, dtype, trim=True).alias(name) for name, dtype in frame.collect_schema().items())
        ids = frame.select(texts).with_columns(pl.all().fill_null(""))
        ids = ids.with_columns(unify_ids(pl.col(CUSTOMER_ID), self.rules.same_id).alias(CUSTOMER_ID))
        plain = join_regions(ids, self.rules)[0] if self.rules.same_region else ids
        names = plain.collect_schema().names()
        is_no_one = pl.col(CUSTOMER_ID).is_in(["", *no_customer_spellings(self.rules.nobody)])
        one = pl.concat_str([name for name in names if name in self._keys()], separator="\x1f")
        any_one = pl.col(ORDER_ID) if ORDER_ID in names else pl.lit("")
        return plain.select(pl.when(is_no_one).then(any_one).otherwise(one).alias("place")).collect().to_series()

    def _keys(self) -> dict[str, type[pl.DataType]]:
        return dict.fromkeys((*self.rules.by, CUSTOMER_ID), pl.String)

    def _refuse_open_readings(self, raw: RawOrders) -> None:
        """Refuse what each partition would settle for itself, by its own rows."""
        schema, mapping, faults = raw.frame.collect_schema(), raw.mapping, []
        if schema[mapping[ORDER_TIME]] == pl.String and self.dataset.order_time_format is None:
            faults.append("order_time is text: say how it is written, --order-time-format ymd")
        if any(schema[mapping[name]] == pl.String for name in mapping if name in (ORDER_AMOUNT, "unit_price")):
            faults += [] if self.dataset.given_style else ["amounts are text: say how, --amount-style point"]
        if CURRENCY in mapping and not (self.rules.keep_currency or CURRENCY in self.rules.by):
            faults.append("currency: say which counts, --keep-currency EUR")
        if faults:
            raise DataError("; ".join(("a partition can't settle what all must share", *faults)))

    def split(self, orders: Frame, parts: int) -> list[pl.DataFrame]:
        """Return the orders in so many parts, each with all orders of its customers, whatever their spelling."""
        frame = as_frame(orders).collect()
        mapping = self.columns(frame.columns)
        numbers = (
            self.place(frame.select(pl.col(mapping[n]).alias(n) for n in self.keys if n in mapping)).hash() % parts
        )
        return [frame.filter(numbers == part) for part in range(parts)]


def _refuse_named_currency(interpretation: Interpretation) -> None:
    """Refuse amounts whose text names a currency without cents, which a partition without such an amount can't know."""
    is_known = CURRENCY in interpretation.raw.mapping or interpretation.options.currency is not None
    code = None if is_known else interpretation.currency
    if code and minor_unit(code) != CENTS:
        message = f"amounts name the currency {code}, which each partition would find by its own rows: make numbers of "
        message += f"them, or say so, --currency {code}"
        raise DataError(message)


def of(**rules: Unpack[RunRules]) -> Work:
    """Return what to do with each partition of orders under these rules, the keys of a dataset file.

    Raises:
        DatasetError: A rule that is unknown, contradictory, or needs more than the orders of a customer.

    >>> orders = pl.DataFrame(
    ...     {"customer_id": ["a"], "order_id": ["1"], "order_amount": [9], "order_time": ["2025-06-01"]}
    ... )
    >>> work = of(as_of="2025-07-01", order_time_format="ymd")
    >>> from rfm_engine.partition import merge
    >>> merged = merge(work(part) for part in work.split(orders, 3))
    >>> merged.customers.select("customer_id", "frequency", "monetary_fen").rows(), merged.ledger
    ([('a', 1, 900)], {'used': 1})
    """
    with speak_python():
        dataset, in_force = resolve_keywords(rules, "partition.of")
        if taken := {*in_force.by} & {KIND, *SCHEMA}:
            message = f"partition.of(by): {', '.join(sorted(taken))}: a name that the results have; rename the column"
            raise DatasetError(message)
        if unfit := find_unfit_keys(dataset):
            message = f"partition.of({', '.join(unfit)}): needs more than the orders of one customer"
            raise DatasetError(message)
        return Work(dataset=dataset, rules=in_force)


def find_unfit_keys(dataset: Dataset) -> list[str]:
    """Return the keys of a dataset that need more than the orders of one customer."""
    fields = type(dataset).model_fields
    return [key for key in NEEDS_ALL if getattr(dataset, key) not in (fields[key].default, "rejected")]


def _find_place(frame: pl.LazyFrame) -> tuple[pl.Expr, pl.Expr]:
    """Return the file and the row that the orders name themselves, else their number in the partition."""
    if {*PLACE} <= {*frame.collect_schema()}:
        return pl.col(SOURCE_FILE), pl.col(SOURCE_ROW)
    return pl.lit("orders").alias(SOURCE_FILE), pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(SOURCE_ROW)


def _counts(rows: Mapping[str, int]) -> pl.DataFrame:
    return pl.DataFrame([*rows.items()], {"outcome": pl.String, "rows": pl.Int64}, orient="row")


def _outcomes(ledger: Ledger) -> dict[str, int]:
    plain = ("used", "outside_window", "other_status", "other_region", "duplicates")
    return {name: getattr(ledger, name) for name in plain} | ledger.rejected | ledger.left_out

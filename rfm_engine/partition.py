"""The engine's own passes over one partition of the orders, for clusters: Arrow in, Arrow out.

A partition holds all orders of its customers, in whatever order. What comes of the partitions adds up to what a run
over all orders gives, so that Ray, Dask or a pool of processes count and this machine grades:

    work = partition.of(as_of="2025-07-01", by=["region"])
    merged = partition.merge(map(work, work.split(orders, 8)))
    rfm_engine.grade(merged.customers, as_of="2025-07-01", by=["region"])

With Ray Data, whose tables are Arrow's:

    grouped = ray.data.read_parquet("orders/").repartition(64, keys=["region", "customer_id"])
    results = grouped.map_batches(lambda table: pyarrow.table(work(table)), batch_format="pyarrow", batch_size=None)
    merged = partition.merge(ray.get(results.to_arrow_refs()))

With Dask, whose partitions are frames of pandas:

    shuffled = dask.dataframe.read_parquet("orders/").shuffle(["region", "customer_id"])
    merged = partition.merge(dask.compute(*[dask.delayed(work)(part) for part in shuffled.to_delayed()]))

Clusters shuffle by the cells as they are: ids with white space around them, or several spellings of one id, need
`split`, or a column that is cleaned first. `grade` refuses a customer that came out of two partitions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Unpack

import polars as pl

from rfm_engine.columns import CURRENCY, CUSTOMER_ID, ORDER_AMOUNT, ORDER_ID, ORDER_TIME, RECENCY_DAYS
from rfm_engine.config.frames import as_frame, match_frame
from rfm_engine.config.keywords import resolve_keywords, speak_python
from rfm_engine.customers.aggregate import Batch, aggregate, find_shortcuts
from rfm_engine.customers.merged_orders import count_rounded, merge_rows
from rfm_engine.errors import DataError, DatasetError
from rfm_engine.orders.cells.ids import id_text
from rfm_engine.orders.interpretation import RawOrders, interpret
from rfm_engine.orders.ledger import Ledger, reconcile
from rfm_engine.orders.order_ids.duplicates import find_duplicates
from rfm_engine.orders.padding import trim_if_padded
from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW
from rfm_engine.orders.rejects import CONFLICT
from rfm_engine.orders.staging import order_set, stage_orders
from rfm_engine.preparation import prepare_orders
from rfm_engine.preparation.customer_ids import unify_ids
from rfm_engine.preparation.spellings import join_regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rfm_engine.config.dataset import Dataset
    from rfm_engine.config.frames import ArrowStream
    from rfm_engine.config.keywords import RunRules
    from rfm_engine.rules import Rules

    Frame = pl.LazyFrame | pl.DataFrame | ArrowStream

KIND: Final = "kind"
NEEDS_ALL: Final = ("latest_export", "order_total", "dormant", "carry", "source", "customers", "state")
LAST: Final = ("last_order_id", "last_product_name", "last_store_code", "last_region")
SCHEMA: Final[dict[str, type[pl.DataType] | pl.DataType]] = {
    "frequency": pl.Int64,
    "monetary_fen": pl.Int64,
    "last_order_time": pl.Datetime("us"),
    "last_order_amount_fen": pl.Int64,
    **dict.fromkeys(LAST, pl.String),
    "outcome": pl.String,
    "rows": pl.Int64,
    **dict.fromkeys(("column", "value", "reason"), pl.String),
}
MANY, SHARE = 20, 10


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What all partitions come to: customers for `rfm_engine.grade`, rows by outcome, and the rejected rows.

    `customers` has one row per (list, customer), `ledger` adds up to the rows that the partitions had, `rejects` has
    the column, value and reason of each rejected row, sorted; a partition knows no file and no number of a row.
    """

    customers: pl.DataFrame
    ledger: Mapping[str, int]
    rejects: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is done with each partition: plain data, which pickles; `of` makes it."""

    dataset: Dataset
    rules: Rules

    def __call__(self, orders: Frame) -> pl.DataFrame:
        """Return what a partition comes to, in a frame that is an Arrow stream too.

        One row per (list, customer), outcome or rejected row, which `kind` names: `customer`, `outcome`, `reject`.

        Raises:
            DataError: The orders lack a column, or a reading is left open that must be the same in all partitions.
        """
        with speak_python():
            frame = as_frame(orders)
            raw = RawOrders(frame=frame, mapping=match_frame(frame, self.dataset, self.rules), where="orders")
            self._refuse_open_readings(raw)
            place = (
                pl.lit("orders").alias(SOURCE_FILE),
                pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(SOURCE_ROW),
            )
            parse = interpret(raw, self.dataset).parse
            typed = partial(parse, place=place, with_remainder=self.rules.grain == "line")
            with stage_orders(typed) as rows:
                return self._count(rows, raw.mapping)

    def _count(self, rows: pl.LazyFrame, headers: Mapping[str, str]) -> pl.DataFrame:
        orders = order_set(*prepare_orders(trim_if_padded(rows), self.rules, is_text=False))
        repeated = find_duplicates(orders)
        single, duplicates = merge_rows(orders, repeated)
        batch: Batch = aggregate(single, duplicates, find_shortcuts(single, duplicates))
        ledger, rejects = reconcile(orders, repeated, batch.tally, headers, count_rounded(single))
        outcomes = pl.DataFrame([*_outcomes(ledger).items()], {"outcome": pl.String, "rows": pl.Int64}, orient="row")
        customers = batch.customers.drop(RECENCY_DAYS).with_columns(pl.col(orders.by).cast(pl.String)).collect()
        kinds = {"customer": customers, "outcome": outcomes, "reject": rejects.select("column", "value", "reason")}
        none = pl.DataFrame(schema={KIND: pl.String, **self._keys(), **SCHEMA})
        named = [frame.with_columns(pl.lit(kind).alias(KIND)) for kind, frame in kinds.items()]
        return pl.concat([none, *named], how="diagonal").select(none.columns)

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
        mapping = match_frame(frame.lazy(), self.dataset, self.rules)
        keys = [name for name in self._keys() if name in mapping]
        ids = frame.lazy().select(
            id_text(mapping[name], frame.schema[mapping[name]], trim=True).fill_null("").alias(name) for name in keys
        )
        ids = ids.with_columns(unify_ids(pl.col(CUSTOMER_ID), self.rules.same_id).alias(CUSTOMER_ID))
        plain = join_regions(ids, self.rules)[0] if self.rules.same_region else ids
        number = (pl.struct(keys).hash() % parts).alias("part")
        numbers = plain.select(number).collect().to_series()
        return [frame.filter(numbers == part) for part in range(parts)]


def of(**rules: Unpack[RunRules]) -> Work:
    """Return what to do with each partition of orders under these rules, the keys of a dataset file.

    Raises:
        DatasetError: A rule that is unknown, contradictory, or needs more than the orders of a customer.

    >>> orders = pl.DataFrame(
    ...     {"customer_id": ["a"], "order_id": ["1"], "order_amount": [9], "order_time": ["2025-06-01"]}
    ... )
    >>> work = of(as_of="2025-07-01", order_time_format="ymd")
    >>> merged = merge(work(part) for part in work.split(orders, 3))
    >>> merged.customers.select("customer_id", "frequency", "monetary_fen").rows(), merged.ledger
    ([('a', 1, 900)], {'used': 1})
    """
    with speak_python():
        dataset, in_force = resolve_keywords(rules, "partition.of")
        fields = type(dataset).model_fields
        if unfit := [key for key in NEEDS_ALL if getattr(dataset, key) not in (fields[key].default, "rejected")]:
            message = f"partition.of({', '.join(unfit)}): needs more than the orders of one customer"
            raise DatasetError(message)
        return Work(dataset=dataset, rules=in_force)


def _outcomes(ledger: Ledger) -> dict[str, int]:
    plain = ("used", "outside_window", "other_status", "other_region", "duplicates")
    return {name: getattr(ledger, name) for name in plain} | ledger.rejected | ledger.left_out


def merge(results: Iterable[Frame]) -> Merged:
    """Return what the results of all partitions come to.

    Raises:
        DataError: So many rows conflict that they are order lines, as in a run.
    """
    frames: Sequence[pl.DataFrame] = [as_frame(result).collect() for result in results]
    whole = pl.concat(frames)
    kinds = {kind: whole.filter(pl.col(KIND) == kind) for kind in ("customer", "outcome", "reject")}
    ledger: Counter[str] = Counter()
    for outcome, rows in kinds["outcome"].select("outcome", "rows").iter_rows():
        ledger[outcome] += rows
    _refuse_lines(ledger)
    customers = kinds["customer"].drop(KIND, "outcome", "rows", "column", "value", "reason")
    given = [one.name for one in customers if one.name == CUSTOMER_ID or one.null_count() < customers.height]
    rejects = kinds["reject"].select("column", "value", "reason")
    return Merged(
        customers=customers.select(given).sort(CUSTOMER_ID),
        ledger={outcome: rows for outcome, rows in sorted(ledger.items()) if rows},
        rejects=rejects.sort(pl.all()),
    )


def _refuse_lines(ledger: Mapping[str, int]) -> None:
    conflicting = sum(rows for outcome, rows in ledger.items() if outcome.endswith(f": {CONFLICT}"))
    passed = ledger.get("used", 0) + ledger.get("duplicates", 0) + conflicting
    if conflicting and (conflicting == passed or (conflicting >= MANY and conflicting * SHARE >= passed)):
        message = f"{conflicting:,} of {passed:,} rows share an {ORDER_ID} with a row that differs; see --grain line"
        raise DataError(message)

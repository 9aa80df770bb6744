"""Which columns the orders have where they lie, and what is known of their types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import (
    ALIASES,
    CURRENCY,
    CUSTOMER_ID,
    ORDER_AMOUNT,
    ORDER_ID,
    ORDER_TIME,
    REGION,
    STATUS,
    STORE_CODE,
)
from rfm_engine.errors import DataError
from rfm_engine.orders.headers import NO_HEADER, match_headers
from rfm_engine.orders.readers.formats import read_tables
from rfm_engine.orders.understanding.recognition import recognize_source
from rfm_engine.vocabulary.header_units import THOUSANDS, split_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rfm_engine.config.dataset import Dataset
    from rfm_engine.config.job import Job
    from rfm_engine.orders.readers.table import RawTable

TYPED_FORMATS: Final = ("parquet", "arrow")
NO_TEXT: Final = (ORDER_AMOUNT, ORDER_TIME)


@dataclass(frozen=True, kw_only=True)
class SourceTable:
    """The columns of a table of orders: canonical name -> its name in the table, in the order of the engine.

    `types` are those of the columns where the dataset's files show them, `has_text_files` whether they are text or
    workbooks, whose cells a warehouse reads in its own way, `source` the order source that the files are of.
    """

    columns: Mapping[str, str]
    types: Mapping[str, pl.DataType] = field(default_factory=dict)
    has_text_files: bool = False
    source: str | None = None

    def has_exact_amounts(self, decimals: int) -> bool:
        """Return whether the type of the amounts is known to hold no more than so many decimals."""
        kind = self.types.get(ORDER_AMOUNT)
        return kind is not None and (kind.is_integer() or (isinstance(kind, pl.Decimal) and kind.scale <= decimals))


def describe_table(job: Job) -> SourceTable:
    """Return the columns of the orders: as the headers of the dataset's files say, or as the dataset maps them.

    Where there is no file, the columns are those that are mapped, those without which there is no list, `order_id`, and
    those that a rule needs; a column that is mapped to `none` is not there.

    Raises:
        DataError: The files lack columns, or hold one and the same under several headers.
    """
    if not job.files:
        return SourceTable(columns=_columns_without_files(job.dataset))
    tables = list(read_tables(job.files))
    found = [_match(table, job) for table in tables]
    if any(one != found[0] for one in found):
        message = "the order files have different headers, and a table has one of each: map them with --column"
        raise DataError(message)
    first = tables[0]
    schema = first.frame.collect_schema()
    frame_names = dict(zip(first.headers, first.columns, strict=True))
    is_typed = all(file.format in TYPED_FORMATS for file in job.files)
    given = job.dataset.columns
    source = recognize_source(first.headers, job.sources, given, is_given=job.is_source_given)
    return SourceTable(
        columns=found[0],
        types={name: schema[frame_names[header]] for name, header in found[0].items()} if is_typed else {},
        has_text_files=not is_typed,
        source=None if source is None else source.name,
    )


def _match(table: RawTable, job: Job) -> dict[str, str]:
    extra = [name for name in job.rules.by if name not in ALIASES]
    found = match_headers(table.headers, table.files[0].options.columns, extra, table.where)
    _refuse_multiples(found.get(ORDER_AMOUNT), job.dataset)
    return found


def _refuse_multiples(header: str | None, dataset: Dataset) -> None:
    unit = split_unit(header or "")
    if unit is not None and unit.multiple is not None and "unit" not in dataset.model_fields_set:
        known = f"--unit {unit.multiple} counts them so, " if unit.multiple != THOUSANDS else ""
        message = (
            f"the header of the amounts, {header!r}, says {unit.word}: {known}--unit yuan takes them as they stand"
        )
        raise DataError(message)


def _columns_without_files(dataset: Dataset) -> dict[str, str]:
    wanted = [*dict.fromkeys((CUSTOMER_ID, ORDER_ID, *dataset.columns, *_list_needed(dataset), *NO_TEXT))]
    known = {name: dataset.columns.get(name, name) for name in wanted}
    return {name: header for name, header in known.items() if header != NO_HEADER}


def _list_needed(dataset: Dataset) -> Iterator[str]:
    yield from dataset.by if "by" in dataset.model_fields_set else ()
    yield from [REGION] if dataset.region else []
    yield from [STATUS] if dataset.keep_status else []
    yield from [CURRENCY] if dataset.keep_currency else []
    yield from [STORE_CODE] if dataset.order_ids_per == "store" else []

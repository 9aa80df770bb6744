"""Files of customers that were counted elsewhere, in any format that order files have."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from rfm_engine.customers.counted.table import find_money, list_table_columns, match_customer_columns
from rfm_engine.customers.counted.table_parts import read_in_parts
from rfm_engine.orders.files.confinement import hold_confined
from rfm_engine.orders.files.fingerprints import fingerprint_inputs
from rfm_engine.orders.readers.formats import read_tables
from rfm_engine.orders.reading import Orders

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfm_engine.orders.files.fingerprints import InputFingerprints
    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.readers.table import RawTable
    from rfm_engine.rules import Rules


class CustomerFiles(NamedTuple):
    """The checked customers of some files, the columns of a list, what was understood of the files, and their watch.

    `rules` are those for the money of the customers.
    """

    parts: list[pl.LazyFrame]
    by: tuple[str, ...]
    source: Orders
    rules: Rules
    files: InputFingerprints


@contextmanager
def read_customer_files(files: Sequence[OrderFile], rules: Rules) -> Iterator[CustomerFiles]:
    """Give the customers of all files together, one row per (list, customer), in parts as `read_in_parts` does.

    Raises:
        DataError: Columns that are missing, and everything that `read_customer_table` refuses.
    """
    paths = [file.path for file in files]
    with hold_confined(files) as held, fingerprint_inputs(paths, [file.source for file in held]) as watch:
        tables = list(read_tables(held))
        by = list_table_columns(tables[0].headers, rules)
        mappings = [match_customer_columns(table.headers, table.files[0].options.columns, by) for table in tables]
        frames = [_rename(table, mapping) for table, mapping in zip(tables, mappings, strict=True)]
        whole = pl.concat(frames, how="diagonal_relaxed")
        names = whole.collect_schema().names()
        columns = dict(zip(names, names, strict=True))
        rules = find_money(whole, columns, rules)
        parts = read_in_parts(whole, columns, by, rules)
        yield CustomerFiles(parts, by, _describe(tables, mappings, held), rules, watch)


def _rename(table: RawTable, mapping: dict[str, str]) -> pl.LazyFrame:
    columns = dict(zip(table.headers, table.columns, strict=True))
    return table.frame.select(pl.col(columns[header]).alias(name) for name, header in mapping.items())


def _describe(tables: Sequence[RawTable], mappings: Sequence[dict[str, str]], files: Sequence[OrderFile]) -> Orders:
    pairs = [
        (str(file.path), table, found) for table, found in zip(tables, mappings, strict=True) for file in table.files
    ]
    return Orders(
        typed=lambda **_: pl.LazyFrame(),
        files=tuple(files),
        mapping={path: found for path, _, found in pairs},
        dtypes={path: dict.fromkeys(found, "") for path, _, found in pairs},
        unmapped={path: tuple({*table.headers} - {*found.values()}) for path, table, found in pairs},
        findings=tuple(finding for table in tables for finding in table.findings),
    )

"""The formats of the files of many lists: one function each, and the table of them."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from rfm_engine.output.excel import write_workbook
from rfm_engine.output.formats import sink_parquet, text_moneys, translate, write_csv
from rfm_engine.output.split.lists import make_folders
from rfm_engine.output.split.text_files import write_csv_files, write_ndjson_files
from rfm_engine.system.digests import find_digest
from rfm_engine.system.open_files import allow_open_files

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.output.formats import Format, Style
    from rfm_engine.output.split.lists import Lists

MOST_OPEN: Final = 200
"""Files that are open at once: 50 in each of four threads take a fifth less time than one by one on two cores."""

MOST_THREADS: Final = 8
"""Threads that write files; there are two for each core, as one packs while the other waits for the file system."""

MOST_TOGETHER: Final = 1_000
"""Customers of a list whose lines are written with those of others: to cut so many takes as long as Polars does."""


class WriteFiles(Protocol):
    """Writes lists of customers, as published, each into its own folder below one."""

    def __call__(self, lists: Lists, folder: Path, style: Style, /) -> None:
        """Write the file of each list, in a folder that is made where there is none."""


def _translate(lists: Lists, style: Style, *, is_typed: bool = False) -> Lists:
    return lists._replace(customers=translate(lists.customers.lazy(), style, is_typed=is_typed).collect())


def _write_csv(lists: Lists, folder: Path, style: Style) -> None:
    make_folders(lists.rows, folder)
    small, large = _translate(lists, style).divide(MOST_TOGETHER)
    write_csv_files(small, folder, style)
    for name, place in large.slices().items():
        write_csv(large.customers[place], folder / name / "customers.csv", style.language, style.currency)


def _write_parquet(lists: Lists, folder: Path, style: Style) -> None:
    typed = _translate(lists, style, is_typed=True)

    def write(places: dict[str, slice]) -> None:
        make_folders(places, folder)
        paths = {name: f"{folder}/{name}/customers.parquet" for name in places}
        tables = {name: typed.customers[place] for name, place in places.items()}
        files = (sink_parquet(table.lazy(), paths[name], table.height) for name, table in tables.items())
        pl.collect_all(files, engine="streaming")
        for path in paths.values():
            find_digest(path)  # which the record asks for: on one core, while others are written

    places, threads = iter(typed.slices().items()), min(2 * pl.thread_pool_size(), MOST_THREADS)
    at_once = max(allow_open_files(MOST_OPEN) // threads, 1)
    with ThreadPoolExecutor(threads) as pool:
        deque(pool.map(write, iter(lambda: dict(islice(places, at_once)), {})), maxlen=0)


def _write_ndjson(lists: Lists, folder: Path, style: Style) -> None:
    make_folders(lists.rows, folder)
    small, large = _translate(lists, style).divide(MOST_TOGETHER)
    write_ndjson_files(small, folder)
    for name, place in large.slices().items():
        large.customers[place].write_ndjson(folder / name / "customers.ndjson")


def _write_xlsx(lists: Lists, folder: Path, style: Style) -> None:
    make_folders(lists.rows, folder)
    table, moneys = _translate(lists, style).customers, text_moneys(style.language, style.currency)
    for name, place in lists.slices().items():
        write_workbook(table[place], folder / name / "customers.xlsx", style.created, moneys)


SPLIT_WRITERS: Final[dict[Format, WriteFiles]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "ndjson": _write_ndjson,
    "xlsx": _write_xlsx,
}

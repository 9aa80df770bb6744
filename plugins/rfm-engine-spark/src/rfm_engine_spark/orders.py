"""The orders as a frame of Spark: Parquet files, tables, remote places; with the file and row of each order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from rfm_engine import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

FILE: Final = "source_file"
ROW: Final = "source_row"
TABLE: Final = "table:"
SUFFIXES: Final = (".parquet", ".pq")


@dataclass(frozen=True, kw_only=True)
class SparkOrders:
    """The orders, their headers, the columns that say where each stands, and the path that each file's number means."""

    table: Any
    headers: Sequence[str]
    places: Sequence[str]
    files: Mapping[str, str]


def read_orders(session: Any, orders: Sequence[str]) -> SparkOrders:  # noqa: ANN401 of Spark
    """Return the orders that entries name, lazily; all of them have the columns of each."""
    tables = [entry.removeprefix(TABLE) for entry in orders if entry.startswith(TABLE)]
    paths = [entry if "://" in entry else f"file://{entry}" for entry in orders if not entry.startswith(TABLE)]
    is_local = all(path.startswith("file://") for path in paths)
    reader = session.read.option("mergeSchema", "true").option("__globPaths__", str(not is_local).lower())
    frames = [session.read.table(name) for name in tables] + ([reader.parquet(*paths)] if paths else [])
    table = reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), frames)
    headers = [name for name in table.columns if name not in (FILE, ROW)]
    if tables:
        return SparkOrders(table=table, headers=headers, places=[], files={})
    return SparkOrders(
        table=_with_places(table), headers=headers, places=[FILE, ROW], files=_number_files(session, table.inputFiles())
    )


def refuse_other_files(orders: Sequence[str]) -> None:
    """Check that local files are Parquet: how text and workbooks are read is the engine's own promise.

    Raises:
        UsageError: Some are not.
    """
    if others := [path for path in orders if path.startswith("/") and not path.endswith(SUFFIXES)]:
        message = f"the gatherer spark reads Parquet, and tables of Spark; not: {', '.join(others)}"
        raise UsageError(message)


def select_columns(table: Any, names: Iterable[str]) -> Any:  # noqa: ANN401 of Spark
    """Return the columns of these names, whatever signs are in them."""
    return table.select(*(f"`{name.replace('`', '``')}`" for name in names))


def _with_places(table: Any) -> Any:  # noqa: ANN401 of Spark
    """Return the orders with the number of their file, which is shorter than its path, and their row from 1."""
    from pyspark.sql.functions import col, xxhash64  # noqa: PLC0415 heavy

    return table.withColumn(FILE, xxhash64(col("_metadata.file_path"))).withColumn(ROW, col("_metadata.row_index") + 1)


def _number_files(session: Any, urls: Sequence[str]) -> dict[str, str]:  # noqa: ANN401 of Spark
    from pyspark.sql.functions import xxhash64  # noqa: PLC0415 heavy

    paths = {form: path for url in urls for form, path in _spell_url(url)}
    numbered = session.createDataFrame([*paths.items()], "url string, path string").select(xxhash64("url"), "path")
    return {str(number): path for number, path in numbered.collect()}


def _spell_url(url: str) -> Iterator[tuple[str, str]]:
    """Yield the spellings that Spark has of a file's address (`file:///a`, `file:/a`), and the path it means."""
    path = urlsplit(url).path
    yield from ((form, unquote(path)) for form in (url, f"file:{path}")) if url.startswith("file:") else ((url, url),)

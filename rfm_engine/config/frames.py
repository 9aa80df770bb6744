"""Frames of other libraries as lazy frames of Polars, and which of their columns hold what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from rfm_engine.errors import DataError, DatasetError
from rfm_engine.orders.cells.column_types import refuse_unreadable_types
from rfm_engine.orders.headers import match_headers

if TYPE_CHECKING:
    from rfm_engine.config.dataset import Dataset
    from rfm_engine.rules import Rules

LANGUAGES: Final = ("en", "zh")


class ArrowStream(Protocol):
    """Anything that hands over its rows as an Arrow stream: a pandas frame, a DuckDB relation, a pyarrow table."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the stream in a capsule."""


def as_frame(orders: pl.LazyFrame | pl.DataFrame | ArrowStream) -> pl.LazyFrame:
    """Return orders of any frame as a lazy frame of Polars.

    Raises:
        DataError: Columns that share a header, or hold several types at once, as numbers and text in pandas.
    """
    if isinstance(orders, pl.LazyFrame | pl.DataFrame):
        return orders.lazy()
    try:
        return pl.DataFrame(orders).lazy()
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        message = f"orders: {_describe_fault(orders, error)}"
        raise DataError(message) from error


def _describe_fault(orders: Any, error: Exception) -> str:  # noqa: ANN401 a frame of any library
    headers = [name for name in getattr(orders, "columns", ()) if isinstance(name, str | int)]
    if twice := dict.fromkeys(str(name) for name in headers if headers.count(name) > 1):
        return f"several columns have the header {', '.join(twice)}; rename all but one"
    mixed = [str(name) for name in headers if not _is_convertible(orders, name)]
    what = f"the columns {', '.join(mixed)} hold values of mixed types" if mixed else str(error).partition("\n")[0]
    return f"{what}; make each column of one type, ids text"


def _is_convertible(orders: Any, name: object) -> bool:  # noqa: ANN401 a frame of any library
    try:
        pl.DataFrame(orders[[name]])
    except (TypeError, ValueError, pl.exceptions.PolarsError):
        return False
    return True


def match_frame(frame: pl.LazyFrame, dataset: Dataset, rules: Rules) -> dict[str, str]:
    """Return which column of the frame holds each canonical column.

    Raises:
        DataError: As `match_headers`, or a column of a type that cannot be read.
    """
    schema = frame.collect_schema()
    mapping = match_headers(schema.names(), dataset.columns, rules.further_columns, "orders")
    refuse_unreadable_types(schema, mapping, "orders")
    return mapping


def check_language(language: str, caller: str) -> None:
    """Check the language of headers.

    Raises:
        DatasetError: It is none of those that there are.
    """
    if language not in LANGUAGES:
        message = f"{caller}(language): expected one of {', '.join(LANGUAGES)}, got {language!r}"
        raise DatasetError(message)

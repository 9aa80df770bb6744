"""Frames of other libraries as lazy frames of Polars, and which of their columns hold what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from rfm_engine.errors import DataError, DatasetError
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
        DataError: Columns that hold several types at once, as a pandas column of numbers and text does.
    """
    if isinstance(orders, pl.LazyFrame | pl.DataFrame):
        return orders.lazy()
    try:
        return pl.DataFrame(orders).lazy()
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        mixed = [str(name) for name in getattr(orders, "columns", ()) if not _is_convertible(orders, name)]
        what = f"the columns {', '.join(mixed)} hold values of mixed types" if mixed else str(error).partition("\n")[0]
        message = f"orders: {what}; make each column of one type, ids text"
        raise DataError(message) from error


def _is_convertible(orders: Any, name: object) -> bool:  # noqa: ANN401 a frame of any library
    try:
        pl.DataFrame(orders[[name]])
    except (TypeError, ValueError, pl.exceptions.PolarsError):
        return False
    return True


def match_frame(frame: pl.LazyFrame, dataset: Dataset, rules: Rules) -> dict[str, str]:
    """Return which column of the frame holds each canonical column; errors as `match_headers`."""
    return match_headers(frame.collect_schema().names(), dataset.columns, rules.further_columns, "orders")


def check_language(language: str, caller: str) -> None:
    """Check the language of headers.

    Raises:
        DatasetError: It is none of those that there are.
    """
    if language not in LANGUAGES:
        message = f"{caller}(language): expected one of {', '.join(LANGUAGES)}, got {language!r}"
        raise DatasetError(message)

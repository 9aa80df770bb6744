"""Write generated orders: to a temporary name first, then moved into place."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from polars.exceptions import PolarsError

from rfm_engine.errors import OutputError, UsageError
from rfm_engine.synthetic.generator import orders

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from rfm_engine.synthetic.markets import Market

TIMES: Final = "%Y-%m-%d %H:%M:%S"


def write_orders(market: Market, path: Path, *, replace: bool = False) -> Path:
    """Write the market's orders as the suffix says (.csv, .parquet, .ndjson), streaming, and return the path.

    Raises:
        UsageError: Another suffix, or something is there already that is not to be replaced.
        OutputError: The file can't be written; what was there before is untouched.
    """
    sink = _sink(path)
    if not replace and (path.exists() or path.is_symlink()):
        message = f"{path} is there already; name another file, or replace it with --force"
        raise UsageError(message)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sink(orders(market), partial)
        partial.replace(path)
    except (OSError, PolarsError) as error:
        message = f"{path}: could not be written ({error}); what was there before is untouched"
        raise OutputError(message) from error
    finally:
        partial.unlink(missing_ok=True)
    return path


def _sink(path: Path) -> Callable[[pl.LazyFrame, Path], Any]:
    sinks: dict[str, Callable[[pl.LazyFrame, Path], Any]] = {
        ".csv": lambda frame, partial: frame.sink_csv(partial, datetime_format=TIMES),
        ".parquet": lambda frame, partial: frame.sink_parquet(partial),
        ".ndjson": lambda frame, partial: frame.sink_ndjson(partial),
    }
    if path.suffix.lower() not in sinks:
        message = f"{path}: expected a name that ends in {', '.join(sinks)}"
        raise UsageError(message)
    return sinks[path.suffix.lower()]

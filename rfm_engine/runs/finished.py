"""A finished run read back from its folder."""

from __future__ import annotations

from decimal import Decimal
from glob import escape
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from rfm_engine.columns import CHINESE, CUSTOMER_ID, FREQUENCY, MONETARY, MONETARY_FEN, RECENCY_DAYS
from rfm_engine.config.job import checked
from rfm_engine.errors import UsageError
from rfm_engine.output.csv_injection import as_written
from rfm_engine.output.record import RECORD, read_record
from rfm_engine.system.atomic_dir import recover

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.plugins.host import PluginHost
    from rfm_engine.rules import Rules

READERS = ("parquet", "csv", "ndjson", "xlsx")


class FinishedRun(NamedTuple):
    """A run read back from its folder: every graded customer, the rules that were in force, and its record."""

    customers: pl.DataFrame
    rules: Rules
    by: list[str]
    record: dict[str, Any]


def finished(folder: Path, host: PluginHost) -> FinishedRun:
    """Read a run back.

    Raises:
        UsageError: The folder holds no run, or its customers are gone.
    """
    recover(folder)
    if not (folder / RECORD).is_file():
        message = f"{folder}: no {RECORD} there; name the folder of one dataset's run, such as output/sichuan-hiking"
        raise UsageError(message)
    record = read_record(folder)
    if not record.keys() >= {"dataset", "scheme", "tiers", "lists_by", "cut_points"}:
        message = f"{folder / RECORD}: not the record of a run; run the dataset again"
        raise UsageError(message)
    table = record["dataset"] | {"scheme": record["scheme"], "tiers": record["tiers"]}
    _, rules = checked(table, host, lambda _: str(folder / RECORD))
    customers = customers_of(folder)
    if read_record(folder) != record:
        return finished(folder, host)  # another run took its place between the two files
    return FinishedRun(customers, rules, record["lists_by"], record)


def customers_of(folder: Path) -> pl.DataFrame:
    """Return the graded customers below a run's folder, from the first format that is there, under canonical names.

    Raises:
        UsageError: There are none.
    """
    for form in READERS:
        if files := sorted(folder.rglob(f"customers.{form}")):
            try:
                return pl.concat([_read(path, form) for path in files], how="vertical_relaxed")
            except (pl.exceptions.PolarsError, OSError) as error:
                message = f"{folder}: its customers.{form} cannot be read any more; run the dataset again"
                raise UsageError(message) from error
    message = f"{folder}: no customers file is left there; run the dataset again"
    raise UsageError(message)


def _read(path: Path, form: str) -> pl.DataFrame:
    if form == "parquet":
        frame = pl.read_parquet(path, glob=False)
    elif form == "csv":
        frame = as_written(pl.read_csv(path, infer_schema=False, glob=False))
    elif form == "ndjson":
        frame = pl.read_ndjson(escape(str(path)), infer_schema_length=None)
    else:
        frame = pl.read_excel(path, infer_schema_length=None)
    canonical = {header: name for name, header in CHINESE.items()}
    named = frame.rename({header: canonical[header] for header in frame.columns if header in canonical})
    return named.with_columns(
        pl.col(RECENCY_DAYS, FREQUENCY).cast(pl.Int64),
        (pl.col(MONETARY).cast(pl.String).cast(pl.Decimal(38, 2)) * Decimal(100)).cast(pl.Int64).alias(MONETARY_FEN),
        pl.col(CUSTOMER_ID).cast(pl.String),
    )

"""A dataset's job for DuckDB: its rules where the query knows them, its files with their headers mapped."""

# ruff: noqa: S608 the values in the SQL are headers and paths that the user named

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.benchmark.duckdb_sql import DuckDBRules
from rfm_engine.columns import CARRIED, CUSTOMER_ID, ORDER_AMOUNT, ORDER_ID, ORDER_TIME, REGION
from rfm_engine.errors import UsageError
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Quintile, Thresholds

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from rfm_engine.config.job import Job

COLUMNS: Final = (CUSTOMER_ID, ORDER_ID, *CARRIED, ORDER_AMOUNT, ORDER_TIME)
TYPES: Final = {ORDER_AMOUNT: "decimal(18, 2)", ORDER_TIME: "timestamp"}
DEFAULTS: Final = {"weights": "0.3 0.3 0.4", "grain": "order", "refunds": "reject", "unit": "yuan"}


def translate_rules(job: Job) -> tuple[DuckDBRules, bool]:
    """Return the rules for DuckDB's query, and whether its lists are the regions.

    Raises:
        UsageError: Rules that the query does not know; it names all of them.
    """
    dataset, rules = job.dataset, job.rules
    strange = {
        "scheme": rules.scheme not in (Quintile(), Thresholds()),
        "tiers": rules.tiers != Abcd(),
        "weights": " ".join(str(weight.normalize()) for weight in rules.weights) != DEFAULTS["weights"],
        "by": rules.by not in ((REGION,), ()),
        "grain": rules.grain != DEFAULTS["grain"],
        "refunds": rules.refunds != DEFAULTS["refunds"],
        "unit": dataset.unit != DEFAULTS["unit"],
        "region": rules.region is not None,
        "keep_status": rules.keep_status is not None,
        "time_zone": dataset.time_zone is not None,
    }
    if any(strange.values()):
        names = ", ".join(name for name, is_so in strange.items() if is_so)
        message = f"DuckDB's job knows the default only of: {names}"
        raise UsageError(message)
    return DuckDBRules(rules.as_of, rules.since, rules.unique_order_ids, rules.scheme.name), rules.by == (REGION,)


def orders_relation(
    connection: duckdb.DuckDBPyConnection, sources: dict[str, dict[str, str]], *, by_region: bool
) -> str:
    """Return the orders as a table expression; one Parquet file is scanned again and again, the rest become a table.

    Raises:
        UsageError: A file that is neither Parquet nor CSV, or has no order ids.
    """
    unfit = [path for path, mapping in sources.items() if not _fits(path, mapping)]
    if unfit:
        message = f"DuckDB's job reads Parquet and CSV with order ids, not {', '.join(unfit)}"
        raise UsageError(message)
    (path, mapping), *others = sources.items()
    if not others and path.endswith(".parquet"):
        scan = f"read_parquet('{path}', file_row_number = true)"
        return f"(select {_select_list(mapping, by_region=by_region)}, file_row_number as place from {scan})"
    parts = " union all ".join(
        f"select {_select_list(mapping, by_region=by_region)} from {_scan(path)}" for path, mapping in sources.items()
    )
    connection.execute(f"create temp table staged as select *, row_number() over () - 1 as place from ({parts})")
    return "staged"


def _fits(path: str, mapping: dict[str, str]) -> bool:
    return path.endswith((".parquet", ".csv")) and ORDER_ID in mapping


def _scan(path: str) -> str:
    return f"read_parquet('{path}')" if path.endswith(".parquet") else f"read_csv('{path}', all_varchar = true)"


def _select_list(mapping: dict[str, str], *, by_region: bool) -> str:
    found = []
    for name in COLUMNS:
        value = f'"{mapping[name]}"' if name in mapping else "null"
        value = value if name != REGION or by_region else "''"
        found.append(f"{value}::{TYPES.get(name, 'varchar')} as {name}")
    return ", ".join(found)


def answers_match(folder: Path, *, by_region: bool) -> bool:
    """Return whether the two answers in the folder are the same, every row and column, in the same order."""
    ours = pl.read_parquet(folder / "ours.parquet")
    theirs = pl.read_parquet(folder / "duckdb.parquet")
    columns = [name for name in theirs.columns if name != REGION or by_region]
    plain = ours.select(pl.col(name).cast(pl.String) if name == "tier" else pl.col(name) for name in columns)
    return plain.equals(theirs.select(pl.col(name).cast(plain.schema[name]) for name in columns))

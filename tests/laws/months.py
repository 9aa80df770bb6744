"""Months of orders, and runs of them with a state and without."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from rfm_engine import pipeline
from rfm_engine.config.job import prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.errors import RfmError
from rfm_engine.plugins.host import PluginHost

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from rfm_engine.config.job import Job

FIRST = datetime(2025, 1, 1)
SCHEMA: dict[str, Any] = {
    "customer_id": pl.String,
    "order_id": pl.String,
    "region": pl.String,
    "store_code": pl.String,
    "product_name": pl.String,
    "order_status": pl.String,
    "order_amount": pl.Decimal(12, 3),
    "order_time": pl.Datetime("us"),
    "currency": pl.String,
}
HOST = PluginHost()
Rows = list[dict[str, Any]]


def row(order_id: str | None, day: float | None, **other: Any) -> dict[str, Any]:  # noqa: ANN401 cells
    """Return an order of so many days after the first."""
    time = None if day is None else FIRST + timedelta(days=day)
    sound = {"customer_id": "c1", "region": "north", "store_code": "s", "product_name": "tent", "order_status": "paid"}
    return sound | {"order_amount": "5.00", "order_id": order_id, "order_time": time} | other


def write_month(folder: Path, name: str, rows: Rows, without: Collection[str] = ("currency",)) -> None:
    """Write a file of orders, without some of the columns."""
    folder.mkdir(exist_ok=True, parents=True)
    texts = pl.DataFrame(rows, schema=SCHEMA | {"order_amount": pl.String})
    typed = texts.with_columns(pl.col("order_amount").cast(pl.Decimal(12, 3), strict=False))
    typed.drop(without).write_parquet(folder / f"{name}.parquet")


def write_text(path: Path, rows: Rows, without: Collection[str] = ("currency",), form: str = "%Y-%m-%d %H:%M") -> None:
    """Write orders to a file of CSV or NDJSON, times in a form; behind what is in it."""
    names = [name for name in SCHEMA if name not in without]
    cells = [{name: _to_text(one[name], form) for name in names} for one in rows]
    has_header = path.exists()
    with path.open("a", newline="") as file:
        if path.suffix == ".ndjson":
            file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in cells)
            return
        writer = csv.DictWriter(file, names, lineterminator="\n")
        if not has_header:
            writer.writeheader()
        writer.writerows(cells)


def _to_text(cell: object, form: str) -> object:
    return cell.strftime(form) if isinstance(cell, datetime) else cell


def job_of(folder: Path, **keys: Any) -> Job:  # noqa: ANN401 keys of a dataset
    """Return the job of a folder's months; those of 40 days are in the window unless `keys` say otherwise."""
    table = {"name": "x", "orders": ["*.*"], "as_of": FIRST.date() + timedelta(days=40)}
    table |= {"keep_status": ["paid"]} | keys
    table = {key: value for key, value in table.items() if value is not None}
    return prepare_job(table, folder, HOST, Origins(whole="test"))


def describe(job: Job) -> tuple[Any, pipeline.Run | None]:
    """Return everything that a run gives but for its times, or its error."""
    try:
        run = pipeline.run(job)
    except RfmError as error:
        return str(error), None
    spans = {name: span.to_dicts() for name, span in run.spans.items()}
    shown = (
        run.by,
        run.currency,
        run.ledger,
        run.rejects.rows(),
        run.findings,
        run.inputs.files,
        run.inputs.source.mapping,
        spans,
    )
    customers = run.customers.collect()
    return (*shown, customers.schema, customers.rows(), run.tiers.rows()), run


def refresh(folder: Path, **keys: Any) -> pipeline.Run | None:  # noqa: ANN401 keys of a dataset
    """Run with the state, which gives what a run without gives; keep what it found."""
    job = job_of(folder, state="state", **keys)
    full, _ = describe(job._replace(state=None))
    found, run = describe(job)
    assert found == full
    if run is not None and run.state is not None:
        with run.state.keep(job):
            pass
    return run


def why_not(run: pipeline.Run | None) -> str | None:
    """Return why the state did not answer."""
    assert run is not None
    assert run.state is not None
    return run.state.why_not


def day(number: int) -> date:
    """Return the date of so many days after the first."""
    return FIRST.date() + timedelta(days=number)


JANUARY = [row("o1", 1), row("o2", 2, customer_id="c2"), row("o3", 30)]
FEBRUARY = [row("o4", 31), row("o2", 2, customer_id="c2"), row("o5", 33, customer_id="c3")]


def reason_of(folder: Path, **keys: Any) -> str | None:  # noqa: ANN401 keys of a dataset
    """Return why a run read all orders, None where its state answered."""
    run = refresh(folder, **keys)
    assert run is not None
    assert run.state is not None
    assert run.state.why_not is None or "read all orders" in str(run.state)
    return None if run.state.why_not is None else run.state.why_not.replace(f"{folder}/", "")

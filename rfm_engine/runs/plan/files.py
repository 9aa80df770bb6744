"""The files of a plan, written whole beside the run, and read back by the next month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, CUSTOMER_NAME, LAST_ORDER_TIME, PHONE
from rfm_engine.errors import UsageError
from rfm_engine.output.derived import write_derived
from rfm_engine.output.folder_names import distinguish_by_case, folder_name, shorten_name
from rfm_engine.output.formats import write_csv
from rfm_engine.runs.plan.calendar_files import make_calendars
from rfm_engine.runs.plan.tables import (
    select_calls,
    select_carried_over,
    select_for_callers,
    select_state,
    summarize,
    translate_headers,
)
from rfm_engine.runs.plan.workbook import PlanStyle, write_plan_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.runs.finished import FinishedRun
    from rfm_engine.runs.plan.month import Month
    from rfm_engine.runs.plan.plan import Plan

STATE_FILE: Final = "plan.parquet"


def plan_folder(run: FinishedRun, month: Month) -> Path:
    """Return where a plan is written: beside the run, by month."""
    return run.folder.with_name(f"{run.folder.name}.plan") / str(month)


def write_plan(  # noqa: PLR0913 what a plan was made of
    folder: Path,
    plan: Plan,
    run: FinishedRun,
    *,
    language: str = "en",
    done: pl.DataFrame,
    rejects: pl.DataFrame,
    contacts: pl.DataFrame | None = None,
    sources: Sequence[Path] = (),
    options: dict[str, Any] | None = None,
) -> Path:
    """Write the plan: state, calls, workbook, calendars, who is carried over, and outcomes that can't be used.

    `contacts` (customer_id, and such as name and phone; by default those that the run carries) stand in the workbook
    alone.
    """

    def fill(partial: Path) -> None:
        calls = select_calls(plan, language)
        select_state(plan).write_parquet(partial / STATE_FILE)
        tables = {"plan": calls, "carried-over": select_carried_over(plan), "done-rejects": rejects}
        for name, table in tables.items():
            write_csv(translate_headers(table, language, run.record.currency), partial / f"{name}.csv", language)
        known = find_carried_contacts(run) if contacts is None else contacts
        for_callers = select_for_callers(calls if known is None else _add_contacts(calls, known))
        style = PlanStyle(plan.month, language, run.record.currency)
        write_plan_workbook(partial / "plan.xlsx", summarize(plan, done), for_callers, style)
        _write_calendars(partial, calls, run, language)

    return write_derived(folder, "plan", options or {}, (run.folder, *sources), fill)


def read_plan(folder: Path) -> pl.DataFrame:
    """Return the state that a plan left, one row per customer and call.

    Raises:
        UsageError: The folder holds no plan.
    """
    try:
        return pl.read_parquet(folder / STATE_FILE, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        message = f"{folder}: no plan there; name the folder of a month, such as output/sichuan-hiking.plan/2025-07"
        raise UsageError(message) from error


def find_previous_plan(run: Path, month: Month) -> Path | None:
    """Return the latest plan beside a run that is earlier than the month, None where there is none."""
    plans = run.with_name(f"{run.name}.plan").glob("*/" + STATE_FILE)
    return max((path.parent for path in plans if path.parent.name < str(month)), default=None)


def read_contacts(path: Path) -> pl.DataFrame:
    """Return names and phones by customer_id from a CSV file.

    Raises:
        UsageError: It cannot be read, has no customer_id, or has a customer twice.
    """
    if path.is_dir():
        message = f"--contacts {path}: is a folder; name a CSV file in it"
        raise UsageError(message)
    try:
        table = pl.read_csv(path, infer_schema=False, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        message = f"--contacts {path}: cannot be read: {error}"
        raise UsageError(message) from error
    if CUSTOMER_ID not in table.columns:
        message = f"--contacts {path}: no column {CUSTOMER_ID}; headers there: {', '.join(table.columns)}"
        raise UsageError(message)
    if (twice := table[CUSTOMER_ID].filter(table[CUSTOMER_ID].is_duplicated())).len():
        message = f"--contacts {path}: customers that stand there twice: {', '.join(map(str, twice.unique().head(3)))}"
        raise UsageError(message)
    return table.rename({"name": "customer_name"}, strict=False)


def find_carried_contacts(run: FinishedRun) -> pl.DataFrame | None:
    """Return the names and phones that a run carries, of each customer those of the newest order; None without any.

    Tokens are no names; a run that has them has none.
    """
    dataset = run.record.dataset
    wanted = [
        name for name in (CUSTOMER_NAME, PHONE) if name in {*dataset.get("carry", ())} - {*dataset["pseudonymize"]}
    ]
    if not wanted:
        return None
    newest = run.customers().sort(LAST_ORDER_TIME, *wanted, nulls_last=False)
    return newest.group_by(CUSTOMER_ID).agg(pl.col(wanted).last()).collect()


def _add_contacts(calls: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Return the calls with names and phones beside the customer."""
    joined = calls.join(contacts, on=CUSTOMER_ID, how="left", maintain_order="left")
    place = calls.columns.index(CUSTOMER_ID) + 1
    more = [name for name in joined.columns if name not in calls.columns]
    return joined.select(*calls.columns[:place], *more, *calls.columns[place:])


def _write_calendars(folder: Path, calls: pl.DataFrame, run: FinishedRun, language: str) -> None:
    calendars = dict(make_calendars(calls, run.folder.name, language))
    names = distinguish_by_case([shorten_name(folder_name(owner)) for owner in calendars])
    for name, text in zip(names, calendars.values(), strict=True):
        (folder / f"{name}.ics").write_bytes(text)

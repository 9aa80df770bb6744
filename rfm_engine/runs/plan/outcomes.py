"""What came of last month's calls: the workbook that was handed out, or CSV files, read back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.errors import UsageError
from rfm_engine.runs.plan.due import MOST_ATTEMPTS
from rfm_engine.runs.plan.words import HEADERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

REACHED, NO_ANSWER, REFUSED, DO_NOT_CALL = "reached", "no answer", "refused", "do not call"
OUTCOMES: Final = {
    REACHED: REACHED,
    NO_ANSWER: NO_ANSWER,
    REFUSED: REFUSED,
    DO_NOT_CALL: DO_NOT_CALL,
    "已接通": REACHED,
    "未接通": NO_ANSWER,
    "拒绝": REFUSED,
    "勿扰": DO_NOT_CALL,
}
"""What a caller may enter, in either language, and what it means."""

RETRY_AFTER: Final = 3
"""Working days between a call without an answer and the next."""

DONE: Final = {CUSTOMER_ID: pl.String, "done_on": pl.Date, "outcome": pl.String, "note": pl.String}
REJECTS: Final = {"file": pl.String, "sheet": pl.String, "row": pl.Int64, "value": pl.String, "reason": pl.String}
FORMS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S")


def read_outcomes(paths: Iterable[Path], known: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what came of the calls, one row per call, and the rows that can't be used, each with file, sheet and row.

    A row without an outcome is a call that was not made, and is passed over; one without a day was made on the day that
    was planned.

    Raises:
        UsageError: A file cannot be read, or has no columns for customer, day and outcome.
    """
    customers, done, rejects = set(known), [], []
    for path in paths:
        for sheet, table in _tables(path):
            for number, row in enumerate(_canonical(table, path).iter_rows(named=True), start=2):
                if not str(row["outcome"] or "").strip():
                    continue
                outcome = OUTCOMES.get(str(row["outcome"]).strip().casefold())
                day = _parse_day(row["done_on"] or row["date"])
                if (fault := _find_fault(row, customers, outcome, day)) is not None:
                    rejects.append((str(path), sheet, number, *fault))
                else:
                    done.append((row[CUSTOMER_ID], day, outcome, row["note"]))
    return pl.DataFrame(done, schema=DONE, orient="row"), pl.DataFrame(rejects, schema=REJECTS, orient="row")


def apply_outcomes(state: pl.LazyFrame, done: pl.DataFrame, working: Sequence[date]) -> pl.LazyFrame:
    """Return the state after the calls: a contact sets `last_contact`, no answer counts and is tried again.

    A refusal is a contact. No answer is tried again after three working days; the third time in a row counts as a
    contact, so that the customer is due one interval later.
    """
    calls, missed = done.lazy(), pl.col("outcome") == NO_ANSWER
    contacts = (
        calls.filter(~missed)
        .group_by(CUSTOMER_ID)
        .agg(pl.col("done_on").max().alias("contacted_on"), (pl.col("outcome") == DO_NOT_CALL).any().alias("stopped"))
    )
    after_contact = pl.col("contacted_on").is_null() | (pl.col("done_on") > pl.col("contacted_on"))
    misses = (
        calls.filter(missed)
        .join(contacts, on=CUSTOMER_ID, how="left")
        .filter(after_contact)
        .group_by(CUSTOMER_ID)
        .agg(pl.len().cast(pl.Int64).alias("misses"), pl.col("done_on").max().alias("missed_on"))
    )
    retry = {day: add_working_days(day, RETRY_AFTER, working) for day in done["done_on"].unique()}
    before = pl.when(pl.col("contacted_on").is_null()).then("attempt").otherwise(0)
    return (
        state.join(contacts, on=CUSTOMER_ID, how="left", maintain_order="left")
        .join(misses, on=CUSTOMER_ID, how="left", maintain_order="left")
        .with_columns(before + pl.col("misses").fill_null(0))
        .with_columns((pl.col("attempt") >= MOST_ATTEMPTS).alias("given_up"))
        .with_columns(
            pl.coalesce(pl.when("given_up").then("missed_on"), "contacted_on", "last_contact").alias("last_contact"),
            pl.when("given_up").then(0).otherwise("attempt").alias("attempt"),
            pl.coalesce(
                pl.col("missed_on").replace_strict(retry, default=None, return_dtype=pl.Date), "retry_on"
            ).alias("retry_on"),
            pl.col("do_not_call") | pl.col("stopped").fill_null(value=False),
        )
        .drop("contacted_on", "stopped", "misses", "missed_on", "given_up")
    )


def add_working_days(day: date, count: int, working: Sequence[date]) -> date:
    """Return the day so many working days later; beyond the known ones weekdays count.

    >>> add_working_days(date(2025, 7, 31), 3, [])
    datetime.date(2025, 8, 5)
    """
    known, last = set(working), max(working, default=date.min)
    while count:
        day += timedelta(days=1)
        count -= day in known if day <= last else day.weekday() < 5  # noqa: PLR2004 Saturday
    return day


def _tables(path: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    try:
        if path.suffix.lower() == ".csv":
            yield "", pl.read_csv(path, infer_schema=False, glob=False)
            return
        sheets = pl.read_excel(path, sheet_id=0, infer_schema_length=0)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        message = f"--done {path}: cannot be read: {error}"
        raise UsageError(message) from error
    yield from ((name, table) for name, table in sheets.items() if CUSTOMER_ID in _rename(table).columns)


def _canonical(table: pl.DataFrame, path: Path) -> pl.DataFrame:
    named = _rename(table)
    if missing := [name for name in (CUSTOMER_ID, "done_on", "outcome") if name not in named.columns]:
        message = f"--done {path}: no column {', '.join(missing)}; headers there: {', '.join(table.columns)}"
        raise UsageError(message)
    absent = [name for name in ("note", "date") if name not in named.columns]
    return named.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)


def _rename(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with canonical names for headers in either language."""
    english = {header: name for name, header in HEADERS.items()} | {name.replace("_", " "): name for name in HEADERS}
    known = {name: english[name] for name in table.columns if name in english}
    return table.rename({name: canonical for name, canonical in known.items() if canonical not in table.columns})


def _find_fault(row: dict[str, Any], known: set[str], outcome: str | None, day: date | None) -> tuple[str, str] | None:
    if row[CUSTOMER_ID] not in known:
        return str(row[CUSTOMER_ID]), "no such customer in the plan"
    if outcome is None:
        return str(row["outcome"]), f"no such outcome; use one of {', '.join(OUTCOMES)}"
    return (str(row["done_on"]), "not a date such as 2025-07-14") if day is None else None


def _parse_day(value: object) -> date | None:
    text = str(value or "").strip()
    for form in FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 a calendar date
        except ValueError:
            continue
    return None

"""Calendar files: one all-day event for each owner and day, which replaces itself when it is imported again."""

from __future__ import annotations

from datetime import UTC, datetime, time
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from rfm_engine.errors import UsageError, printable
from rfm_engine.runs.plan.words import BETWEEN, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

MISSING: Final = "calendar files need the extra [plan]: pip install 'rfm-engine[plan]'"


def make_calendars(calls: pl.DataFrame, dataset: str, language: str) -> Iterator[tuple[str, bytes]]:
    """Yield each owner with the text of a calendar file; the calls stand by owner and day.

    An event lists tier, customer and last product, never amounts or phones. Its UID is that of the dataset, owner and
    day, and its stamp the day, so that the same plan is the same file.

    Raises:
        UsageError: The library is not installed.
    """
    try:
        library = import_module("icalendar")
    except ImportError as error:
        raise UsageError(MISSING) from error
    for owner, rows in groupby(calls.iter_rows(named=True), lambda row: row["owner"]):
        calendar = library.Calendar()
        calendar.add("prodid", "-//rfm-engine//call plan//EN")
        calendar.add("version", "2.0")
        for day, theirs in groupby(rows, lambda row: row["date"]):
            calendar.add_component(_make_event(library, dataset, day, list(theirs), language))
        yield owner, calendar.to_ical()


def _make_event(library: Any, dataset: str, day: Any, calls: list[dict[str, Any]], language: str) -> Any:  # noqa: ANN401
    event = library.Event()
    tiers = [row["tier"] for row in calls]
    counted = BETWEEN[language].join(f"{tier} {tiers.count(tier)}" for tier in sorted(set(tiers)))
    event.add("uid", printable(f"{dataset}/{calls[0]['owner']}/{day}@rfm-engine"))
    event.add("dtstamp", datetime.combine(day, time(), UTC))
    event.add("dtstart", day)
    event.add("transp", "TRANSPARENT")  # a day with calls stays free for meetings
    event.add("summary", TITLE[language].format(count=len(calls), tiers=counted))
    event.add("description", "\n".join(_describe(row) for row in calls))
    return event


def _describe(row: dict[str, Any]) -> str:
    shown = (str(row[name]) for name in ("tier", "customer_id", "last_product_name") if row.get(name))
    return " ".join(map(printable, shown))

"""The readings of order files: what each key of a dataset file is for them, and what shows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import CURRENCY, LAST_ORDER_TIME, ORDER_ID
from rfm_engine.grading.summary import pluralize
from rfm_engine.privacy import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from rfm_engine.customers.aggregate import Aggregated
    from rfm_engine.orders.reading import Orders

LAYOUT: Final = {
    "encoding": "the bytes of {} are text in it",
    "separator": "it parts the header of {}",
    "quote": "as the lines of {} show",
    "sheet": "the sheets of orders in {}",
    "skip_lines": "so many lines stand above the header of {}",
}
"""What shows a reading of the layout, by its key."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One key of a dataset file: its value for these orders (None states nothing), and what shows it, in words."""

    key: str
    value: Any
    evidence: str


def find_newest_day(seen: Aggregated) -> date:
    """Return the day of the newest row whose status counts; else that of the newest order in any list."""
    if seen.survey is not None and seen.survey.newest_day is not None:
        return seen.survey.newest_day
    newest = pl.concat(part.select(pl.col(LAST_ORDER_TIME).max()) for part in seen.parts).collect()
    day: date = newest.select(pl.col(LAST_ORDER_TIME).max().dt.date()).item()
    return day


def describe_readings(seen: Aggregated) -> list[Reading]:
    """Return the readings of a dataset's files, in the order in which a dataset file has them."""
    orders = seen.inputs.source
    readings = (*_describe_layout(orders), *_describe_cells(orders), *_describe_source(seen))
    return [*readings, *_describe_orders(seen), *_describe_lists(seen)]


def _describe_layout(orders: Orders) -> Iterator[Reading]:
    """Yield the readings of the layout of text files or workbooks in which all of them agree."""
    layouts = list(orders.layouts.values())
    keys = layouts[0].keys() if layouts and len(layouts) == len(orders.mapping) else ()
    for key in keys:
        if all(key in layout for layout in layouts) and _is_worth_saying(key, orders):
            yield _agree(key, [layout[key] for layout in layouts], LAYOUT[key])


def _is_worth_saying(key: str, orders: Orders) -> bool:
    """Return whether a key is to be stated: the lines above the header are, where there are some."""
    is_plain = orders.files[0].options.no_header or not any(layout[key] for layout in orders.layouts.values())
    return key != "skip_lines" or not is_plain


def _describe_cells(orders: Orders) -> Iterator[Reading]:
    """Yield the styles of amounts and times in text, where all files agree, and the currency."""
    found = orders.interpretations.values()
    if found and all(one.is_style_found for one in found):
        yield _agree("amount_style", [one.style for one in found], "it fits all amounts of {}")
    formats = [one.options.order_time_format for one in found if one.is_format_found]
    if formats and all(formats):
        yield _agree("order_time_format", formats, "it fits all order times of {}")
    zone = orders.files[0].options.time_zone if orders.files else None
    if zone is None:
        yield Reading(key="time_zone", value=None, evidence="none is given; times are local ones")
    evidence = "amounts of {} are taken to be in it; else fen, ten_thousand_yuan"
    yield _agree("unit", [one.options.unit for one in found], evidence)
    yield _describe_currency(orders)


def _describe_currency(orders: Orders) -> Reading:
    columns = sorted({mapping[CURRENCY] for mapping in orders.mapping.values() if CURRENCY in mapping})
    if columns:
        return Reading(key="currency", value=None, evidence=f"the column {columns[0]!r} names it in each row")
    found = [one.currency or "none" for one in orders.interpretations.values()]
    if {*found} == {"none"}:
        return Reading(key="currency", value=None, evidence="no amount names one; all are taken to be in yuan")
    return _agree("currency", found, "amounts of {} name it, or their order source does")


def _agree(key: str, values: Sequence[object], words: str) -> Reading:
    counts = Counter(map(repr, values))
    files = pluralize(len(values), "file")
    if len(counts) == 1:
        return Reading(key=key, value=values[0], evidence=words.format(files))
    listed = ", ".join(f"{value} in {pluralize(count, 'file')}" for value, count in counts.most_common())
    return Reading(key=key, value=None, evidence=f"the files differ: {listed}; each is read as it shows")


def _describe_source(seen: Aggregated) -> Iterator[Reading]:
    source = seen.inputs.source.source
    if source is not None:
        yield Reading(key="source", value=source.name, evidence=f"{source.title}. {source.note}")


def _describe_orders(seen: Aggregated) -> Iterator[Reading]:
    has_ids = any(ORDER_ID in mapping for mapping in seen.inputs.source.mapping.values())
    rows = pluralize(seen.ledger.read, "row")
    about = f"{rows} read, {seen.ledger.used:,} used, {seen.ledger.duplicates:,} repeat another"
    yield Reading(key="grain", value=seen.rules.grain, evidence=about if has_ids else f"{about}; no order ids")
    evidence = f"{_count_rejected(seen, 'not positive')} of 0 or less rejected; net takes them off"
    yield Reading(key="refunds", value=seen.rules.refunds, evidence=evidence)
    evidence = f"{_count_rejected(seen, 'no customer')} with a word for no customer, such as guest or NULL"
    yield Reading(key="nobody", value=None, evidence=evidence)
    if not seen.rules.same_id:
        evidence = "ids that differ in case or width alone are of different customers"
        yield Reading(key="same_id", value=None, evidence=evidence)
    statuses = () if seen.survey is None else seen.survey.statuses
    listed = "; ".join(f"{one.status or 'none'}: {pluralize(one.rows, 'row')}" for one in statuses)
    if seen.rules.keep_status is not None:
        evidence = f"{seen.ledger.other_status:,} rows have another status, of {listed}"
        yield Reading(key="keep_status", value=list(seen.rules.keep_status), evidence=evidence)
    elif len(statuses) > 1:
        bought = [one.status for one in statuses if one.status and one.meaning is None]
        choice = "" if MASK in bought else f"; if those alone are purchases: {bought!r}"
        idle = [one.status for one in statuses if one.status and not one.counts]
        counted = f"all but {', '.join(idle)} of their order source count" if idle else "all count"
        yield Reading(key="keep_status", value=None, evidence=f"{counted}, {listed}{choice}")


def _count_rejected(seen: Aggregated, reason: str) -> str:
    rows = sum(count for words, count in seen.ledger.rejected.items() if words.endswith(reason))
    return pluralize(rows, "row")


def _describe_lists(seen: Aggregated) -> Iterator[Reading]:
    customers = sum(int(part.select(pl.len()).collect().item()) for part in seen.parts)
    words = f"{pluralize(customers, 'customer')} in lists by {', '.join(seen.by)}"
    alone = f"{pluralize(customers, 'customer')} in one list"
    yield Reading(key="by", value=list(seen.by) or None, evidence=words if seen.by else alone)


def describe_columns(seen: Aggregated) -> dict[str, str]:
    """Return the headers that hold columns, where all files that have the column have it under one header."""
    headers: dict[str, set[str]] = {}
    for mapping in seen.inputs.source.mapping.values():
        for name, header in mapping.items():
            headers.setdefault(name, set()).add(header)
    return {name: next(iter(found)) for name, found in headers.items() if len(found) == 1}

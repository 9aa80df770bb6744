"""Which format fits all times of a column; or the question which is meant."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import polars as pl

from rfm_engine.errors import DataError
from rfm_engine.findings import Finding
from rfm_engine.orders.cells.evidence import NONE, PLAIN, TEXT, Choice, Seen, question, weigh
from rfm_engine.orders.cells.times.calendars import OTHER_CALENDARS
from rfm_engine.orders.cells.times.formats import EPOCHS, ORDERS, SERIALS
from rfm_engine.orders.cells.times.kinds import KINDS, has_offset, time_kind
from rfm_engine.orders.cells.times.order_times import DATE_FORMS, USUAL_FORMS, TimeForms
from rfm_engine.orders.cells.times.text import DateOrder, date_first, plain_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rfm_engine.orders.cells.evidence import Column
    from rfm_engine.orders.cells.options import CellOptions

USUAL: Final = re.compile(r"(?:1[6-9]|2[0-3])[0-9]{2}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2})?")
MOST_FORMS: Final = 3
Kinds = dict[str, Seen]
_SHAPE: Final = re.compile(
    r"[0-9]{2}(?P<mark>[-/.])[0-9]{2}(?P=mark)[0-9]{4}(?:(?P<gap>[ T])(?P<hour>[0-9]{2}):[0-9]{2}(?P<second>:[0-9]{2})?"
    r"(?P<half> [AP]M)?)?"
)


class TimeReading(NamedTuple):
    """How the times of a column are read: the format, the forms tried first, and what a user should know."""

    format: str | None = None
    forms: TimeForms = USUAL_FORMS
    findings: tuple[Finding, ...] = ()


def read_times(column: Column, options: CellOptions) -> TimeReading:
    """Return the reading that fits all times of a column of text; each file has to show it by itself.

    Where the first cells show the usual form, nothing else is looked at. A format that is given is taken, unless it
    counts in other units than all of the times.

    Raises:
        DataError: Several formats fit, or none does; a format or a calendar that only an option reads; instants
            without a time zone.
    """
    given, first = options.order_time_format, column.first
    if given is not None and given not in EPOCHS:
        return TimeReading(format=given, forms=TimeForms(first=first_forms(first, given)))
    if given is None and first and all(USUAL.fullmatch(cell) for cell in first):
        return TimeReading()
    for head, is_all in column.heads():
        seen = weigh_times(head)
        if given is not None:
            _refuse_other_epoch(add_files(seen), given, column.where)
            return TimeReading(format=given)
        refuse_unread(add_files(seen), options, column.where)
        if is_all or all(is_decided(one) for one in seen.values()):
            return _agree(seen, column)
    return TimeReading(format=given)


def question_times(texts: pl.LazyFrame, options: CellOptions, where: str) -> None:
    """Ask where times that were not read (one column, `text`) fit another format than the one found.

    Raises:
        DataError: Some do.
    """
    seen = add_files(weigh_times(texts))
    refuse_unread(seen, options, where)
    force = options.order_time_format or "ymd"
    orders = {"either": ("dmy", "mdy"), "same": ("dmy", "mdy"), "dmy": ("dmy",), "mdy": ("mdy",), "short": ORDERS}
    choices: dict[str, Choice] = {}
    for kind in (kind for kind in (*orders, *EPOCHS, "excel_serial") if seen[kind]):
        for form in orders.get(kind, (kind,)):
            if form != force or kind == "short":
                sample = seen[kind].samples[0]
                meaning = f"reads {sample!r} and the like, rejects the others"
                choices.setdefault(form, _order_choice(form, sample) if kind in orders else _choice(form, meaning))
    if choices:
        others = sum((seen[kind] for kind in (*orders, *EPOCHS, "excel_serial")), NONE)
        choices.setdefault(force, _choice(force, f"rejects these {others.count:,}, reads the others"))
        raise question(where, "order times do not fit the format of the others", list(choices.values()), others.samples)


def _choice(form: str, meaning: str) -> Choice:
    return Choice(option=f"--order-time-format {form}", meaning=meaning)


def weigh_times(texts: pl.LazyFrame) -> dict[str, Kinds]:
    """Return the times of each file by kind (`kinds.KINDS`); other text has none."""
    found: dict[str, Kinds] = {}
    for file, (kind, offset), cells in weigh(
        texts, plain_time(pl.col(TEXT)), time_kind(pl.col(PLAIN)), has_offset(pl.col(PLAIN))
    ):
        seen = found.setdefault(file, dict.fromkeys(KINDS, NONE))
        if kind is not None:
            seen[kind] += cells
        if offset:
            seen["offset"] += cells
    return found


def add_files(seen: dict[str, Kinds]) -> Kinds:
    """Return the times of all files together, by kind."""
    return {kind: sum((one[kind] for one in seen.values()), NONE) for kind in KINDS}


def _agree(seen: dict[str, Kinds], column: Column) -> TimeReading:
    """Return the reading that each file shows by itself, or that it leaves open."""
    chosen = {file: choose_format(one, file or column.where) for file, one in seen.items()}
    formats = {form: file for file, (form, _) in chosen.items() if form is not None}
    if len(formats) > 1:
        raise _no_format_fits(add_files(seen), list(formats), column.where)
    form = next(iter(formats), None)
    findings = tuple(finding for _, found in chosen.values() for finding in found)
    forms = TimeForms(first=first_forms(column.first, form), takes_short_years=False)
    return TimeReading(format=form, forms=forms, findings=findings)


def is_decided(seen: Kinds) -> bool:
    """Return whether the times show one format beyond doubt, so that no more of them need to be looked at."""
    return bool(seen["dmy"]) != bool(seen["mdy"]) or bool(seen["dated"] and not _open(seen))


def _open(seen: Kinds) -> list[str]:
    return [kind for kind in KINDS if seen[kind] and kind not in ("dated", "same", "offset")]


def choose_format(seen: Kinds, where: str) -> tuple[str | None, tuple[Finding, ...]]:
    """Return the one format that fits all times; None for the usual forms.

    Raises:
        DataError: Several formats fit, or none does.
    """
    counts = [kind for kind in (*EPOCHS, "excel_serial") if seen[kind]]
    dates = [kind for kind in ("dated", "either", "same", "dmy", "mdy", "short") if seen[kind]]
    if len(counts) + bool(dates) > 1:
        raise _no_format_fits(seen, [*counts, *dates[:1]], where)
    if seen["short"]:
        raise _short_years(seen, where)
    if seen["dmy"] and seen["mdy"]:
        raise _no_format_fits(seen, ["dmy", "mdy"], where)
    if seen["either"] and not (seen["dmy"] or seen["mdy"]):
        raise _two_orders_fit(seen, where)
    form = next((kind for kind in (*counts, "dmy", "mdy") if seen[kind]), None)
    return form or ("dmy" if seen["same"] else None), (_serial_finding(seen),) if form == "excel_serial" else ()


def refuse_unread(seen: Kinds, options: CellOptions, where: str) -> None:
    """Refuse times that are read with an option alone: years of other calendars, instants without a time zone.

    Raises:
        DataError: There are some; it names the option.
    """
    for calendar, (words, fix) in OTHER_CALENDARS.items():
        if seen[calendar]:
            shown = ", ".join(map(repr, seen[calendar].samples))
            message = f"{where}: {seen[calendar].count:,} order times have {words}, such as {shown}: {fix}"
            raise DataError(message, *seen[calendar].samples)
    instants = next((seen[kind] for kind in ("offset", *EPOCHS) if seen[kind]), None)
    if instants and options.time_zone is None:
        shown = ", ".join(map(repr, instants.samples))
        message = f"{where}: order times are instants, with an offset from UTC or counted from 1970, such as {shown}; "
        message += "state the time zone to count days in, for example --time-zone Asia/Shanghai"
        raise DataError(message, *instants.samples)


def _refuse_other_epoch(seen: Kinds, given: str, where: str) -> None:
    others = [kind for kind in (*EPOCHS, *SERIALS) if kind != given and seen.get(kind)]
    if others and not seen[given]:
        samples = seen[others[0]].samples
        message = (
            f"{where}: order times such as {', '.join(map(repr, samples))} are no {given}; by their size they are "
        )
        message += f"--order-time-format {others[0]}"
        raise DataError(message, *samples)


def _serial_finding(seen: Kinds) -> Finding:
    cells = seen["excel_serial"]
    words = f"{cells.count:,} order times are numbers, read as days of a workbook from 1899-12-30"
    return Finding("RFM202", words, cells.samples, "--order-time-format excel_serial, or excel_serial_1904")


def _two_orders_fit(seen: Kinds, where: str) -> DataError:
    choices = [_order_choice(order, seen["either"].samples[0]) for order in ("dmy", "mdy")]
    return question(where, "order times can be read in two ways", choices, seen["either"].samples)


def _short_years(seen: Kinds, where: str) -> DataError:
    samples = seen["short"].samples
    orders = [order for order in ORDERS if all(_find_day(order, sample) for sample in samples)] or list(ORDERS)
    choices = [_order_choice(order, samples[0]) for order in orders]
    return question(where, "order times have years of two digits", choices, samples)


def _order_choice(order: str, sample: str) -> Choice:
    names = {"d": "day", "m": "month", "y": "year"}
    words = ", ".join(names[letter] for letter in order)
    day = _find_day(order, sample)
    return _choice(order, f"{words}: {sample!r} is {day}" if day else f"{words}; {sample!r} is no date then")


def _find_day(order: str, sample: str) -> str | None:
    """Return the day that the numbers of a sample are in this order; None where they are none."""
    plain = date_first(plain_time(pl.lit(sample)), cast("DateOrder", order), short_years=True)
    day = plain.str.extract("^([0-9-]+)").str.to_date("%Y-%m-%d", strict=False).cast(pl.String)
    return cast("str | None", pl.select(day).item())


def _no_format_fits(seen: Kinds, kinds: Iterable[str], where: str) -> DataError:
    shown = [kind for kind in kinds if seen[kind]]
    names = {kind: kind if kind in {*EPOCHS, *SERIALS, "dmy", "mdy"} else "ymd" for kind in shown}
    choices = [
        Choice(
            option=f"--order-time-format {names[kind]}",
            meaning=f"reads {seen[kind].count:,} such as {seen[kind].samples[0]!r}, rejects the others",
        )
        for kind in shown
    ]
    return question(where, "no format fits all order times", choices, [seen[kind].samples[0] for kind in shown])


def first_forms(first: Iterable[str], form: str | None) -> tuple[tuple[int, str], ...]:
    """Return the forms to try first, each with its length: the commonest of the first cells, then the usual ones.

    >>> first_forms(["05/06/2025 10:15", "06/06/2025 11:00"], "dmy")
    ((16, '%d/%m/%Y %H:%M'), (10, '%Y-%m-%d'), (19, '%Y-%m-%d %H:%M:%S'))
    """
    if form not in ("dmy", "mdy"):
        return DATE_FORMS
    day, month = ("%d", "%m") if form == "dmy" else ("%m", "%d")
    found: Counter[tuple[int, str]] = Counter()
    for cell in first:
        if shape := _SHAPE.fullmatch(cell):
            clock = f"{shape['gap']}%{'I' if shape['half'] else 'H'}:%M" if shape["gap"] else ""
            clock += (":%S" if shape["second"] else "") + (" %p" if shape["half"] else "")
            found[len(cell), f"{day}{shape['mark']}{month}{shape['mark']}%Y{clock}"] += 1
    return (*(shape for shape, _ in found.most_common(MOST_FORMS)), *DATE_FORMS)

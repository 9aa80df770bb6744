"""Which orders can have a state: those of which a file's rows mean the same whatever the other files hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rfm_engine.columns import ORDER_AMOUNT, ORDER_ID, ORDER_TIME, REFUNDED_FEN
from rfm_engine.errors import DataError
from rfm_engine.orders.order_ids.order_sums import STEP
from rfm_engine.orders.understanding.questions import question_rejects
from rfm_engine.state.growth import TEXT_FORMATS
from rfm_engine.state.memo import UnusableStateError
from rfm_engine.state.windows import lasting_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import polars as pl

    from rfm_engine.config.job import Job
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.orders.understanding.interpretation import Interpretation
    from rfm_engine.rules import Rules
    from rfm_engine.state.memo import Memo

OTHER_DECIMALS: Final = "it is not kept for currencies of more or fewer than two decimals"
OTHER_COLUMNS: Final = "it is not kept where columns of a table are others than those of its files"
COLUMNAR: Final = ("parquet", "arrow")


def refuse_unfit(job: Job, source: Orders, rules: Rules, columns: Collection[str]) -> None:
    """Check that a state can answer for such orders.

    Raises:
        UnusableStateError: It can't; the first reason.
    """
    files = (*_files_in_the_way(job, source), *_cells_in_the_way(job, source))
    for reason in (*_rules_in_the_way(rules), *files, *_columns_in_the_way(columns)):
        raise UnusableStateError(reason)


def has_other_columns(job: Job) -> bool:
    """Return whether a table gives a file other columns than its own, which may be others again next time."""
    return any(file.columns is not None for file in job.files)


def _rules_in_the_way(rules: Rules) -> Iterator[str]:
    if rules.grain == "day":
        yield "it is not kept with grain day"
    if rules.dormant:
        yield "it is not kept where dormant customers are listed"
    if rules.carry:
        yield "it is not kept where further columns are carried"
    if rules.latest_export == "wins":
        yield "it is not kept where the latest export wins"
    if rules.order_total == "repeated":
        yield "it is not kept where each row of an order has its total"


def _files_in_the_way(job: Job, source: Orders) -> Iterator[str]:
    if any(file.options is not job.dataset for file in job.files):
        yield "it is not kept where files are read in several ways"
    if has_other_columns(job):
        yield OTHER_COLUMNS
    formats = {file.format for file in job.files}
    if len(formats) != 1:
        yield "it is not kept for files of several formats" if formats else "it is kept for order files alone"
    for form in formats - {*COLUMNAR, *TEXT_FORMATS}:
        yield f"it is not kept for {form} files"
    if any(source.sources.values()):
        yield "it is not kept for the exports of an order source"
    if source.copies:
        yield f"{source.copies[0]} is a copy of another file"
    if source.findings:
        yield f"the reading of the files has findings ({source.findings[0].code})"
    if len({(*mapping.items(),) for mapping in source.mapping.values()}) > 1:
        yield "the files have different columns"
    elif len({(*dtypes.items(),) for dtypes in source.dtypes.values()}) > 1:
        yield "the columns of the files have different types"


def _cells_in_the_way(job: Job, source: Orders) -> Iterator[str]:
    if len(list_readings(source)) > 1:
        yield "the cells of the files are read in different ways"
    is_typed = any(file.format in COLUMNAR for file in job.files)
    for dtypes in source.dtypes.values() if is_typed else ():
        if dtypes.get(ORDER_AMOUNT, "String") == "String" or not dtypes.get(ORDER_TIME, "").startswith("Date"):
            yield "amounts or times are text"


def _columns_in_the_way(columns: Collection[str]) -> Iterator[str]:
    if ORDER_ID not in columns:
        yield "no column holds order ids"
    if STEP in columns:
        yield OTHER_DECIMALS
    if REFUNDED_FEN in columns:
        yield "it is not kept for amounts with refunds taken off"


def list_readings(source: Orders) -> list[str]:
    """Return each way in which the cells of the files are read."""
    return sorted({_describe_reading(one) for one in source.interpretations.values()})


def _describe_reading(one: Interpretation) -> str:
    forms, options = one.forms, one.options
    parts = (
        one.style,
        options.amount_style,
        options.order_time_format,
        forms.currencies,
        forms.times.takes_short_years,
    )
    return repr((*parts, one.is_style_found, one.is_format_found))


def refuse_questions(rejects: pl.DataFrame, source: Orders) -> None:
    """Check that no rejected cell, whatever the window, makes a run ask how the cells are meant.

    Raises:
        UnusableStateError: One does.
    """
    try:
        question_rejects(rejects, source.interpretations)
    except DataError as error:
        message = "rejected cells may be meant in another way"
        raise UnusableStateError(message) from error


def refuse_other_columns(memo: Memo, orders: OrderSet, source: Orders, tails: Collection[str]) -> None:
    """Check that new files, or the `tails` of known ones, are read as the files that the memo knows were.

    Raises:
        UnusableStateError: They are not; the first reason.
    """
    first = next(iter(source.mapping))
    if source.mapping[first] != memo.mapping or source.unmapped[first] != memo.unmapped:
        message = f"{first} has other columns than the files before it"
        raise UnusableStateError(message)
    if source.dtypes[first] != memo.dtypes or lasting_columns(orders) != memo.columns:
        message = f"the columns of {first} have other types than those of the files before it"
        raise UnusableStateError(message)
    if list_readings(source) != [memo.reading]:
        message = f"the cells of {first} are read in another way than those of the files before it"
        raise UnusableStateError(message)
    for name in tails:
        if source.layouts.get(name, {}) != memo.files[name].layout:
            message = f"{name} changed"
            raise UnusableStateError(message)

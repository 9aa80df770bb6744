"""A run with a state: answered by what is kept, or of all orders, after which what was found out is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_ID
from rfm_engine.errors import RfmError
from rfm_engine.orders.files.confinement import hold_confined
from rfm_engine.orders.files.fingerprints import fingerprint_inputs
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.padding import has_padding, text_columns
from rfm_engine.orders.staging import ROW
from rfm_engine.state.answer import Answer
from rfm_engine.state.counting import count_part
from rfm_engine.state.day_ledger import DAY, TEST, count_tests, list_rejects, name_outcomes, span_days
from rfm_engine.state.folder import read_memo, write_memo
from rfm_engine.state.growth import may_have_grown
from rfm_engine.state.limits import list_readings, refuse_questions, refuse_unfit
from rfm_engine.state.memo import Memo, UnusableStateError, find_facts
from rfm_engine.state.open_ids import NO_HASHES, NO_IDS, drop_rows, find_open_hashes, find_open_rows
from rfm_engine.state.parts import add_up, list_customers
from rfm_engine.state.refresh import Refresh
from rfm_engine.state.rereading import list_values
from rfm_engine.state.windows import in_any_window, in_window, lasting_columns, mark_unpaid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.config.job import Job
    from rfm_engine.customers.aggregate import Aggregated
    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.rules import Rules

FEW_OPEN: Final = 10_000
MOST_OPEN: Final = 50
"""One in so many rows may be judged anew in each run."""

FAULTS: Final = (RfmError, OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)


@dataclass(frozen=True, kw_only=True)
class StateUse:
    """What became of a run's state: whether it answered, else why not; the files that were read; what is kept next."""

    folder: Path
    memo: Memo | None = None
    why_not: str | None = None
    read_anew: tuple[str, ...] = ()
    not_kept: str | None = None

    def as_table(self) -> dict[str, Any]:
        """Return what the record of the run says."""
        return {"used": self.why_not is None, "read_anew": list(self.read_anew), "why_not": self.why_not}

    def __str__(self) -> str:
        """Return one line."""
        if self.why_not is None:
            return f"state: used; read anew: {', '.join(self.read_anew) or 'no file'}"
        kept = "" if self.not_kept is None else f"; nothing is kept: {self.not_kept}"
        return f"state: {self.why_not}; read all orders{kept}"

    def observe(self, job: Job, orders: OrderSet, repeated: Duplicates, source: Orders, found: Aggregated) -> StateUse:
        """Return the same with what is kept of orders that were read whole, or why nothing is."""
        try:
            return replace(self, memo=observe(job, orders, repeated, source, found))
        except UnusableStateError as error:
            return replace(self, not_kept=str(error))
        except FAULTS:
            return replace(self, not_kept="these orders do not add up part by part")

    def keep(self, job: Job) -> None:
        """Write what is kept for the next run; errors as `write_memo`."""
        if self.memo is not None:
            write_memo(self.memo, self.folder, job)


def recall(job: Job, folder: Path) -> tuple[Aggregated, StateUse]:
    """Return the answer of what the folder keeps, the same that a run of all orders gives.

    Raises:
        UnusableStateError: It cannot answer.
    """
    memo = read_memo(folder, job)
    _refuse_other_window(memo, job)
    names = {file.path.as_posix() for file in job.files}
    if gone := sorted(memo.files.keys() - names):
        message = f"{gone[0]} is gone"
        raise UnusableStateError(message)
    try:
        return _recall(memo, job, folder)
    except FAULTS as error:
        message = "it does not answer"
        raise UnusableStateError(message) from error


def _recall(memo: Memo, job: Job, folder: Path) -> tuple[Aggregated, StateUse]:
    paths = [file.path for file in job.files]
    grown_files = _refuse_other_sizes(memo, job.files)
    with (
        hold_confined(job.files) as held,
        fingerprint_inputs(paths, [file.source for file in held], grown_files) as fingerprints,
    ):
        empty = [{"file": path.as_posix(), "bytes": 0, "sha256": ""} for path in paths]
        grown = Refresh(memo=memo, job=job, files=held, inputs=empty).bring_up_to_date()
        aggregated = Answer(memo=grown, job=job, files=held, inputs=empty).aggregate()
        inputs = fingerprints.describe_inputs()
    files = {one["file"]: one for one in inputs}
    digests = {name: one["sha256"] for name, one in files.items()}
    digests |= {path.as_posix(): digest for path, digest in fingerprints.start_digests.items()}
    if changed := [name for name, facts in memo.files.items() if facts.sha256 != digests[name]]:
        message = f"{changed[0]} changed"
        raise UnusableStateError(message)
    if len({one["sha256"] for one in inputs}) < len(inputs):
        message = "two files have the same content"
        raise UnusableStateError(message)
    facts = {
        name: replace(known, sha256=files[name]["sha256"], bytes=files[name]["bytes"])
        for name, known in grown.files.items()
    }
    grown_names = {path.as_posix() for path in grown_files}
    new = tuple(name for name in files if name not in memo.files or name in grown_names)
    use = StateUse(folder=folder, memo=replace(grown, files=facts), read_anew=new)
    return replace(aggregated, inputs=aggregated.inputs._replace(files=inputs)), use


def _refuse_other_window(memo: Memo, job: Job) -> None:
    since, as_of = job.rules.since, job.rules.as_of
    if as_of < memo.as_of or (since is None) != (memo.since is None):
        message = "the window moved back"
        raise UnusableStateError(message)
    if since is not None and memo.since is not None and (since < memo.since or since > memo.as_of):
        message = "the window moved back" if since < memo.since else "the window has no day in common with the last one"
        raise UnusableStateError(message)


def _refuse_other_sizes(memo: Memo, files: Sequence[OrderFile]) -> dict[Path, int]:
    """Return the size that each file had which may have grown at its end since.

    Raises:
        UnusableStateError: A file has another size.
    """
    grown = {}
    for file in files:
        known = memo.files.get(file.path.as_posix())
        if known is None or file.path.stat().st_size == known.bytes:
            continue
        if not may_have_grown(file, known):
            message = f"{file.path} changed"
            raise UnusableStateError(message)
        grown[file.path] = known.bytes
    return grown


def observe(job: Job, orders: OrderSet, repeated: Duplicates, source: Orders, found: Aggregated) -> Memo:
    """Return what to keep of orders that were read whole; it gives the answer that was found.

    Raises:
        UnusableStateError: It would not, or not after the next files.
    """
    refuse_unfit(job, source, found.rules, orders.columns)
    if len(found.parts) != 1:
        message = "the lists do not fit into memory together"
        raise UnusableStateError(message)
    if not source.is_trimmed and has_padding(orders.rows, _list_unproven(orders, found)):
        message = "white space stands around ids that a run need not look at"
        raise UnusableStateError(message)
    memo = _make_memo(job, orders, repeated, source, found)
    again = Answer(memo=memo, job=job, files=job.files, inputs=found.inputs.files).aggregate()
    if not _are_same(again, found):
        message = "what would be kept does not give the same lists"
        raise UnusableStateError(message)
    return memo


def _make_memo(job: Job, orders: OrderSet, repeated: Duplicates, source: Orders, found: Aggregated) -> Memo:
    hashes = NO_HASHES if repeated.ids_rise else find_open_hashes(orders)  # also of rows that are outside the window
    opened = find_open_rows(orders, hashes, NO_IDS)
    if opened.height > FEW_OPEN and opened.height * MOST_OPEN > orders.height:
        message = f"the order ids of {opened.height:,} of {orders.height:,} rows come again"
        raise UnusableStateError(message)
    settled, lasting = Duplicates(rows=drop_rows(opened[ROW])), mark_unpaid(in_any_window(orders))
    first = next(iter(source.mapping))
    counted = count_tests(lasting, settled)
    days = name_outcomes(lasting, counted, settled)
    rejects = list_rejects(lasting, source.mapping[first], settled, counted[TEST].unique())
    refuse_questions(rejects, source)
    return Memo(
        since=job.rules.since,
        as_of=job.rules.as_of,
        files=find_facts(orders.rows, source, found.inputs.files, span_days(days)),
        base=_make_base(orders if _has_days_before(days, orders.rules) else _from_the_first(orders), opened, found),
        open_rows=opened.drop(ROW),
        days=days,
        rejects=rejects,
        values=list_values(orders.rows),
        columns=lasting_columns(orders),
        mapping=source.mapping[first],
        dtypes=source.dtypes[first],
        unmapped=source.unmapped[first],
        reading=list_readings(source)[0],
    )


def _list_unproven(orders: OrderSet, found: Aggregated) -> list[str]:
    """Return the columns of text in which a run need not have looked for white space.

    Order ids it looked at, and where all rows are used those of lists and customers too.
    """
    used = found.ledger.used + found.ledger.duplicates == orders.height
    proven = {ORDER_ID, *((*orders.by, CUSTOMER_ID) if used else ())}
    return [name for name in text_columns(orders.rows) if name not in proven]


def _has_days_before(days: pl.DataFrame, rules: Rules) -> bool:
    return rules.since is not None and bool((days[DAY] < rules.since).any())


def _from_the_first(orders: OrderSet) -> OrderSet:
    return in_window(orders, None, orders.rules.as_of)


def _make_base(orders: OrderSet, opened: pl.DataFrame, found: Aggregated) -> pl.DataFrame:
    """Return the part of the rows that are not open: the customers that were found, those of open rows counted anew."""
    dropped = drop_rows(opened[ROW])
    if orders.rules.drop:
        return count_part(orders, dropped)
    keys = list_customers(opened, orders.by)
    customers = found.parts[0].with_columns(pl.col(orders.by).cast(pl.String))
    known = customers.join(keys.lazy(), on=keys.columns, how="anti").collect()
    if not opened.height:
        return count_part(orders, dropped, known)
    theirs = orders.rows.join(keys.lazy(), on=keys.columns, how="semi").collect()
    again = replace(orders, rows=theirs.lazy())
    others = replace(orders, rows=orders.rows.join(keys.lazy(), on=keys.columns, how="anti"))
    return add_up([count_part(others, dropped, known), count_part(again, dropped)])


def _are_same(one: Aggregated, other: Aggregated) -> bool:
    frames = [
        pl.concat(each.parts).with_columns(pl.col(each.by).cast(pl.String)).collect() if each.parts else pl.DataFrame()
        for each in (one, other)
    ]
    return (
        frames[0].equals(frames[1])
        and frames[0].schema == frames[1].schema
        and one.rejects.equals(other.rejects)
        and (one.by, one.ledger, one.findings, one.currency) == (other.by, other.ledger, other.findings, other.currency)
    )

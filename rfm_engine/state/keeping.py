"""A run with a state: answered by what is kept, or of all orders, after which what was found out is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.errors import RfmError
from rfm_engine.orders.files.confinement import hold_confined
from rfm_engine.orders.files.fingerprints import fingerprint_inputs
from rfm_engine.orders.order_ids.duplicates import Duplicates
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.state.answer import Answer
from rfm_engine.state.day_ledger import count_days_as_passing, count_tests, find_outside, judge_outside
from rfm_engine.state.folder import NOTHING, list_generations, read_kept, write_memo
from rfm_engine.state.growth import may_have_grown
from rfm_engine.state.limits import OTHER_COLUMNS, has_other_columns
from rfm_engine.state.memo import Extent, Memo, OtherFilesError, UnusableStateError
from rfm_engine.state.observation import Observation
from rfm_engine.state.refresh import Refresh
from rfm_engine.system.table_files import set_aside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.config.job import Job
    from rfm_engine.customers.aggregate import Aggregated
    from rfm_engine.customers.counted_rows import CountedRows
    from rfm_engine.orders.failing_rows import FailingRows, RowRange
    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.ledger import Tally
    from rfm_engine.orders.reading import Orders
    from rfm_engine.orders.staging import OrderSet
    from rfm_engine.state.folder import Kept
    from rfm_engine.system.table_files import TableFile

MOST_TRIED: Final = 2
"""Of what was kept one after the other so many may be brought up to date in vain."""

FAULTS: Final = (RfmError, OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)


@dataclass(frozen=True, kw_only=True)
class StateUse:
    """What became of a run's state: whether it answered, else why not; the files that were read; what is kept next.

    There is no `memo` where nothing can be kept, or what the folder has stays as it is.
    `before` are the folders of what was kept of fewer files, which is kept too: the latest first. Where the memo's
    `base` is on disk, the memo has none.
    """

    folder: Path
    memo: Memo | None = None
    why_not: str | None = None
    read_anew: tuple[str, ...] = ()
    not_kept: str | None = None
    before: tuple[Path, ...] = ()
    base: TableFile | None = None

    def as_table(self) -> dict[str, Any]:
        """Return what the record of the run says."""
        return {"used": self.why_not is None, "read_anew": list(self.read_anew), "why_not": self.why_not}

    def __str__(self) -> str:
        """Return one line."""
        if self.why_not is None:
            return f"state: used; read anew: {', '.join(self.read_anew) or 'no file'}"
        kept = "" if self.not_kept is None else f"; nothing is kept: {self.not_kept}"
        return f"state: {self.why_not}; read all orders{kept}"

    def keep(self, job: Job) -> None:
        """Write what is kept for the next run; errors as `write_memo`."""
        if self.memo is not None:
            write_memo(self.memo, self.folder, job, self.before, self.base)


@dataclass(frozen=True)
class RowsByDay:
    """Rows by file and day as if all passed their checks; read again are those that do not."""

    orders: OrderSet
    days: pl.DataFrame

    def find_outside(self) -> list[RowRange]:
        """Return ranges that have all rows outside the window."""
        return find_outside(self.days, self.orders.rules)

    def count_tests(self, failing: FailingRows) -> pl.DataFrame:
        """Return the rows by the check that they fail first, file and day."""
        if failing.are_outside:
            return judge_outside(self.orders, self.days, failing)
        return count_tests(self.orders, Duplicates())


def count_by_day(source: Orders, orders: OrderSet, tally: Tally) -> RowsByDay | None:
    """Return the rows by file and day; None where what becomes of one depends on others."""
    if orders.adds_rows or SOURCE_FILE not in orders.columns:
        return None
    days = count_days_as_passing(orders, source.first_rows, may_be_rounded=tally.may_be_rounded)
    return RowsByDay(orders, days)


def observe(job: Job, use: StateUse, counted: CountedRows, source: Orders, found: Aggregated) -> StateUse:
    """Return what is kept for the next run of orders that were read whole, or why nothing is."""
    observation = Observation(
        job=job,
        orders=counted.rows,
        repeated=counted.repeated,
        source=source,
        found=found,
        counted=counted.tests,
        failing=counted.failing,
    )
    try:
        return replace(use, memo=observation.make_memo())
    except UnusableStateError as error:
        return replace(use, not_kept=str(error))
    except FAULTS:
        return replace(use, not_kept="these orders do not add up part by part")


def recall(job: Job, folder: Path) -> tuple[Aggregated, StateUse]:
    """Return the answer of what the folder keeps, the same that a run of all orders gives.

    Raises:
        UnusableStateError: It cannot answer.
    """
    if has_other_columns(job):
        raise UnusableStateError(OTHER_COLUMNS)
    first: OtherFilesError | None = None
    tried, places = 0, list_generations(folder)
    for number, place in enumerate(places):
        try:
            kept = read_kept(place, job)
            grown = _refuse_other_files(kept, job)
            tried += 1
            aggregated, use = _recall(kept, job, folder, grown)
        except OtherFilesError as error:
            first = first or error
            if tried == MOST_TRIED:
                break
        except FAULTS as error:
            message = "it does not answer"
            raise UnusableStateError(message) from error
        else:
            return aggregated, replace(use, before=tuple(places[number if use.read_anew else number + 1 :]))
    raise first or UnusableStateError(NOTHING)


def _refuse_other_files(memo: Extent, job: Job) -> dict[Path, int]:
    """Return the size that each file had which may have grown at its end since.

    Raises:
        OtherFilesError: A file is gone or has another size, or the window moved back.
    """
    _refuse_other_window(memo, job)
    names = {file.path.as_posix() for file in job.files}
    if gone := sorted(memo.files.keys() - names):
        message = f"{gone[0]} is gone"
        raise OtherFilesError(message)
    return _refuse_other_sizes(memo, job.files)


def _recall(kept: Kept, job: Job, folder: Path, grown_files: dict[Path, int]) -> tuple[Aggregated, StateUse]:
    paths = [file.path for file in job.files]
    with (
        hold_confined(job.files) as held,
        fingerprint_inputs(paths, [file.source for file in held], grown_files) as fingerprints,
    ):
        memo = kept.read_memo()  # below the digests of the files, which are taken meanwhile
        empty = [{"file": path.as_posix(), "bytes": 0, "sha256": ""} for path in paths]
        grown = Refresh(memo=memo, job=job, files=held, inputs=empty).bring_up_to_date()
        is_kept = kept.folder == folder and not grown.has_grown_from(memo)
        base = None if is_kept else set_aside(grown.base)
        is_spare = is_kept or base is not None
        aggregated = Answer(memo=grown, job=job, files=held, inputs=empty, base_is_spare=is_spare).aggregate()
        inputs = fingerprints.describe_inputs()
    files = {one["file"]: one for one in inputs}
    digests = {name: one["sha256"] for name, one in files.items()}
    digests |= {path.as_posix(): digest for path, digest in fingerprints.start_digests.items()}
    if changed := [name for name, facts in memo.files.items() if facts.sha256 != digests[name]]:
        message = f"{changed[0]} changed"
        raise OtherFilesError(message)
    if len({one["sha256"] for one in inputs}) < len(inputs):
        message = "two files have the same content"
        raise UnusableStateError(message)
    facts = {
        name: replace(known, sha256=files[name]["sha256"], bytes=files[name]["bytes"])
        for name, known in grown.files.items()
    }
    grown_names = {path.as_posix() for path in grown_files}
    new = tuple(name for name in files if name not in memo.files or name in grown_names)
    grown = replace(grown, files=facts, base=grown.base if base is None else pl.DataFrame())
    use = StateUse(folder=folder, memo=None if is_kept else grown, read_anew=new, base=base)
    return replace(aggregated, inputs=aggregated.inputs._replace(files=inputs)), use


def _refuse_other_window(memo: Extent, job: Job) -> None:
    since, as_of = job.rules.since, job.rules.as_of
    if as_of < memo.as_of or (since is None) != (memo.since is None):
        message = "the window moved back"
        raise OtherFilesError(message)
    if since is not None and memo.since is not None and (since < memo.since or since > memo.as_of):
        message = "the window moved back" if since < memo.since else "the window has no day in common with the last one"
        raise OtherFilesError(message)


def _refuse_other_sizes(memo: Extent, files: Sequence[OrderFile]) -> dict[Path, int]:
    """Return the size that each file had which may have grown at its end since.

    Raises:
        OtherFilesError: A file has another size.
    """
    grown = {}
    for file in files:
        known = memo.files.get(file.path.as_posix())
        if known is None or file.path.stat().st_size == known.bytes:
            continue
        if not may_have_grown(file, known):
            message = f"{file.path} changed"
            raise OtherFilesError(message)
        grown[file.path] = known.bytes
    return grown

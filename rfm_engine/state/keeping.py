"""A run with a state: answered by what is kept, or of all orders, after which what was found out is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.errors import RfmError
from rfm_engine.orders.files.confinement import hold_confined
from rfm_engine.orders.files.fingerprints import fingerprint_inputs
from rfm_engine.state.answer import Answer
from rfm_engine.state.base import pack_table, set_base_aside
from rfm_engine.state.folder import NOTHING, TABLES, list_generations, read_kept, write_memo
from rfm_engine.state.growth import may_have_grown
from rfm_engine.state.limits import OTHER_COLUMNS, has_other_columns
from rfm_engine.state.memo import Extent, Memo, OtherFilesError, UnusableStateError
from rfm_engine.state.observation import Observation
from rfm_engine.state.parts.merging import amend
from rfm_engine.state.refresh import Refresh
from rfm_engine.state.unchanged import list_known_digests, list_states

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager
    from pathlib import Path

    from rfm_engine.config.job import Job
    from rfm_engine.customers.aggregate import Aggregated
    from rfm_engine.customers.counted_rows import CountedRows
    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.reading import Orders
    from rfm_engine.state.folder import Kept
    from rfm_engine.state.memo import FileFacts
    from rfm_engine.system.regular_files import FileState

MOST_TRIED: Final = 2
"""Of what was kept one after the other so many may be brought up to date in vain."""

LONGEST: Final = 4
"""A delta of more rows than one in so many of the base goes into it: the base is written anew then."""

FAULTS: Final = (RfmError, OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)


@dataclass(frozen=True, kw_only=True)
class StateUse:
    """What became of a run's state: whether it answered, else why not; the files that were read; what is kept next.

    There is no `memo` where nothing can be kept, or what the folder has stays as it is.
    `before` are the folders of what was kept of fewer files, which is kept too: the latest first. `states` are those of
    the files before they were read, by name. `packed` are the tables to keep, where they are being packed already.
    """

    folder: Path
    memo: Memo | None = None
    why_not: str | None = None
    read_anew: tuple[str, ...] = ()
    not_kept: str | None = None
    before: tuple[Path, ...] = ()
    states: Mapping[str, FileState] = field(default_factory=dict)
    packed: Future[dict[str, bytes]] | None = None

    def as_table(self) -> dict[str, Any]:
        """Return what the record of the run says."""
        return {"used": self.why_not is None, "read_anew": list(self.read_anew), "why_not": self.why_not}

    def __str__(self) -> str:
        """Return one line."""
        if self.why_not is None:
            return f"state: used; read anew: {', '.join(self.read_anew) or 'no file'}"
        kept = "" if self.not_kept is None else f"; nothing is kept: {self.not_kept}"
        return f"state: {self.why_not}; read all orders{kept}"

    def pack(self) -> dict[str, bytes]:
        """Return the tables that are kept for the next run, but for the base, as the bytes of files."""
        if self.packed is not None:
            return self.packed.result()
        return {} if self.memo is None else _pack(self.memo)

    def keep(self, job: Job) -> AbstractContextManager[None]:
        """Write what is kept for the next run elsewhere; after the block it takes its place, as in `write_memo`."""
        return nullcontext() if self.memo is None else write_memo(self.memo, self.pack, self.folder, job, self.before)


def _pack(memo: Memo) -> dict[str, bytes]:
    return {name: pack_table(getattr(memo, name)) for name in TABLES}


def begin_use(job: Job, folder: Path) -> StateUse:
    """Return what is known of a run's state before anything is read."""
    return StateUse(folder=folder, states=list_states(job.files))


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
        states=use.states,
    )
    try:
        return replace(use, memo=observation.make_memo())
    except UnusableStateError as error:
        return replace(use, not_kept=str(error))
    except FAULTS:
        return replace(use, not_kept="these orders do not add up part by part")


def recall(job: Job, use: StateUse) -> tuple[Aggregated, StateUse]:
    """Return the answer of what the folder keeps, the same that a run of all orders gives.

    Raises:
        UnusableStateError: It cannot answer.
    """
    if has_other_columns(job):
        raise UnusableStateError(OTHER_COLUMNS)
    first: OtherFilesError | None = None
    tried, places = 0, list_generations(use.folder)
    for number, place in enumerate(places):
        try:
            kept = read_kept(place, job)
            sizes = _refuse_other_files(kept, job)
            tried += 1
            aggregated, found = _recall(kept, job, use, sizes)
        except OtherFilesError as error:
            first = first or error
            if tried == MOST_TRIED:
                break
        except FAULTS as error:
            message = "it does not answer"
            raise UnusableStateError(message) from error
        else:
            return aggregated, replace(found, before=tuple(places[number if found.read_anew else number + 1 :]))
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


def _recall(kept: Kept, job: Job, use: StateUse, sizes: dict[Path, int]) -> tuple[Aggregated, StateUse]:
    """Return the answer, and what is kept next; `sizes` are those that files had which may have grown since."""
    paths, known = [file.path for file in job.files], list_known_digests(job, kept.files)
    empty = [{"file": path.as_posix(), "bytes": 0, "sha256": ""} for path in paths]
    with (
        hold_confined(job.files) as held,
        fingerprint_inputs(paths, [file.source for file in held], sizes, known) as fingerprints,
    ):
        memo = kept.read_memo()  # below the digests of the files, which are taken meanwhile
        grown = _shorten_delta(Refresh(memo=memo, job=job, files=held, inputs=empty).bring_up_to_date())
        aggregated = Answer(memo=grown, job=job, files=held).aggregate()
        inputs = fingerprints.describe_inputs()
    starts = {path.as_posix(): digest for path, digest in fingerprints.start_digests.items()}
    _refuse_other_digests(memo, {one["file"]: one["sha256"] for one in inputs} | starts, inputs)
    grown = replace(grown, files=_complete_facts(grown.files, inputs, use.states))
    new = tuple(one["file"] for one in inputs if one["file"] not in memo.files or one["file"] in starts)
    is_kept = kept.folder == use.folder and not grown.has_grown_from(memo)
    found = replace(use, read_anew=new)
    found = found if is_kept else replace(found, memo=grown, packed=_begin_packing(grown))
    return replace(aggregated, inputs=aggregated.inputs._replace(files=inputs)), found


def _begin_packing(memo: Memo) -> Future[dict[str, bytes]]:
    """Pack what is kept from now on: what follows, up to the written list, leaves a core free."""
    pool = ThreadPoolExecutor(1, "tables of a state")
    packed = pool.submit(_pack, memo)
    pool.shutdown(wait=False)
    return packed


def _refuse_other_digests(memo: Memo, digests: Mapping[str, str], inputs: Sequence[Mapping[str, Any]]) -> None:
    """Check that the files, or their first bytes where they grew, have the digests that they had.

    Raises:
        OtherFilesError: One has another.
        UnusableStateError: Two files are the same.
    """
    if changed := [name for name, facts in memo.files.items() if facts.sha256 != digests[name]]:
        message = f"{changed[0]} changed"
        raise OtherFilesError(message)
    if len({one["sha256"] for one in inputs}) < len(inputs):
        message = "two files have the same content"
        raise UnusableStateError(message)


def _complete_facts(
    facts: Mapping[str, FileFacts], inputs: Sequence[Mapping[str, Any]], states: Mapping[str, FileState]
) -> dict[str, FileFacts]:
    """Return the facts of files with their sizes, digests and states."""
    found = {one["file"]: {"bytes": one["bytes"], "sha256": one["sha256"]} for one in inputs}
    return {name: replace(one, state=states.get(name), **found[name]) for name, one in facts.items()}


def _shorten_delta(memo: Memo) -> Memo:
    """Return the memo with a base that has the delta in it, where that has grown long."""
    if memo.delta.height * LONGEST <= memo.base.table.height:
        return memo
    base = set_base_aside(amend(memo.base.take(), memo.delta, memo.gone))
    return replace(memo, base=base, delta=memo.delta.clear(), gone=memo.gone.clear())


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

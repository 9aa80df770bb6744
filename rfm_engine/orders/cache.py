"""Orders that several datasets share: read once for all of them."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from polars.exceptions import PanicException, PolarsError

from rfm_engine.orders.files.confinement import hold_confined
from rfm_engine.orders.files.fingerprints import fingerprint_inputs
from rfm_engine.orders.files.order_file import OrderFile
from rfm_engine.orders.files.paths import refuse_repeats
from rfm_engine.orders.padding import trim_texts
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import Orders, read
from rfm_engine.orders.staging import stage_orders
from rfm_engine.system.disk_space import reports_full_disk
from rfm_engine.system.spill import spill_dir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType

    import polars as pl

    from rfm_engine.databases.queries import OrderQuery
    from rfm_engine.order_source import OrderSource
    from rfm_engine.orders.files.fingerprints import InputFingerprints
    from rfm_engine.rules import Rules


class Job(Protocol):
    """Order files, how they are read, and the rules that say which further columns are needed."""

    @property
    def dataset(self) -> ReadOptions:
        """How the files are read."""

    @property
    def rules(self) -> Rules:
        """The rules in force."""

    @property
    def files(self) -> list[OrderFile]:
        """The files."""

    @property
    def query(self) -> OrderQuery | None:
        """What to ask a database for the orders, where they lie in one."""

    @property
    def remote(self) -> Sequence[tuple[str, ReadOptions]]:
        """The URIs of objects that are copied first, each with how it is read."""

    @property
    def sources(self) -> Sequence[OrderSource]:
        """The order sources that may be recognised, or the one that is given."""

    @property
    def is_source_given(self) -> bool:
        """Whether the source is given."""


class Inputs(NamedTuple):
    """The order files of a run: name, size and SHA-256 digest of each, and what was understood of them.

    Orders that were fetched from a database have no files but an `origin`: its URI, the statement, the rows, the
    server, the time, and the digest of what was fetched.
    """

    files: list[dict[str, Any]]
    source: Orders
    origin: dict[str, Any] | None = None


class CachedOrders(NamedTuple):
    """The numbered rows of some order files, what was understood of the files, and their fingerprints."""

    rows: pl.LazyFrame
    source: Orders
    fingerprints: InputFingerprints
    origin: dict[str, Any] | None = None

    def trim(self) -> CachedOrders:
        """Return the rows without white space around their texts."""
        return self._replace(rows=trim_texts(self.rows), source=replace(self.source, is_trimmed=True))

    def describe_inputs(self) -> Inputs:
        """Return what is known of the files, when all of them have been read.

        Raises:
            DataError: A file changed meanwhile.
        """
        etags = {file.path.as_posix(): {"etag": file.etag} for file in self.source.files if file.etag}
        files = [one | etags.get(one["file"], {}) for one in self.fingerprints.describe_inputs()]
        if self.origin is None:
            return Inputs(files=files, source=self.source)
        return Inputs(files=[], source=self.source, origin=self.origin | {"sha256": files[0]["sha256"]})


class OrderProvider(Protocol):
    """Whatever gives a job its orders: files, or a frame."""

    def orders_for(self, job: Any) -> AbstractContextManager[CachedOrders]:  # noqa: ANN401 a job of any room
        """Give the orders of a job while the block runs."""


class OrderCache:
    """Keeps the orders that more than one of the jobs needs, until the last of them has had them.

    Jobs share orders when they name the same files, to be read in the same way. Orders of one job alone are not kept.
    """

    def __init__(self, jobs: Iterable[Job] = ()) -> None:
        self._uses_left = Counter(_sharing_key(job) for job in jobs)
        self._cached: dict[object, tuple[CachedOrders, ExitStack]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, stack in self._cached.values():
            stack.close()

    @contextmanager
    def orders_for(self, job: Job) -> Iterator[CachedOrders]:
        """Give the orders of a job, read unless they were read for another one."""
        key = _sharing_key(job)
        self._uses_left[key] -= 1
        if key not in self._cached and self._uses_left[key] <= 0:
            with _read_orders(job, again=False) as orders:
                yield orders
            return
        if key not in self._cached:
            stack = ExitStack()
            self._cached[key] = stack.enter_context(_read_orders(job, again=True)), stack
        orders = self._cached[key][0]
        with orders.fingerprints.report_changes():
            yield orders
        if self._uses_left[key] <= 0:
            self._cached.pop(key)[1].close()


@contextmanager
def _read_orders(job: Job, *, again: bool) -> Iterator[CachedOrders]:
    with _find_files(job) as (files, origin), hold_confined(files) as held:
        paths, opened, formats = ([getattr(file, name) for file in held] for name in ("path", "source", "format"))
        with fingerprint_inputs(paths, opened) as fingerprints:
            source = read(held, job.rules.further_columns, job.sources, is_source_given=job.is_source_given)
            typed = partial(source.typed, with_remainder=keeps_remainders(job, source))
            with stage_orders(typed, opened, formats, again=again) as rows:
                yield CachedOrders(rows=rows, source=source, fingerprints=fingerprints, origin=origin)


@contextmanager
def _find_files(job: Job) -> Iterator[tuple[list[OrderFile], dict[str, Any] | None]]:
    """Give the order files, or the file that orders of a database are fetched into, and where these come from."""
    if job.remote:
        with _copy_objects(job) as files:
            yield files, None
        return
    if job.query is None:
        yield job.files, None
        return
    from rfm_engine.databases.fetching import fetch_orders  # noqa: PLC0415 needed for databases alone

    with fetch_orders(job.query) as (path, origin):
        options = job.dataset.model_copy(update={"orders_format": "parquet"})
        yield [OrderFile(path=Path(job.query.name), opened=path, options=options)], origin


@contextmanager
def _copy_objects(job: Job) -> Iterator[list[OrderFile]]:
    """Give the order files and copies of the objects; what cannot be read of them is explained before they go."""
    from rfm_engine.object_stores.copying import copy_objects  # noqa: PLC0415 needed for object stores alone
    from rfm_engine.object_stores.listing import find_objects  # noqa: PLC0415 likewise
    from rfm_engine.orders.readers.diagnosis import diagnose  # noqa: PLC0415 needed for faults alone

    found = [(one, options) for uri, options in job.remote for one in find_objects(uri, ReadOptions().format_of)]
    refuse_repeats([one.path for one, _ in found])
    with spill_dir() as folder:
        with reports_full_disk(folder.parent.parent):
            places = copy_objects([one for one, _ in found], folder)
        copies = [
            OrderFile(path=one.path, root=one.root, opened=place, options=options, etag=one.etag)
            for (one, options), place in zip(found, places, strict=True)
        ]
        files = sorted([*job.files, *copies], key=lambda file: file.path)
        try:
            yield files
        except (PolarsError, PanicException, OSError) as error:
            raise diagnose(error, files) from error


def keeps_remainders(job: Job, source: Orders) -> bool:
    """Return whether amounts are rounded later: lines when they are added, others by what their currency counts in."""
    grains = {job.rules.grain, *(one.grain for one in source.sources.values() if one is not None)}
    return source.has_currencies or ("line" in grains and not source.has_whole_amounts)


def _sharing_key(job: Job) -> object:
    return (
        tuple((file.path, file.root, id(file.options)) for file in job.files if file.options is not job.dataset),
        tuple((file.path, file.root, file.columns) for file in job.files),
        job.query,
        tuple((uri, None if options is job.dataset else id(options)) for uri, options in job.remote),
        repr([getattr(job.dataset, key) for key in ReadOptions.model_fields]),
        tuple(sorted(job.rules.further_columns)),
        job.rules.grain == "line",
    )

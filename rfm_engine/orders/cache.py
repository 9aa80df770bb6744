"""Orders that several datasets share: read once, lent to each."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from rfm_engine.columns import ALIASES
from rfm_engine.orders.confinement import hold_confined
from rfm_engine.orders.fingerprints import fingerprint_inputs
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import Orders, read
from rfm_engine.orders.staging import stage_orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType

    import polars as pl

    from rfm_engine.order_source import OrderSource as ExportSource
    from rfm_engine.orders.fingerprints import InputFingerprints
    from rfm_engine.orders.order_file import OrderFile
    from rfm_engine.rules import Rules


class Job(Protocol):
    """Order files, how they are read, and the rules that say which further columns are wanted."""

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
    def sources(self) -> Sequence[ExportSource]:
        """The order sources that may be recognised, or the one that is given."""

    @property
    def is_source_given(self) -> bool:
        """Whether the source is given."""


class CachedOrders(NamedTuple):
    """What was understood of the order files, their rows, numbered, and the watch over the files."""

    source: Orders
    orders: pl.LazyFrame
    files: InputFingerprints


class OrderSource(Protocol):
    """Whatever gives a job its orders: files, or a frame."""

    def orders_for(self, job: Any) -> AbstractContextManager[CachedOrders]:  # noqa: ANN401 a job of any room
        """Give the orders of a job while the block runs."""


class OrderCache:
    """Keeps the orders that more than one of the jobs asks for, until the last of them has had them.

    Jobs share orders when they name the same files, to be read in the same way. Orders of one job alone are not kept.
    """

    def __init__(self, jobs: Iterable[Job] = ()) -> None:
        self._left = Counter(_sharing_key(job) for job in jobs)
        self._kept: dict[object, tuple[CachedOrders, ExitStack]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, stack in self._kept.values():
            stack.close()

    @contextmanager
    def orders_for(self, job: Job) -> Iterator[CachedOrders]:
        """Give the orders of a job, read if nobody has read them yet."""
        asked = _sharing_key(job)
        self._left[asked] -= 1
        if asked not in self._kept and self._left[asked] <= 0:
            with _read_orders(job, again=False) as orders_for:
                yield orders_for
            return
        if asked not in self._kept:
            stack = ExitStack()
            self._kept[asked] = stack.enter_context(_read_orders(job, again=True)), stack
        with self._kept[asked][0].files.report_changes():
            yield self._kept[asked][0]
        if self._left[asked] <= 0:
            self._kept.pop(asked)[1].close()


@contextmanager
def _read_orders(job: Job, *, again: bool) -> Iterator[CachedOrders]:
    paths, formats = [file.path for file in job.files], [file.format for file in job.files]
    with hold_confined(job.files) as held, fingerprint_inputs(paths, [file.source for file in held]) as files:
        extra = [name for name in job.rules.by if name not in ALIASES]
        source = read(held, extra, job.sources, is_source_given=job.is_source_given)
        with stage_orders(source.typed, paths, formats, again=again) as orders:
            yield CachedOrders(source, orders, files)


def _sharing_key(job: Job) -> object:
    extra = sorted(name for name in job.rules.by if name not in ALIASES)
    return (
        tuple((file.path, file.root, id(file.options)) for file in job.files if file.options is not job.dataset),
        tuple((file.path, file.root) for file in job.files),
        repr([getattr(job.dataset, key) for key in ReadOptions.model_fields]),
        tuple(extra),
    )

"""A run from Python: a dataset or a frame of orders in, graded customers with their ledger out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

import polars as pl

from rfm_engine import pipeline
from rfm_engine.config.dataset import TABLES
from rfm_engine.config.frames import as_frame, check_language, match_frame
from rfm_engine.config.job import Job, attach_keys
from rfm_engine.config.keywords import resolve_keywords, speak_python, spell_lists, take_objects, with_objects
from rfm_engine.config.overrides import Overrides, resolve_jobs
from rfm_engine.errors import DatasetError
from rfm_engine.orders.cache import CachedOrders, OrderCache
from rfm_engine.orders.files.fingerprints import fingerprint_inputs
from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW, Orders
from rfm_engine.orders.staging import stage_orders
from rfm_engine.orders.understanding.interpretation import RawOrders, interpret
from rfm_engine.output.folder import prepare_folder
from rfm_engine.output.formats import WRITERS
from rfm_engine.output.writer import OutputOptions, write
from rfm_engine.plugins.host import PluginHost
from rfm_engine.runs.finished import FinishedRun, open_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfm_engine.config.frames import ArrowStream
    from rfm_engine.config.keywords import RunRules
    from rfm_engine.findings import Finding
    from rfm_engine.orders.cache import OrderProvider
    from rfm_engine.orders.ledger import Ledger
    from rfm_engine.output.formats import Format

FRAME = "orders"
"""The file of a frame's rows, in rejects and in the record."""


@dataclass(frozen=True)
class Run:
    """A run in memory: its graded customers, and where every row of the orders went.

    `ledger` counts the rows that were read, used and left out; `rejects` has each rejected row with its file, row,
    column, value and reason; `findings` are what a reader of the lists might not expect.
    """

    job: Job
    result: pipeline.Run

    def customers(self) -> pl.LazyFrame:
        """Return the graded customers of all lists, one row per (list, customer), as the customers file has them."""
        return self.result.customers

    @property
    def ledger(self) -> Ledger:
        """Where every row went."""
        return self.result.ledger

    @property
    def rejects(self) -> pl.DataFrame:
        """The rejected rows, in the order of the files."""
        return self.result.rejects

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader of the lists might not expect though the run went well."""
        return self.result.findings

    def write(
        self,
        output: Path | str = "output",
        formats: Format | Sequence[Format] = ("csv",),
        *,
        split: bool = False,
        language: Literal["en", "zh"] = "en",
    ) -> FinishedRun:
        """Write the run's folder below `output`, whole or not at all, as `rfm-engine run` does, and return it.

        Raises:
            DatasetError: A format or a language that there is none of.
            OutputError: The folder holds what no run wrote, or cannot be written; what was there stays.
        """
        check_language(language, "write")
        listed: tuple[Format, ...] = (formats,) if isinstance(formats, str) else tuple(formats)
        if unknown := [form for form in listed if form not in WRITERS]:
            message = f"write(formats): expected {', '.join(WRITERS)}, got {unknown[0]!r}"
            raise DatasetError(message)
        options = OutputOptions(Path(output), listed, split, language)
        prepare_folder(options.output / self.job.dataset.name)
        return open_run(write(self.result, self.job, options))


def run(
    orders: Path | str | pl.LazyFrame | pl.DataFrame | ArrowStream,
    *,
    key_file: Path | None = None,
    remote: bool = False,
    **rules: Unpack[RunRules],
) -> Run:
    """Read, clean, aggregate, score and grade the orders of a dataset or of a frame.

    Args:
        orders: The path of a dataset file or of its folder; or a Polars frame or anything with the Arrow stream
            interface, whose rows are then called `orders` in rejects and records.
        key_file: The file with the key of `pseudonymize`; else the environment variable RFM_PSEUDONYM_KEY.
        remote: Whether a dataset may name orders at `s3://bucket/key`, which are copied first.
        rules: The keys of a dataset file, laid over those of the file. A frame needs at least `as_of`.

    Raises:
        UsageError: There is no such dataset; a rule that is unknown, of the wrong type or contradictory.
        DataError: The orders cannot be used.
        PluginError: A scheme or policy broke its promise.

    >>> import polars as pl
    >>> orders = pl.DataFrame(
    ...     {
    ...         "customer_id": ["c1", "c2", "c3"],
    ...         "order_id": ["o1", "o2", "o3"],
    ...         "order_amount": ["99.90", "80.00", "none"],
    ...         "order_time": ["2025-06-28", "2024-12-24", "2025-01-01"],
    ...     }
    ... )
    >>> run(orders, as_of="2025-07-01").ledger.as_table()["rejected_by_reason"]
    {'order_amount: not an amount': 1}
    """
    with speak_python():
        source: OrderProvider
        if isinstance(orders, Path | str):
            job, source = _dataset_job(Path(orders), dict(rules), remote=remote), OrderCache()
        else:
            dataset, in_force = resolve_keywords(rules, "run")
            job, source = Job(dataset, in_force, []), FrameOrders(as_frame(orders))
        (job,) = attach_keys([job], key_file)
        return Run(job, pipeline.run(job, source))


def _dataset_job(place: Path, keys: dict[str, Any], *, remote: bool) -> Job:
    objects = take_objects(keys)
    names = {key: keys.pop(key) for key in TABLES if isinstance(keys.get(key), str)}
    (job,) = resolve_jobs([place], Overrides(spell_lists(keys), names, remote=remote), PluginHost())
    dataset, rules = with_objects(job.dataset, job.rules, objects)
    return job._replace(dataset=dataset, rules=rules)


class FrameOrders:
    """The orders of a frame, where `pipeline.run` expects those of files."""

    def __init__(self, frame: pl.LazyFrame) -> None:
        self.frame = frame

    @contextmanager
    def orders_for(self, job: Job) -> Iterator[CachedOrders]:
        """Give the orders of the frame under the rules of the job."""
        mapping = match_frame(self.frame, job.dataset, job.rules)
        place = pl.lit(FRAME).alias(SOURCE_FILE), pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(SOURCE_ROW)
        raw = RawOrders(frame=self.frame, mapping=mapping, where=FRAME)
        interpretation = interpret(raw, job.dataset)
        typed = partial(interpretation.parse, place=place)
        schema = self.frame.collect_schema()
        dtypes = {name: str(schema[header]) for name, header in mapping.items()}
        unmapped = tuple(header for header in schema if header not in mapping.values())
        source = Orders(
            typed=typed,
            files=(),
            mapping={FRAME: mapping},
            dtypes={FRAME: dtypes},
            unmapped={FRAME: unmapped},
            findings=interpretation.findings,
            interpretations={FRAME: interpretation},
        )
        with (
            fingerprint_inputs([]) as fingerprints,
            stage_orders(partial(typed, with_remainder=job.rules.grain == "line" or source.has_currencies)) as orders,
        ):
            yield CachedOrders(rows=orders, source=source, fingerprints=fingerprints)

"""A dataset that is ready to run: its keys checked, its scheme and policy resolved, its order files found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rfm_engine.config.excluded import with_excluded
from rfm_engine.config.frozen import read_cuts
from rfm_engine.config.order_places import find_files, is_elsewhere, split_remote
from rfm_engine.config.private_columns import refuse_folder_ids
from rfm_engine.config.resolution import resolve_plugin, resolve_rules
from rfm_engine.databases.queries import SCHEMES, describe_unknown, find_scheme
from rfm_engine.errors import DatasetError, UsageError
from rfm_engine.privacy import pseudonym_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pydantic import SecretBytes

    from rfm_engine.config.dataset import Dataset, Table
    from rfm_engine.config.order_places import OrderTable
    from rfm_engine.config.origins import Origins
    from rfm_engine.databases.queries import OrderQuery
    from rfm_engine.order_source import OrderSource
    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.read_options import ReadOptions
    from rfm_engine.plugin_api import Gatherer
    from rfm_engine.plugins.host import PluginHost
    from rfm_engine.rules import Rules

NO_SOURCE = "none"


class Job(NamedTuple):
    """A dataset that is ready to run: its rules resolved, its order files found, and the key of its pseudonyms.

    `state` is the folder that keeps what earlier runs found out. A `gatherer` counts the orders, also those that lie
    `elsewhere`: in tables and remote places. `query` is what a database is asked for the orders; `remote` are the URIs
    of objects that are copied first, each with how it is read.
    """

    dataset: Dataset
    rules: Rules
    files: list[OrderFile]
    key: SecretBytes | None = None
    sources: tuple[OrderSource, ...] = ()
    state: Path | None = None
    ledger: Path | None = None
    gatherer: Gatherer | None = None
    elsewhere: tuple[str, ...] = ()
    query: OrderQuery | None = None
    remote: tuple[tuple[str, ReadOptions], ...] = ()

    @property
    def is_source_given(self) -> bool:
        """Whether the dataset or an option names the order source."""
        return self.dataset.source is not None

    @property
    def paths(self) -> list[Path]:
        """Where the order files lie."""
        return [file.path for file in self.files]


def prepare_job(  # noqa: PLR0913 where the files may lie, and whether they may be absent
    table: Table,
    folder: Path,
    host: PluginHost,
    origins: Origins,
    *,
    anywhere: bool = False,
    may_lack: bool = False,
    remote: bool = False,
) -> Job:
    """Check the keys of a dataset and find its order files: in its folder, or `anywhere` for the files of a command.

    Where the orders `may_lack` their files, for they lie in a warehouse, the job has none. Only `remote` orders may lie
    in an object store.

    Raises:
        UsageError: What `resolve_rules` refuses, or order files that are not there or lie elsewhere.
    """
    dataset, rules = resolve_rules(read_cuts(table, folder, origins), host, origins)
    rules = with_excluded(dataset, rules, folder, origins)
    sources, gatherer = _find_sources(dataset, host, origins), _find_gatherer(dataset, host, origins)
    if dataset.order_query is not None:
        return Job(dataset, rules, [], sources=sources, query=_find_connector(dataset.order_query, host, origins))
    named = dataset.orders or dataset.customers
    elsewhere = tuple(str(entry) for entry in named if is_elsewhere(entry)) if gatherer else ()
    try:
        near, far = _split_places([entry for entry in named if entry not in elsewhere], dataset, remote=remote)
        files = find_files(near, folder, dataset, anywhere=anywhere)
    except UsageError as error:
        if may_lack and dataset.orders:
            return Job(dataset, rules, [], sources=sources)
        key = "orders" if dataset.orders else "customers"
        message = f"{origins.of(key)}: {key}: {error}"
        raise DatasetError(message) from error
    refuse_folder_ids(files, dataset)
    state = None if dataset.state is None else folder / dataset.state
    return Job(
        dataset,
        rules,
        files,
        sources=sources,
        state=state,
        ledger=_find_ledger(dataset, folder, origins),
        gatherer=gatherer,
        elsewhere=elsewhere,
        remote=far,
    )


def _split_places(
    named: Sequence[str | OrderTable], dataset: Dataset, *, remote: bool
) -> tuple[Sequence[str | OrderTable], tuple[tuple[str, ReadOptions], ...]]:
    """Return the places of files, and those in object stores where orders may be `remote`.

    Raises:
        UsageError: URIs that are none, or a state, which watches files.
    """
    if not remote or dataset.customers:
        return named, ()
    near, far = split_remote(named, dataset)
    if far and dataset.state is not None:
        message = f"state: of order files; {far[0][0]} is copied whole, so leave it out"
        raise UsageError(message)
    return near, far


def _find_connector(query: OrderQuery, host: PluginHost, origins: Origins) -> OrderQuery:
    """Return the query with the connector of a plugin, where the engine itself does not know the database."""
    scheme = find_scheme(query.address)
    if not scheme or scheme in SCHEMES:
        return query
    try:
        return query._replace(connector=host.connector(scheme)())
    except UsageError as error:
        _, *possible = str(error).splitlines()
        first = f"{origins.of('database')}: database: {describe_unknown(query.address)}"
        raise DatasetError("\n".join([first, *possible])) from error


def _find_ledger(dataset: Dataset, folder: Path, origins: Origins) -> Path | None:
    """Return where the ledger of counted customers lies; a dataset file names one inside its own folder."""
    if dataset.ledger is None:
        return None
    path, place = folder / dataset.ledger, origins.of("ledger")
    if not place.startswith("option") and not path.resolve().is_relative_to(folder.resolve()):
        message = f"{place}: ledger: {dataset.ledger} is outside the dataset's folder; put the file there"
        raise DatasetError(message)
    return path


def _find_gatherer(dataset: Dataset, host: PluginHost, origins: Origins) -> Gatherer | None:
    if not dataset.gather:
        return None
    faults: list[str] = []
    gatherer = resolve_plugin(host.gatherer, dataset.gather, "gather", origins, faults)
    if faults:
        raise DatasetError("\n".join(faults))
    return gatherer


def _find_sources(dataset: Dataset, host: PluginHost, origins: Origins) -> tuple[OrderSource, ...]:
    """Return the order source that is given, or those that may be recognised."""
    if dataset.source is None:
        return tuple(host.recognizable_sources())
    if dataset.source == NO_SOURCE:
        return ()
    try:
        return (host.order_source(dataset.source),)
    except UsageError as error:
        message = f"{origins.of('source')}: source: {error}"
        raise DatasetError(message) from error


def attach_keys(jobs: Iterable[Job], file: Path | None) -> list[Job]:
    """Return the jobs, those that pseudonymise with their key; errors as `pseudonym_key`."""
    listed = list(jobs)
    if not any(job.dataset.pseudonymize for job in listed):
        return listed
    key = pseudonym_key(file)
    return [job._replace(key=key) if job.dataset.pseudonymize else job for job in listed]

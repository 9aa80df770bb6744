"""The folder of a state: read whole or not at all, and replaced in one step; closed to other users."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.errors import OutputError, UsageError
from rfm_engine.orders.reading import SOURCE_FILE
from rfm_engine.state.base import read_base, read_table, take_sha256
from rfm_engine.state.memo import Extent, FileFacts, Memo, UnusableStateError, list_places, match_names
from rfm_engine.system.atomic_dir import atomic_dir, recover
from rfm_engine.system.regular_files import FileState, open_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rfm_engine.config.job import Job

MANIFEST: Final = "manifest.json"
BASE: Final = "base"
TABLES: Final = ("delta", "gone", "open_rows", "days", "order_lines", "rejects", "values")
FILES: Final = (MANIFEST, *(f"{name}.parquet" for name in (BASE, *TABLES)))
BEFORE: Final = ("before-1", "before-2", "before-3")
"""Folders of what was kept of fewer files: a file that came last may be another one next time."""

NOTHING: Final = "nothing is kept yet"
FORMAT: Final = 9
"""Grows when what is kept, or what it means, is another."""

MODE: Final = 0o700
DAMAGE: Final = (OSError, ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError)
FREE: Final = {
    *("name", "title", "description", "orders", "customers", "state", "state_check", "as_of", "since", "max_rejects"),
    *("scheme", "tiers", "weights", "pseudonymize", "drop", "generalize", "accept", "strict"),
    *("exclude", "exclude_customer"),
}
"""Keys of a dataset that do not decide what is kept, or that `fingerprint` takes from the rules."""


def fingerprint(job: Job) -> str:
    """Return what stands for the versions, and for the keys and sources that decide how files are read and judged."""
    keys = job.dataset.model_dump(mode="json", exclude=FREE)
    sources = [repr(source) for source in job.sources]
    versions = [version("rfm-engine"), version("polars")]
    return take_sha256(_to_json([FORMAT, versions, keys, sorted(job.rules.exclude_customer), sources]))


def list_generations(folder: Path) -> list[Path]:
    """Return the folders of what is kept, and was before it of fewer files: the latest first."""
    return [folder, *(folder / name for name in BEFORE if (folder / name / MANIFEST).exists())]


def refuse_foreign_state(folder: Path) -> None:
    """Check that the folder is absent, empty or a state's.

    Raises:
        UsageError: It holds anything else.
    """
    recover(folder)
    if folder.exists() and (not folder.is_dir() or any(map(_is_foreign, folder.iterdir()))):
        message = f"{folder}: holds what is no state; name another folder with --state"
        raise UsageError(message)


def _is_foreign(entry: Path) -> bool:
    if entry.name in BEFORE and entry.is_dir():
        return any(each.name not in FILES for each in entry.iterdir())
    return entry.name not in FILES


def refuse_inner_state(folder: Path, paths: Sequence[Path]) -> None:
    """Check that no order file lies in the folder.

    Raises:
        UsageError: One does: the folder lies in one that is named as orders.
    """
    if any(path.resolve().is_relative_to(folder.resolve()) for path in paths):
        message = f"{folder}: lies among the order files; name a folder elsewhere with --state"
        raise UsageError(message)


@dataclass(frozen=True, kw_only=True)
class Kept(Extent):
    """What a folder keeps but for its tables, which are read later; the files have the names that a job gives them.

    `names` are these by those under which the files were kept.
    """

    folder: Path
    names: dict[str, str]
    manifest: dict[str, Any]

    def read_memo(self) -> Memo:
        """Return what is kept; its base is still being read.

        Raises:
            UnusableStateError: It is not what was written.
        """
        digests = self.manifest["tables"]
        with reports_damage():
            base = read_base(self.folder / f"{BASE}.parquet", digests[BASE])
            tables = {name: read_table(_read(self.folder / f"{name}.parquet"), digests[name]) for name in TABLES}
            return Memo(
                base=replace(base, load=reports_damage()(base.load)),
                since=self.since,
                as_of=self.as_of,
                files=self.files,
                columns=tuple(self.manifest["columns"]),
                mapping=self.manifest["mapping"],
                dtypes=self.manifest["dtypes"],
                unmapped=tuple(self.manifest["unmapped"]),
                reading=self.manifest["reading"],
                **{name: self._rename_files(table) for name, table in tables.items()},
            )

    def _rename_files(self, table: pl.DataFrame) -> pl.DataFrame:
        column = next((name for name in (SOURCE_FILE, "file") if name in table.columns), None)
        if column is None or all(old == new for old, new in self.names.items()):
            return table
        return table.with_columns(pl.col(column).replace(self.names))


def read_kept(folder: Path, job: Job) -> Kept:
    """Return what the folder keeps.

    Raises:
        UnusableStateError: There is nothing, or not what was written, or it was kept under other rules.
    """
    if not (folder / MANIFEST).exists():
        raise UnusableStateError(NOTHING)
    with reports_damage():
        manifest = json.loads(_read(folder / MANIFEST))
        if manifest.pop("sha256") != take_sha256(_to_json(manifest)):
            raise ValueError(MANIFEST)
        if manifest["fingerprint"] != fingerprint(job):
            message = "the rules or the versions are others than those it was kept under"
            raise UnusableStateError(message)
        since, names = manifest["since"], match_names(manifest["places"], job.files)
        return Kept(
            since=None if since is None else date.fromisoformat(since),
            as_of=date.fromisoformat(manifest["as_of"]),
            files={names[name]: _to_facts(facts) for name, facts in manifest["files"].items()},
            folder=folder,
            names=names,
            manifest=manifest,
        )


@contextmanager
def reports_damage() -> Iterator[None]:
    """Report what is wrong with a file as a state that can't answer."""
    try:
        yield
    except DAMAGE as error:
        message = "it is damaged"
        raise UnusableStateError(message) from error


def _read(path: Path) -> bytes:
    with open_regular(path, follow_links=False) as file:
        return file.read()


def _to_facts(facts: dict[str, Any]) -> FileFacts:
    days = {name: value and date.fromisoformat(value) for name, value in facts.items() if name.endswith("_day")}
    state = facts["state"] and FileState(*facts["state"])
    return FileFacts(**facts | days | {"state": state})


@contextmanager
def write_memo(
    memo: Memo, pack: Callable[[], Mapping[str, bytes]], folder: Path, job: Job, before: Sequence[Path] = ()
) -> Iterator[None]:
    """Write the folder elsewhere, with what was kept `before`; after the block it takes its place, unless that failed.

    `pack` gives the tables of the memo, but for its base, as the bytes of files. Of two runs the later one stays.

    Raises:
        OutputError: It can't be written; what was there stays.
    """
    with ExitStack() as stack:
        with _reports_unwritten(folder):
            new = stack.enter_context(atomic_dir(folder, refuse_foreign_state))
            _write_files(memo, pack(), new, job, before)
        yield
        with _reports_unwritten(folder):
            stack.close()
            folder.chmod(MODE)


@contextmanager
def _reports_unwritten(folder: Path) -> Iterator[None]:
    """Report what kept a state from being written."""
    try:
        yield
    except (OSError, UsageError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        message = (
            f"{folder}: the state could not be written ({error}); the lists are, and the next run reads all orders"
        )
        raise OutputError(message) from error


def _write_files(memo: Memo, tables: Mapping[str, bytes], new: Path, job: Job, before: Sequence[Path]) -> None:
    new.chmod(MODE)
    digests = {BASE: memo.base.put_into(new / f"{BASE}.parquet")}
    for name, content in tables.items():
        (new / f"{name}.parquet").write_bytes(content)
        digests[name] = take_sha256(content)
    for name, place in zip(BEFORE, before, strict=False):
        _link_files(place, new / name)
    manifest = _to_manifest(memo, job, digests)
    (new / MANIFEST).write_bytes(_to_json(manifest | {"sha256": take_sha256(_to_json(manifest))}))


def _link_files(old: Path, new: Path) -> None:
    new.mkdir(mode=MODE)
    for name in FILES:
        try:
            (new / name).hardlink_to(old / name)
        except OSError:  # the disk has no links, or another run replaced the folder
            with suppress(FileNotFoundError):
                shutil.copy2(old / name, new / name)


def _to_manifest(memo: Memo, job: Job, digests: dict[str, str]) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint(job),
        "files": {name: asdict(facts) for name, facts in memo.files.items()},
        "places": list_places(job.files),
        "tables": digests,
        **{
            name: getattr(memo, name)
            for name in ("since", "as_of", "columns", "mapping", "dtypes", "unmapped", "reading")
        },
    }


def _to_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode("utf-8", "surrogatepass")

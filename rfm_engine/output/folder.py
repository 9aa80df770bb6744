"""A folder of results: replaced as a whole, and only when it holds what the engine wrote, unchanged."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import polars as pl

from rfm_engine.errors import OutputError, UsageError, undecodable_paths
from rfm_engine.output.record import RECORD, Manifest, read_record
from rfm_engine.system.atomic_dir import atomic_dir, recover
from rfm_engine.system.digests import digest_files_ahead, find_digest, take_digest
from rfm_engine.system.disk_space import is_full_disk
from rfm_engine.system.regular_files import find_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rfm_engine.output.record import FileDigest

LISTED = 3
LARGE = 1 << 22
"""Bytes whose digest takes 4 ms."""


def prepare_folder(folder: Path) -> None:
    """Remove what killed runs left beside the folder, and check that it may be replaced.

    Large files whose size is as it was are digested in the background; `replace_folder` refuses those that changed.

    Raises:
        OutputError: It holds what would be lost; its path is no text.
    """
    if message := undecodable_paths([folder.resolve()]):
        raise OutputError(message)
    recover(folder)
    _refuse_loss(folder, partial(_is_changed, is_hasty=True))
    if large := [folder / one.file for one in _recorded_outputs(folder) or () if one.bytes >= LARGE]:
        digest_files_ahead(large)


@contextmanager
def replace_folder(folder: Path) -> Iterator[Path]:
    """Give a new folder that takes the place of the old one after the block, unless the block failed.

    Raises:
        OutputError: The old folder holds what would be lost, or can't be written; what was there stays.
    """
    try:
        with atomic_dir(folder, refuse_foreign_files) as new:
            yield new
    except (OSError, UnicodeEncodeError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        message = f"{folder}: could not be written ({_reason(error)}); what was there before is untouched"
        raise OutputError(message) from error


def _reason(error: BaseException) -> object:
    if is_full_disk(error):
        return "no space left on the disk"
    if "transport error" in str(error):  # all that Polars says where a Parquet file's footer cannot be written
        return "the disk is full, or fails"
    if isinstance(error, UnicodeEncodeError):
        return f"the locale has no letters for the name {error.object[error.start : error.end]}; set PYTHONUTF8=1"
    return getattr(error, "strerror", None) or error


def refuse_foreign_files(folder: Path) -> None:
    """Check that the folder may be replaced: it is absent, empty, or holds what its record says and nothing else.

    Raises:
        OutputError: It holds files, links or folders that no run wrote, or a file that changed since.
    """
    _refuse_loss(folder, _is_changed)


def _refuse_loss(folder: Path, is_changed: Callable[[FileDigest, Path], bool]) -> None:
    """Check a folder; where another run's took its place while it was looked at, check that one."""
    state = find_state(folder)
    try:
        _check_contents(folder, is_changed)
    except OutputError:
        if find_state(folder) == state:
            raise
        _refuse_loss(folder, is_changed)


def _check_contents(folder: Path, is_changed: Callable[[FileDigest, Path], bool]) -> None:
    if not folder.exists():
        return
    outputs = _recorded_outputs(folder)
    if foreign := find_foreign(folder, outputs) if folder.is_dir() else [folder.name]:
        message = f"{folder}: holds what no run wrote ({_join_names(foreign)}); move it away or choose another --output"
        raise OutputError(message)
    there = [(one, folder / one.file) for one in outputs or () if (folder / one.file).exists()]
    if changed := [one.file for one, path in there if is_changed(one, path)]:
        message = (
            f"{folder}: {_join_names(changed)} was changed since it was written; "
            "save it elsewhere and delete it here, or choose another --output"
        )
        raise OutputError(message)


def _is_changed(recorded: FileDigest, path: Path, *, is_hasty: bool = False) -> bool:
    """Return whether a file is not the recorded one; of a large one, in haste, whether it has another size."""
    try:
        if is_hasty and recorded.bytes >= LARGE:
            return path.lstat().st_size != recorded.bytes
        return find_digest(path, follow_links=False) != (recorded.bytes, recorded.sha256)
    except OSError:
        return True


def _recorded_outputs(folder: Path) -> list[FileDigest] | None:
    try:
        return read_record(folder, Manifest).outputs
    except UsageError:
        return None


def _join_names(names: list[str]) -> str:
    return ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if names[LISTED:] else "")


def find_foreign(folder: Path, outputs: list[FileDigest] | None) -> list[str]:
    """Return what a folder holds besides its record and its outputs, sorted; without a record, everything.

    Links are foreign whatever they point to, and so are empty folders that no output stood in.
    """
    files = {output.file for output in outputs or ()} | ({RECORD} if outputs is not None else set())
    unknown = [entry for entry in _list_entries(folder) if entry not in files]
    empty = {entry for entry in unknown if entry.endswith("/")}
    ours = {f"{parent}/" for file in files for parent in PurePosixPath(file).parents} if empty else set()
    return sorted(entry for entry in unknown if entry not in ours)


def _list_entries(folder: str | Path, inside: str = "") -> Iterator[str]:
    """Yield the files, links and empty folders below a folder, as paths relative to it; a link ends with `@`."""
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError as error:
        message = f"{error.filename}: cannot be listed ({error.strerror}); nothing in it was touched"
        raise OutputError(message) from error
    if inside and not entries:
        yield inside
    for entry in entries:
        if entry.is_symlink():
            yield f"{inside}{entry.name}@"
        elif entry.is_dir():
            yield from _list_entries(entry.path, f"{inside}{entry.name}/")
        else:
            yield f"{inside}{entry.name}"


def find_difference(recorded: FileDigest, path: Path, *, follow_links: bool = False) -> str | None:
    """Return how a file differs from its recorded size and digest; None where it does not."""
    if not (path.exists() or path.is_symlink()):
        return "missing"
    try:
        now = take_digest(path, follow_links=follow_links)
    except OSError as error:
        return "a link, not the file" if path.is_symlink() else f"cannot be read ({error.strerror})"
    return describe_difference(recorded, now.bytes, now.sha256)


def describe_difference(recorded: FileDigest, size: int, sha256: str) -> str | None:
    """Return how bytes of a size and digest differ from those recorded; None where they do not."""
    if size != recorded.bytes:
        return f"changed, {size:,} bytes instead of {recorded.bytes:,}"
    if sha256 != recorded.sha256:
        return "changed, the same size but another digest"
    return None

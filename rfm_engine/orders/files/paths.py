"""The order files that paths, globs and folders name."""

from __future__ import annotations

from dataclasses import replace
from filecmp import cmp
from itertools import chain
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Final

from rfm_engine.errors import UsageError, undecodable_paths
from rfm_engine.object_stores.uris import hide_user, is_object_uri
from rfm_engine.orders.files.discovery import Search
from rfm_engine.orders.files.order_file import OrderFile
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.system.regular_files import find_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rfm_engine.orders.files.discovery import Match

SHOWN: Final = 12
"""So many names a message has at most."""

START_BYTES: Final = 1 << 12
"""Bytes from the start of files by which copies are looked for."""


def find_order_files(
    patterns: Sequence[str], folder: Path, options: ReadOptions | None = None, *, home: Path | None = None
) -> list[OrderFile]:
    """Return the files that paths, globs and folders name, sorted; relative ones are looked up in `folder`.

    A folder stands for every order file below it, links followed; names that begin with a dot, an underscore or `~$`
    are passed over.

    Raises:
        UsageError: Remote paths, patterns without a match, files named more than once, names that are no text (it lists
            the first of them), folders that cannot be listed; with `home` whatever lies outside of it.
    """
    if remote := [hide_user(pattern) for pattern in patterns if "://" in pattern]:
        fix = "--remote copies them, or " if any(map(is_object_uri, remote)) else ""
        message = f"remote paths are not read: {_join_some(remote)}; {fix}fetch the files and name the copies"
        raise UsageError(message)
    options = options or ReadOptions()
    search = Search(is_order_file=ReadOptions().format_of, home=home)
    found = {pattern: search.find(pattern, folder) for pattern in patterns}
    matches = [match for hits in found.values() for match in hits]
    if home is not None:
        _refuse_outside([match.path for match in matches], folder, home)
    if empty := [pattern for pattern, hits in found.items() if not hits]:
        message = f"no order file matches {_join_some([*map(repr, empty)])} (looked in {folder})"
        raise UsageError(message)
    paths = [match.path for match in matches]
    refuse_repeats(paths)
    if message := undecodable_paths(paths):
        raise UsageError(message)
    return [_order_file(match, options, home) for match in sorted(matches, key=lambda match: match[:2])]


def _join_some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN:,} more" if names[SHOWN:] else "")


def _order_file(match: Match, options: ReadOptions, home: Path | None) -> OrderFile:
    file, table = OrderFile(path=match.path, root=match.root, options=options, home=home), match.table
    if table is None:
        return file
    return replace(
        file,
        version=table.version,
        columns=table.files[file.path],
        are_folders_columns=table.are_folders_columns,
    )


def find_confined_files(patterns: Sequence[str], folder: Path, options: ReadOptions | None = None) -> list[OrderFile]:
    """Return what `find_order_files` does, for patterns that a file and not a person names: nothing outside the folder.

    Raises:
        UsageError: As `find_order_files`, and patterns or links that lead out; it lists the first of them.
    """
    home = folder.resolve()
    if out := [pattern for pattern in patterns if _leads_out(pattern)]:
        inner = [pattern for pattern in patterns if pattern not in out]
        search = Search(is_order_file=ReadOptions().format_of, home=home)
        matches = [match.path for pattern in inner for match in search.find(pattern, folder)]
        _refuse_outside(matches, folder, home, out)
    return find_order_files(patterns, folder, options, home=home)


def _refuse_outside(paths: Iterable[Path], folder: Path, home: Path, named: Sequence[str] = ()) -> None:
    beyond = (path for path in dict.fromkeys(paths) if not path.resolve().is_relative_to(home))
    leading = [f"{path} (a link to {path.resolve()})" for path in beyond]
    if out := [*named, *leading]:
        message = (
            f"outside the dataset's folder {folder}: {_join_some(out)}; put the files there, "
            "or name them in the command: rfm-engine run --orders PATH"
        )
        raise UsageError(message)


def _leads_out(pattern: str) -> bool:
    """Return whether a path names a place beyond its folder, in the words of any system."""
    return any(path.anchor or ".." in path.parts for path in (PurePosixPath(pattern), PureWindowsPath(pattern)))


def refuse_repeats(paths: Sequence[Path]) -> None:
    """Refuse files that are named more than once.

    Raises:
        UsageError: There are some; it lists the first of them.
    """
    if twice := _find_repeats(paths):
        message = f"named more than once: {_join_some(twice)}; name each order file once"
        raise UsageError(message)


def _find_repeats(files: Iterable[Path]) -> list[str]:
    alike: dict[object, list[Path]] = {}
    for path in files:
        alike.setdefault(_identify(path), []).append(path)
    seen: dict[Path, list[str]] = {}
    for path in chain.from_iterable(paths for paths in alike.values() if len(paths) > 1):  # of links too
        seen.setdefault(path.resolve(), []).append(str(path))
    return [" = ".join(dict.fromkeys(names)) for names in seen.values() if len(names) > 1]


def _identify(path: Path) -> object:
    """Return what is different for different files, in a tenth of the time that it takes to resolve a path."""
    state = find_state(path)
    return state and state[:2]


def find_copies(files: Iterable[OrderFile]) -> tuple[str, ...]:
    """Return the files that have, byte for byte, the content of an earlier one of the same folder columns.

    Only files of one size are read, and whole only those that begin alike too.
    """
    sizes: dict[int, list[OrderFile]] = {}
    for file in files:
        sizes.setdefault(file.source.stat().st_size, []).append(file)
    different: dict[object, list[OrderFile]] = {}
    copies = []
    for file in chain.from_iterable(alike for alike in sizes.values() if len(alike) > 1):
        alike = different.setdefault((_read_start(file), tuple(file.folder_columns.items())), [])
        if any(cmp(file.source, other.source, shallow=False) for other in alike):
            copies.append(str(file.path))
        else:
            alike.append(file)
    return tuple(sorted(copies))


def _read_start(file: OrderFile) -> bytes:
    with file.source.open("rb") as content:
        return content.read(START_BYTES)

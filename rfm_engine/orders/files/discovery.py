"""One rule of how folders, globs and links are followed: nothing is left out but by its name, or refused."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import has_magic
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from rfm_engine.errors import UsageError
from rfm_engine.orders.files.lake import find_kind, read_table, refuse_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rfm_engine.orders.files.lake import Kind
    from rfm_engine.orders.files.lake_table import LakeTable

RECORD: Final = "run.json"
"""What a run writes beside its results; it is no order file."""


class Match(NamedTuple):
    """A file that a pattern names, the folder from which on `column=value` folders count, and the table it is of."""

    path: Path
    root: Path
    table: LakeTable | None = None


@dataclass(frozen=True, kw_only=True)
class Search:
    """A search for files, within the folder `home` if there is one; a folder that leads out is found as it stands.

    Links to folders are followed, but not back to a folder above them. Passed over are names that begin with a dot, an
    underscore or `~$` (the lock file of an open workbook), unless the pattern spells that out; below a folder also the
    folders of finished runs and files that `is_order_file` does not know. The folder of a Delta or an Iceberg table
    stands for the files of its newest version.
    """

    is_order_file: Callable[[Path], object]
    home: Path | None = None

    def find(self, pattern: str, folder: Path) -> list[Match]:
        """Return the files that a path, a glob or a folder names, and folders outside `home` to which they lead.

        Raises:
            UsageError: A folder that cannot be listed, a pipe or a device.
        """
        path = folder / pattern
        try:
            if os.path.lexists(path):
                root = path if path.is_dir() else path.parent
                refuse_tables(root.absolute().parents if path.is_dir() else ())
                found = list(self._files_at(path, root))
            else:
                found = list(self._find_by_glob(path))
        except OSError as error:
            message = f"{error.filename}: cannot be listed or read ({error.strerror}); fix its rights, or name others"
            raise UsageError(message) from error
        return list({match[:2]: match for match in found}.values())

    def _find_by_glob(self, path: Path) -> Iterator[Match]:
        literal = next((place for place, part in enumerate(path.parts) if has_magic(part)), len(path.parts))
        root = Path(*path.parts[:literal])
        refuse_tables(root.absolute().parents)
        places = [root] if root.exists() and path.parts[literal:] else []
        for part in path.parts[literal:]:
            places = list(dict.fromkeys(hit for place in places for hit in self._match_part(place, part)))
        for place in places:
            yield from self._files_at(place, root)

    def _match_part(self, place: Path, part: str) -> Iterable[Path]:
        if part == "**":
            return (place, *self._folders_below(place))
        if not place.is_dir():
            return ()
        if self._is_outside(place):
            return (place,)
        if has_magic(part):
            refuse_tables([place])
        if not has_magic(part):
            return (place / part,) if os.path.lexists(place / part) else ()
        names_hidden = is_hidden(part)
        return (
            place / entry.name
            for entry in _entries(place)
            if fnmatchcase(entry.name, part) and (names_hidden or not is_hidden(entry.name))
        )

    def _files_at(self, place: Path, root: Path) -> Iterator[Match]:
        if not place.is_dir():
            refuse_special(place)
            yield Match(place, root)
            return
        for folder in (place, *self._folders_below(place)):
            if self._is_outside(folder):
                yield Match(folder, root)
            elif kind := find_kind(folder):
                yield from _files_of_table(folder, kind, root)
            else:
                yield from (Match(path, root) for path in self._files_in(folder))

    def _files_in(self, folder: Path) -> Iterator[Path]:
        for entry in _entries(folder):
            if is_hidden(entry.name) or entry.name == RECORD or entry.is_dir():
                continue
            if self.is_order_file(path := folder / entry.name):
                if not entry.is_file():
                    refuse_special(path)
                yield path

    def _folders_below(self, top: Path) -> Iterator[Path]:
        """Yield the folders below one, without those inside a table or of a finished run."""
        waiting = [(top, frozenset({top.resolve()}))] if top.is_dir() and not self._is_outside(top) else []
        while waiting:
            folder, above = waiting.pop()
            if find_kind(folder):
                continue
            inner = (entry.name for entry in _entries(folder) if entry.is_dir() and not is_hidden(entry.name))
            for path in (folder / name for name in inner):
                if self._is_outside(path):
                    yield path
                elif not is_run(path) and (real := path.resolve()) not in above:
                    yield path
                    waiting.append((path, above | {real}))

    def _is_outside(self, path: Path) -> bool:
        return self.home is not None and not path.resolve().is_relative_to(self.home)


def _files_of_table(folder: Path, kind: Kind, root: Path) -> Iterator[Match]:
    table = read_table(folder, kind)
    for path in table.files:
        refuse_special(path)
        yield Match(path, root, table)


def is_hidden(name: str) -> bool:
    """Return whether a name is passed over.

    >>> [name for name in ("a.csv", ".a.csv", "_tmp", "~$a.xlsx") if not is_hidden(name)]
    ['a.csv']
    """
    return name.startswith((".", "_", "~$"))


def is_run(folder: Path) -> bool:
    """Return whether a folder holds what a run wrote, which is no orders."""
    return (folder / RECORD).exists()


def refuse_special(path: Path) -> None:
    """Refuse what is no file on disk: order files are read more than once.

    Raises:
        UsageError: It is a pipe or a device, or a link to nothing.
    """
    if not path.exists():
        message = f"{path}: a link to a file that is not there"
        raise UsageError(message)
    if not path.is_file():
        message = f"{path}: a pipe or a device, which can be read only once; save it to a file and name that"
        raise UsageError(message)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=attrgetter("name"))

"""The folder of an Iceberg table: its current metadata, and its files, wherever it was when they were written."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from pyiceberg.io import FileIO, InputFile, OutputFile

from rfm_engine.errors import UsageError
from rfm_engine.system.regular_files import open_regular

if TYPE_CHECKING:
    from io import BufferedReader
    from typing import NoReturn

HINT: Final = "version-hint.text"
HINT_BYTES: Final = 1_000
NAME: Final = re.compile(r"(v?)([0-9]+)(?:-.*)?\.metadata\.json")
FILE_URI: Final = re.compile(r"^file:/{0,2}(?=/)")
S3_URI: Final = re.compile(r"^s3[an]:")


class LocalFile(InputFile):
    """A file on disk, opened where it is a file alone."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path

    def __len__(self) -> int:
        return self._path.stat().st_size

    def exists(self) -> bool:
        """Return whether there is such a file."""
        return self._path.exists()

    def open(self, seekable: bool = True) -> BufferedReader:  # noqa: ARG002, FBT001, FBT002 as pyiceberg calls it
        """Open the file to read its bytes."""
        return open_regular(self._path)


class TableFolder(FileIO):
    """Reads what lies in the folder of a table that was written for `location`: nothing else, and no network."""

    def __init__(self, folder: Path, location: str) -> None:
        super().__init__()
        self._folder = folder
        self._location = location

    def find(self, location: str) -> Path | None:
        """Return where a file of the table lies now; None where it lies outside, or leads out by a link."""
        written, root = (PurePosixPath(_normalize(one)) for one in (location, self._location))
        if not written.is_relative_to(root) or ".." in written.parts:
            return None
        path = self._folder / written.relative_to(root)
        return path if path.resolve().is_relative_to(self._folder.resolve()) else None

    def new_input(self, location: str) -> InputFile:
        """Return a file of the table's metadata.

        Raises:
            UsageError: It lies outside the folder.
        """
        path = self.find(location)
        if path is None:
            message = f"{self._folder}: {describe_outside([location], self._location)}"
            raise UsageError(message)
        return LocalFile(path)

    def new_output(self, location: str) -> OutputFile:
        """Refuse to write."""
        self._refuse_write(location)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Refuse to delete."""
        self._refuse_write(location)

    def _refuse_write(self, location: object) -> NoReturn:
        message = f"{location}: tables are only read"
        raise PermissionError(message)


def _normalize(location: str) -> str:
    """Return one spelling for the places that several stand for.

    >>> [_normalize(uri) for uri in ("file:///lake/a", "file:/lake/a", "/lake/a", "s3a://bucket/a")]
    ['/lake/a', '/lake/a', '/lake/a', 's3://bucket/a']
    """
    return S3_URI.sub("s3:", FILE_URI.sub("", location))


def describe_outside(locations: list[str], root: str) -> str:
    """Return in words that files lie outside the place that a table was written to."""
    return f"an Iceberg table with files outside its location {root}: {', '.join(locations)}; rewrite it, or query it"


def find_current_metadata(folder: Path) -> Path:
    """Return the metadata that is current: as `version-hint.text` says, else that of the highest version.

    Raises:
        UsageError: The hint names none that is there; several have the highest version.
    """
    names = sorted(path.name for path in folder.glob("metadata/*.metadata.json"))
    hint = folder / "metadata" / HINT
    found = _follow_hint(_read_hint(hint), names) if hint.exists() else _find_highest(names)
    if not found:
        message = f"{hint}: names no metadata of the table; write the name of the current one into it"
        raise UsageError(message)
    if len(found) > 1:
        message = f"{folder}: which metadata is current, {' or '.join(found)}? write its name into metadata/{HINT}"
        raise UsageError(message)
    return folder / "metadata" / found[0]


def _read_hint(hint: Path) -> str:
    with open_regular(hint) as file:
        return file.read(HINT_BYTES).decode("utf-8", "replace").strip()


def _follow_hint(hint: str, names: list[str]) -> list[str]:
    """Return the metadata that a hint names, or the versions after it: writers may leave the hint behind.

    >>> _follow_hint("1", ["v1.metadata.json", "v2.metadata.json", "v4.metadata.json"])
    ['v2.metadata.json']
    """
    if not hint.isdecimal():
        return [name for name in names if name in (hint, f"{hint}.metadata.json")]
    by_version = {int(match[2]): name for name in names if (match := _parse(name)) and match[1]}
    version = int(hint)
    while version + 1 in by_version:
        version += 1
    return [by_version[version]] if version in by_version else []


def _find_highest(names: list[str]) -> list[str]:
    versions = {name: int(match[2]) if (match := _parse(name)) else -1 for name in names}
    return [name for name, version in versions.items() if version == max(versions.values())]


def _parse(name: str) -> re.Match[str] | None:
    return NAME.fullmatch(name.replace(".gz.metadata", ".metadata"))

"""SHA-256 of files, taken once while a file stays what it is, and ahead of time in the background."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final, NamedTuple

from rfm_engine.system.regular_files import FileState, describe_state, open_regular

if TYPE_CHECKING:
    from collections.abc import Iterable
    from io import BufferedReader


HEAD: Final = 65_536
"""Bytes that are read at first: for a small file a loop over blocks takes a quarter more."""


class Digest(NamedTuple):
    """The size of a file in bytes, and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


_known: Final[dict[FileState, Digest]] = {}
_reading: Final = Lock()
"""Held while a digest is taken: who needs the one that is being taken ahead waits for it."""


def take_digest(path: Path, *, follow_links: bool = True) -> Digest:
    """Return the digest of the bytes that a file has now; errors as `open_regular`."""
    with open_regular(path, follow_links=follow_links) as file:
        return _read(file)


def find_digest(path: str | Path, *, follow_links: bool = True) -> Digest:
    """Return the digest of a file, read anew only where it is not what it was; errors as `open_regular`."""
    with open_regular(path, follow_links=follow_links) as file:
        state = describe_state(os.fstat(file.fileno()))
        with _reading:
            if state not in _known:
                _known[state] = _read(file)
            return _known[state]


def _read(file: BufferedReader) -> Digest:
    head = file.read(HEAD)
    if len(head) < HEAD:
        return Digest(len(head), hashlib.sha256(head).hexdigest())
    digest = hashlib.file_digest(file, partial(hashlib.sha256, head)).hexdigest()
    return Digest(file.tell(), digest)


def digest_ahead(folders: Iterable[Path]) -> Thread:
    """Begin to take the digests of the files in folders, so that `find_digest` has them; return the thread."""
    found = ((place, names) for folder in folders for place, _, names in os.walk(folder))
    return digest_files_ahead(Path(place) / name for place, names in found for name in names)


def digest_files_ahead(paths: Iterable[Path]) -> Thread:
    """Begin to take the digests of files, so that `find_digest` has them; return the thread."""
    thread = Thread(target=_digest_all, args=(paths,), name="digests ahead", daemon=True)
    thread.start()
    return thread


def _digest_all(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):  # whoever needs its digest reports it
            find_digest(path)

"""The order files of a run while it works: their digests, and whether they stay what they were."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, ClassVar, Final

from polars.exceptions import PanicException

from rfm_engine.errors import DataError
from rfm_engine.system.regular_files import find_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from rfm_engine.system.regular_files import FileState

BLOCK: Final = 1 << 20


class InputFingerprints:
    """The files as they were when the run began, and a thread that takes their SHA-256 while the run reads them.

    hashlib works without the interpreter's lock: 258 MB took 0.2 s of one core, in a run of 8 s that
    took no longer for it. `digested_bytes` counts the bytes of all such threads of the process. `start_digests` are
    those of the first bytes of files, as many as `starts` says. A file in the state (`find_state`) that is `known` has
    the digest that is known with it, and is not read.
    """

    digested_bytes: ClassVar[int] = 0

    def __init__(
        self,
        paths: Sequence[Path],
        sources: Sequence[Path] = (),
        starts: Mapping[Path, int] | None = None,
        known: Mapping[Path, tuple[FileState, str]] | None = None,
    ) -> None:
        self._sources = dict(zip(paths, sources or paths, strict=True))
        self._places = {path: path if path.exists() else source for path, source in self._sources.items()}
        self._began = {path: find_state(place) for path, place in self._places.items()}
        self._starts = dict(starts or {})
        self._digests = {path: digest for path, (state, digest) in (known or {}).items() if self._began[path] == state}
        self.start_digests: dict[Path, str] = {}
        self._ended = Event()
        self._thread = Thread(target=self._digest, name="digests of inputs", daemon=True)
        self._thread.start()

    def _digest(self) -> None:
        for path, source in self._sources.items():
            if path in self._digests:
                continue
            digest, left = hashlib.sha256(), self._starts.get(path, 0)
            try:
                with source.open("rb") as file:
                    while (block := file.read(min(BLOCK, left) or BLOCK)) and not self._ended.is_set():
                        digest.update(block)
                        if left and not (left := left - len(block)):
                            self.start_digests[path] = digest.hexdigest()
                        InputFingerprints.digested_bytes += len(block)
            except OSError:
                continue  # `refuse_changes` reports that it is gone
            self._digests[path] = digest.hexdigest()

    def end(self) -> None:
        """Take no more digests."""
        self._ended.set()

    def refuse_changes(self) -> None:
        """Check that every file is still what it was.

        Raises:
            DataError: The files that are not; what was read of them is of no use.
        """
        if changed := [str(path) for path, state in self._began.items() if find_state(self._places[path]) != state]:
            message = f"changed while the run read it: {', '.join(changed)}; run again when nobody writes to it"
            raise DataError(message)

    @contextmanager
    def report_changes(self) -> Iterator[None]:
        """Report an error from within the block as the change of a file, where there was one."""
        try:
            yield
        except (Exception, PanicException):
            self.refuse_changes()
            raise

    def describe_inputs(self) -> list[dict[str, Any]]:
        """Return each file's name, size and digest, of the bytes that were read.

        Raises:
            DataError: As `refuse_changes`.
        """
        self._thread.join()
        self.refuse_changes()
        return [
            {"file": path.as_posix(), "bytes": state.size, "sha256": self._digests[path]}
            for path, state in self._began.items()
            if state
        ]


@contextmanager
def fingerprint_inputs(
    paths: Sequence[Path],
    sources: Sequence[Path] = (),
    starts: Mapping[Path, int] | None = None,
    known: Mapping[Path, tuple[FileState, str]] | None = None,
) -> Iterator[InputFingerprints]:
    """Take the digests of the files, from the `sources`, while they are read; errors as in `report_changes`."""
    fingerprints = InputFingerprints(paths, sources, starts, known)
    try:
        with fingerprints.report_changes():
            yield fingerprints
    finally:
        fingerprints.end()

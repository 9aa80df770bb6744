"""Results that are made of finished runs: a folder of files with a record, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rfm_engine.errors import OutputError
from rfm_engine.output.folder import replace_folder
from rfm_engine.output.record import RECORD, SCHEMA_VERSION, Manifest, digest_file, digest_folder, list_files
from rfm_engine.output.versions import find_versions
from rfm_engine.system.digests import digest_ahead
from rfm_engine.system.regular_files import find_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


class DerivedRecord(Manifest):
    """What a derived folder says of itself: the command and its options, the files it was made of and holds."""

    command: str
    options: dict[str, Any]


def write_derived(
    folder: Path, command: str, options: dict[str, Any], sources: Iterable[Path], fill: Callable[[Path], object]
) -> Path:
    """Write a folder by `fill`, add its record, and put it in its place; return the folder.

    `sources` are the files, and the folders of runs, that it was made of. `rfm-engine verify FOLDER` compares all of
    them, and what the folder holds, with the record.

    Raises:
        OutputError: The folder holds files that no such command wrote, or it can't be written, or a source changed
            while it was read; what was there stays.
    """
    digest_ahead([folder])
    inputs = [path for source in sources for path in (list_files(source) if source.is_dir() else [source])]
    with replace_folder(folder) as partial:
        states = {path: find_state(path) for path in inputs}
        digests = [digest_file(path, path.as_posix()) for path in inputs]
        fill(partial)
        if changed := [str(path) for path in inputs if find_state(path) != states[path]]:
            message = f"{folder}: {', '.join(changed)} changed meanwhile; run {command} again"
            raise OutputError(message)
        record = DerivedRecord(
            schema_version=SCHEMA_VERSION,
            command=command,
            options=options,
            inputs=digests,
            outputs=digest_folder(partial),
            versions=find_versions(),
        )
        (partial / RECORD).write_text(record.model_dump_json(indent=1) + "\n", "utf-8", newline="\n")
    return folder

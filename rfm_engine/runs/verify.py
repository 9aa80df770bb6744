"""Whether the files of a folder of results, and what it was made of, are still what its record says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rfm_engine.errors import DataError, UsageError
from rfm_engine.object_stores.uris import ObjectPath, is_object_uri
from rfm_engine.output.folder import describe_difference, find_difference, find_foreign
from rfm_engine.output.record import Manifest, read_record
from rfm_engine.system.atomic_dir import recover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.output.record import FileDigest


class Verification(NamedTuple):
    """How many files the record names, what is not as it says, one line each, and the objects that were not read."""

    inputs: int
    outputs: int
    differences: list[str]
    unread: tuple[str, ...] = ()


def verify(folder: Path, orders_in: Path | None = None, *, remote: bool = False) -> Verification:
    """Compare the inputs and outputs of a run with the sizes and digests in its record.

    A relative input is looked for where the command runs; with `orders_in`, there: under the longest tail of its
    recorded path that exists. Inputs in an object store are read again only if they may be `remote`. run.json itself
    has no digest.

    Raises:
        UsageError: The folder holds no run, or `orders_in` is no folder.
    """
    if orders_in is not None and not orders_in.is_dir():
        message = f"{orders_in}: no such folder; name the one that holds the order files"
        raise UsageError(message)
    recover(folder)
    record = read_record(folder, Manifest)
    far = [one for one in record.inputs if is_object_uri(one.file) and orders_in is None]
    near = [one for one in record.inputs if one not in far]
    faults = _check_objects(far) if remote else []
    differences = [*_check_inputs(near, orders_in), *faults, *_check_outputs(record.outputs, folder)]
    if differences and read_record(folder, Manifest) != record:  # another run took its place meanwhile
        return verify(folder, orders_in, remote=remote)
    unread = () if remote else tuple(one.file for one in far)
    return Verification(len(record.inputs) - len(unread), len(record.outputs), differences, unread)


def _check_objects(recorded: Sequence[FileDigest]) -> list[str]:
    return [f"input {fault}" for one in recorded if (fault := _find_change(one))]


def _find_change(one: FileDigest) -> str | None:
    from rfm_engine.object_stores.copying import digest_object  # noqa: PLC0415 needed for object stores alone

    try:
        now = digest_object(ObjectPath(one.file))
    except DataError as error:
        return str(error)
    fault = describe_difference(one, *now)
    return fault and f"{one.file}: {fault}"


def _check_inputs(recorded: Sequence[FileDigest], orders_in: Path | None) -> list[str]:
    found = [(one, _locate(Path(one.file), orders_in)) for one in recorded]
    faults = [
        f"input {_name_input(one.file, path)}: {fault}"
        for one, path in found
        if (fault := find_difference(one, path, follow_links=True))
    ]
    if any(not path.is_file() for _, path in found):
        looked = orders_in or Path.cwd()
        faults.append(f"(inputs were looked for in {looked}; say where they are with --orders-in)")
    return faults


def _name_input(recorded: str, path: Path) -> str:
    return recorded if recorded == path.as_posix() else f"{recorded} (now {path})"


def _locate(recorded: Path, orders_in: Path | None) -> Path:
    if orders_in is None:
        return recorded
    parts = [part for part in recorded.parts if part not in (recorded.anchor, "..")]
    tails = (orders_in.joinpath(*parts[start:]) for start in range(len(parts)))
    return next((path for path in tails if path.is_file()), orders_in / recorded.name)


def _check_outputs(recorded: Sequence[FileDigest], folder: Path) -> list[str]:
    faults = [f"output {one.file}: {fault}" for one in recorded if (fault := find_difference(one, folder / one.file))]
    return faults + [f"output {name}: extra, no run wrote it" for name in find_foreign(folder, list(recorded))]

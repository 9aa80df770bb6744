"""Whether a run's files, and the orders it was made of, are still what its record says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rfm_engine.errors import UsageError
from rfm_engine.output.record import RECORD, Manifest, digest_file, read_record
from rfm_engine.system.atomic_dir import recover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.output.record import FileDigest


class Verification(NamedTuple):
    """How many files the record names, and what is not as it says, one line each."""

    inputs: int
    outputs: int
    differences: list[str]


def verify(folder: Path, orders_in: Path | None = None) -> Verification:
    """Compare the inputs and outputs of a run with the sizes and digests in its record.

    A relative input is looked for where the command runs; with `orders_in`, there: under the longest tail of its
    recorded path that exists. run.json itself has no digest.

    Raises:
        UsageError: The folder holds no run, or `orders_in` is no folder.
    """
    if orders_in is not None and not orders_in.is_dir():
        message = f"{orders_in}: no such folder; name the one that holds the order files"
        raise UsageError(message)
    recover(folder)
    record = read_record(folder, Manifest)
    differences = [*_check_inputs(record.inputs, orders_in), *_check_outputs(record.outputs, folder)]
    if differences and read_record(folder, Manifest) != record:  # another run took its place meanwhile
        return verify(folder, orders_in)
    return Verification(len(record.inputs), len(record.outputs), differences)


def _check_inputs(recorded: Sequence[FileDigest], orders_in: Path | None) -> list[str]:
    found = [(one, _locate(Path(one.file), orders_in)) for one in recorded]
    faults = [
        f"input {_name_input(one.file, path)}: {fault}" for one, path in found if (fault := _difference(one, path))
    ]
    if any(not path.is_file() for _, path in found):
        looked = orders_in or Path.cwd()
        faults.append(f"(inputs were looked for in {looked}; state where they are with --orders-in)")
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
    faults = [f"output {one.file}: {fault}" for one in recorded if (fault := _difference(one, folder / one.file))]
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    extra = sorted(found - {RECORD} - {one.file for one in recorded})
    return faults + [f"output {name}: extra, no run wrote it" for name in extra]


def _difference(recorded: FileDigest, path: Path) -> str | None:
    if not path.is_file():
        return "missing"
    try:
        now = digest_file(path, recorded.file)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if now.bytes != recorded.bytes:
        return f"changed, {now.bytes:,} bytes instead of {recorded.bytes:,}"
    if now.sha256 != recorded.sha256:
        return "changed, the same size but another digest"
    return None

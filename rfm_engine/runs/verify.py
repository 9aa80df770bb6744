"""Whether the files of a folder of results, and what it was made of, are still what its record says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rfm_engine.errors import UsageError
from rfm_engine.output.folder import find_difference, find_foreign
from rfm_engine.output.record import Manifest, read_record
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

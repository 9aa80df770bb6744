"""Tables of a lake among order files: a folder of Parquet files, of which only some count, as its log says."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from rfm_engine.errors import UsageError

LOG: Final = "_delta_log"
ICEBERG: Final = "metadata/*.metadata.json"
MISSING: Final = "is a Delta table, which needs a further package: pip install 'rfm-engine[lake]'"
FEATURES: Final = {"timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"}
"""What a table may need of its readers: its files are read as they are, without rows that a side file deletes."""


class DeltaTable(NamedTuple):
    """The files of a Delta table that count, and the version that they are of."""

    files: list[Path]
    version: int


def is_delta_table(folder: Path) -> bool:
    """Return whether a folder is a Delta table."""
    return (folder / LOG).is_dir()


def read_delta_table(folder: Path) -> DeltaTable:
    """Return the files of the newest version of a Delta table, sorted.

    Raises:
        UsageError: The package that it needs is absent; the log cannot be read; files are not to be read as they are.
    """
    try:
        import deltalake  # noqa: PLC0415 needed for such tables alone
        from deltalake.exceptions import DeltaError  # noqa: PLC0415 likewise
    except ImportError as error:
        message = f"{folder}: {MISSING}"
        raise UsageError(message) from error
    whole = folder.absolute()
    try:
        table = deltalake.DeltaTable(whole)
        files = [folder / Path(uri).relative_to(whole) for uri in table.file_uris()]
    except (DeltaError, OSError, ValueError) as error:
        message = f"{folder}: a Delta table that cannot be read ({str(error).partition(chr(10))[0]})"
        raise UsageError(message) from error
    needed = {*(table.protocol().reader_features or ())}
    if table.metadata().configuration.get("delta.columnMapping.mode", "none") != "none":
        needed.add("columnMapping")
    if unknown := sorted(needed - FEATURES):
        message = f"{folder}: a Delta table with {', '.join(unknown)} cannot be read; write it without, or query it"
        raise UsageError(message)
    return DeltaTable(sorted(files), table.version())


def refuse_iceberg(folder: Path) -> None:
    """Refuse the folder of an Iceberg table: only its catalog knows which of its files count.

    Raises:
        UsageError: It is one.
    """
    if any(folder.glob(ICEBERG)):
        message = f"{folder}: an Iceberg table, whose catalog alone knows which files count; export it, or query it"
        raise UsageError(message)

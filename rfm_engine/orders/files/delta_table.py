"""Delta tables: which files count, as their log says."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import deltalake
from deltalake.exceptions import DeltaError

from rfm_engine.errors import UsageError
from rfm_engine.orders.files.lake_table import LakeTable

FEATURES: Final = {"timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"}
"""What a table may need of its readers: its files are read as they are, without rows that a side file deletes."""


def read_delta_table(folder: Path) -> LakeTable:
    """Return the files of the newest version of a Delta table.

    Raises:
        UsageError: The log cannot be read; files are not to be read as they are.
    """
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
    return LakeTable(dict.fromkeys(sorted(files)), table.version(), are_folders_columns=True)

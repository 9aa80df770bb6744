"""What every table of a lake is to the orders: a folder of files, of which only some count."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rfm_engine.orders.files.order_file import TableColumn


class LakeTable(NamedTuple):
    """The files of a table that count, sorted, and the version that they are of.

    A file has the columns of the table where they are others than its own. `are_folders_columns` is whether
    `column=value` folders give values to the rows.
    """

    files: Mapping[Path, tuple[TableColumn, ...] | None]
    version: int | None
    are_folders_columns: bool

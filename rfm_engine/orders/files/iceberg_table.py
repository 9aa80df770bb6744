"""Iceberg tables: which files count, as the current snapshot says, and what their columns are called by now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow.parquet
from pyiceberg.catalog.noop import NoopCatalog
from pyiceberg.io.pyarrow import pyarrow_to_schema
from pyiceberg.manifest import FileFormat
from pyiceberg.serializers import FromInputFile
from pyiceberg.table import FileScanTask, Table
from pyiceberg.transforms import IdentityTransform

from rfm_engine.errors import RfmError, UsageError
from rfm_engine.orders.files.iceberg_folder import LocalFile, TableFolder, describe_outside, find_current_metadata
from rfm_engine.orders.files.lake_table import LakeTable
from rfm_engine.orders.files.order_file import TableColumn
from rfm_engine.system.regular_files import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pyiceberg.schema import Schema
    from pyiceberg.table.metadata import TableMetadata

MOST_NAMED: Final = 3


def read_iceberg_table(folder: Path) -> LakeTable:
    """Return the files of the current snapshot of an Iceberg table.

    Raises:
        UsageError: Metadata or a file's footer cannot be read; files lie outside, or are not to be read as they are.
    """
    path = find_current_metadata(folder)
    try:
        return _read_table(folder, path)
    except RfmError:
        raise
    except Exception as error:
        message = f"{folder}: an Iceberg table that cannot be read ({str(error).partition(chr(10))[0]})"
        raise UsageError(message) from error


def _read_table(folder: Path, path: Path) -> LakeTable:
    metadata = FromInputFile.table_metadata(LocalFile(path))
    place = TableFolder(folder, metadata.location)
    table = Table(("table",), metadata, str(path), place, NoopCatalog("none"))
    tasks = list(table.scan().plan_files())
    _refuse_unfit(folder, metadata, tasks, place)
    found = {place.find(task.file.file_path): task for task in tasks}
    files = {path: _read_columns(path, task, metadata) for path, task in found.items() if path is not None}
    return LakeTable(dict(sorted(files.items())), metadata.current_snapshot_id, are_folders_columns=False)


def _refuse_unfit(folder: Path, metadata: TableMetadata, tasks: Sequence[FileScanTask], place: TableFolder) -> None:
    """Refuse files that are not to be read as they are: not Parquet, or with rows that a side file deletes."""
    if outside := [task.file.file_path for task in tasks if place.find(task.file.file_path) is None]:
        message = f"{folder}: {describe_outside(sorted(outside), metadata.location)}"
        raise UsageError(message)
    if any(task.delete_files for task in tasks):
        message = f"{folder}: an Iceberg table with rows that delete files remove; compact it, or query it"
        raise UsageError(message)
    if kinds := sorted({task.file.file_format.value for task in tasks if task.file.file_format != FileFormat.PARQUET}):
        message = f"{folder}: an Iceberg table with files of {', '.join(kinds)}; only Parquet is read"
        raise UsageError(message)


def _read_columns(path: Path, task: FileScanTask, metadata: TableMetadata) -> tuple[TableColumn, ...] | None:
    """Return the table's columns as a file has them; None where they are the file's own.

    A column is known by its id in the file, or by the names that the table keeps for files without ids.
    """
    with open_regular(path) as file:
        footer = pyarrow.parquet.read_schema(file)
    stored = pyarrow_to_schema(footer, metadata.name_mapping(), downcast_ns_timestamp_to_us=True)
    columns = tuple(_list_columns(path, stored, metadata.schema(), _list_partition_values(task, metadata)))
    own = {field.name: field.name for field in stored.fields}
    return None if {column.name: column.stored_as for column in columns} == own else columns


def _list_columns(path: Path, stored: Schema, table: Schema, values: dict[int, str]) -> Iterator[TableColumn]:
    by_id = {field.field_id: field for field in stored.fields}
    for field in table.fields:
        own = by_id.get(field.field_id)
        if own is None and field.initial_default is not None and field.field_id not in values:
            message = (
                f"{path}: lacks the column {field.name!r}, for which the Iceberg table has a default; rewrite the file"
            )
            raise UsageError(message)
        if own is not None and not field.field_type.is_primitive and own.field_type != field.field_type:
            message = (
                f"{path}: the fields in the column {field.name!r} are others in the Iceberg table; rewrite the file"
            )
            raise UsageError(message)
        yield TableColumn(field.name, None if own is None else own.name, values.get(field.field_id))


def _list_partition_values(task: FileScanTask, metadata: TableMetadata) -> dict[int, str]:
    """Return the values of the columns that split the table, as text: files that were taken over may lack them."""
    fields = metadata.specs()[task.file.spec_id].fields
    types = {field.field_id: field.field_type for field in metadata.schema().fields}
    return {
        field.source_id: field.transform.to_human_string(types[field.source_id], task.file.partition[place])
        for place, field in enumerate(fields)
        if isinstance(field.transform, IdentityTransform)
        and field.source_id in types
        and task.file.partition[place] is not None
    }

"""`[[orders]]`: order files of one dataset that are read each in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer

from rfm_engine.orders.files.paths import find_confined_files, find_order_files, refuse_repeats
from rfm_engine.orders.read_options import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.orders.files.order_file import OrderFile


class OrderTable(ReadOptions):
    """Some files, and the options of reading that hold for them instead of the dataset's.

    >>> table = OrderTable(files="jd/*.csv", encoding="gb18030", columns={"customer_id": "buyer"})
    >>> table.over(ReadOptions(unit="fen", columns={"order_id": "no"})).columns
    {'order_id': 'no', 'customer_id': 'buyer'}
    """

    files: tuple[str, ...] = Field(min_length=1, description="order files, globs or folders, beside the dataset file")

    @field_validator("files", mode="before")
    @classmethod
    def _list_files(cls, files: object) -> object:
        return (files,) if isinstance(files, str) else files

    @model_serializer(mode="wrap")
    def _keep_given(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in dump(self).items() if key in self.model_fields_set}

    def over(self, options: ReadOptions) -> ReadOptions:
        """Return the options of a dataset with those of the table laid over them."""
        given = {key: getattr(self, key) for key in self.model_fields_set - {"files"}}
        return options.model_copy(update=given | {"columns": options.columns | self.columns})


def is_elsewhere(entry: str | OrderTable) -> bool:
    """Return whether an entry names a table (`table:sales.orders`) or a remote place, which a gatherer reads.

    >>> is_elsewhere("table:sales.orders"), is_elsewhere("s3a://shop/orders"), is_elsewhere("orders/*.parquet")
    (True, True, False)
    """
    return isinstance(entry, str) and (entry.startswith("table:") or ("://" in entry and not entry.startswith("file:")))


def find_files(
    entries: Sequence[str | OrderTable], folder: Path, options: ReadOptions, *, anywhere: bool
) -> list[OrderFile]:
    """Return the files that patterns and tables name, sorted, each with the options of its table.

    Raises:
        UsageError: As `find_order_files`, or `find_confined_files` where they may not lie `anywhere`.
    """
    find = find_order_files if anywhere else find_confined_files
    patterns = [entry for entry in entries if isinstance(entry, str)]
    files = find(patterns, folder, options) if patterns else []
    for table in entries:
        if isinstance(table, OrderTable):
            files += find(table.files, folder, table.over(options))
    refuse_repeats([file.path for file in files])
    return sorted(files, key=lambda file: file.path)

"""Where a dataset's orders are: in files, each read in its own way, in a database, or counted elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from rfm_engine.config.key_types import READING
from rfm_engine.databases.queries import Address, OrderQuery, select_all
from rfm_engine.object_stores.uris import is_object_uri, refuse_bad_uris
from rfm_engine.orders.files.paths import find_confined_files, find_order_files, refuse_repeats
from rfm_engine.orders.read_options import ReadOptions, is_absent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.orders.files.order_file import OrderFile


class OrderTable(ReadOptions):
    """`[[orders]]`: some files, and the options of reading that hold for them instead of the dataset's.

    >>> table = OrderTable(files="jd/*.csv", encoding="gb18030", columns={"customer_id": "buyer"})
    >>> table.over(ReadOptions(unit="fen", columns={"order_id": "no"})).columns
    {'order_id': 'no', 'customer_id': 'buyer'}
    """

    files: tuple[str, ...] = Field(min_length=1, description="order files, globs or folders, beside the dataset file")

    @field_validator("files", mode="before")
    @classmethod
    def _list_files(cls, files: object) -> object:
        return (files,) if isinstance(files, str) else files

    @model_validator(mode="after")
    def _complete(self) -> Self:
        type(self).model_rebuild()  # pydantic 2.12 cannot write a model that was built late, within another
        return self

    @model_serializer
    def _list_given(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in type(self).model_fields if key in self.model_fields_set}

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


class OrderPlaces(ReadOptions):
    """The keys of a dataset that say where its orders are, or its customers where these were counted elsewhere."""

    customers: tuple[str, ...] = Field(default=(), description="instead of orders: files of counted customers")
    ledger: str | None = Field(
        default=None,
        description="of customers: a file with how many rows of their orders came to which outcome",
        json_schema_extra={"form": "path"},
    )
    database: Address | None = Field(
        default=None,
        description="instead of order files: postgresql://user@host/database, mysql://, sqlite:///path, or env",
        json_schema_extra=READING,
        exclude_if=is_absent,
    )
    query: str | None = Field(
        default=None,
        description="of a database: the statement that selects the orders",
        json_schema_extra=READING,
        exclude_if=is_absent,
    )
    table: str | None = Field(
        default=None,
        description="of a database: the table of the orders, such as sales.orders, instead of a query",
        json_schema_extra=READING,
        exclude_if=is_absent,
    )
    orders: tuple[str | OrderTable, ...] = Field(
        default=(), validate_default=True, description="order files, globs or folders, beside the dataset file"
    )

    @field_validator("orders")
    @classmethod
    def _check_orders(cls, orders: tuple[str | OrderTable, ...], given: ValidationInfo) -> tuple[str | OrderTable, ...]:
        if "database" not in given.data:  # it is refused already
            return orders
        customers, database = given.data.get("customers", ()), given.data["database"]
        if not (orders or customers or database):
            raise PydanticCustomError("missing", "expected order files")  # noqa: EM101 as pydantic's own
        if orders and customers:
            message = "name orders, or customers that were counted elsewhere, not both"
            raise ValueError(message)
        if orders and database:
            message = "name order files, or a database that the orders lie in, not both"
            raise ValueError(message)
        return orders

    @model_validator(mode="after")
    def _check_places(self) -> Self:
        if self.ledger is not None and not self.customers:
            message = "ledger: of customers that were counted elsewhere; orders make their own"
            raise ValueError(message)
        if self.database is None and (idle := self.query or self.table):
            message = f"{'query' if self.query else 'table'}: of a database; name it, --database URI (got {idle!r})"
            raise ValueError(message)
        if self.database is not None and self.customers:
            message = "name customers that were counted elsewhere, or a database that the orders lie in, not both"
            raise ValueError(message)
        if self.database is not None and (self.query is None) == (self.table is None):
            message = (
                "a database needs the table of the orders or a query for them, --table NAME or --query SQL, not both"
            )
            raise ValueError(message)
        return self

    @property
    def order_query(self) -> OrderQuery | None:
        """What to ask the database for, where the orders lie in one."""
        if self.database is None:
            return None
        if self.table is None:
            return OrderQuery(self.database, str(self.query), "query")
        return OrderQuery(self.database, select_all(self.table, self.database), self.table)


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


def split_remote(
    entries: Sequence[str | OrderTable], options: ReadOptions
) -> tuple[list[str | OrderTable], tuple[tuple[str, ReadOptions], ...]]:
    """Return the entries that name files, and the URIs of objects, each with the options of its table.

    Raises:
        UsageError: As `refuse_bad_uris`.
    """
    near: list[str | OrderTable] = []
    remote: list[tuple[str, ReadOptions]] = []
    for entry in entries:
        files = (entry,) if isinstance(entry, str) else entry.files
        own = options if isinstance(entry, str) else entry.over(options)
        remote += [(file, own) for file in files if is_object_uri(file)]
        if here := tuple(file for file in files if not is_object_uri(file)):
            near.append(entry if isinstance(entry, str) else entry.model_copy(update={"files": here}))
    refuse_bad_uris([uri for uri, _ in remote])
    return near, tuple(remote)

"""One order file: where it lies, what the folders above it say, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Self

    from rfm_engine.order_source import OrderSource
    from rfm_engine.orders.read_options import OrderFormat, ReadOptions


class TableColumn(NamedTuple):
    """A column of an Iceberg table in one of its files: under which name, or the one value of all rows; else null."""

    name: str
    stored_as: str | None
    value: str | None = None


NO_PARTITION: Final = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True, kw_only=True)
class OrderFile:
    """An order file as it was named, and how it is read.

    `root` is the folder that was named, by itself or before the first wildcard of a glob; for a file named by itself
    its own folder. `home` is the folder that it must not leave. `opened` is where the bytes are read from, if that is
    not `path`; `sources` are the order sources whose headers may be recognised. `etag` is the version of the object
    that the file is a copy of, `version` that of the table of a lake that it belongs to. `columns` are those of the
    table where they are others than its own, `are_folders_columns` is whether `folder_columns` hold for its rows.
    """

    path: Path
    options: ReadOptions
    root: Path | None = None
    home: Path | None = None
    opened: Path | None = None
    sources: tuple[OrderSource, ...] = ()
    etag: str | None = None
    version: int | None = None
    columns: tuple[TableColumn, ...] | None = None
    are_folders_columns: bool = True

    @property
    def source(self) -> Path:
        """Where the bytes are read from."""
        return self.opened or self.path

    @cached_property
    def format(self) -> OrderFormat | None:
        """The format given, or that of the file's suffix; None where neither says it."""
        return self.options.format_of(self.path)

    @cached_property
    def folder_columns(self) -> dict[str, str | None]:
        """The values that `column=value` folders below the named one give to all rows, as text.

        What stands for bytes that are no UTF-8, such as `%FF`, stays as it is written: two such names are two values.

        >>> from pathlib import Path
        >>> from rfm_engine.orders.read_options import ReadOptions
        >>> path = Path("region=Ghost/orders/region=%E5%9B%9B%E5%B7%9D/store=001/0.parquet")
        >>> OrderFile(path=path, options=ReadOptions(), root=Path("region=Ghost/orders")).folder_columns
        {'region': '四川', 'store': '001'}
        """
        return {} if self.root is None else _columns_of(self.path.parent, self.root)

    def read_from(self, place: Path) -> Self:
        """Return the file with its bytes at another place."""
        return replace(self, opened=place)


@lru_cache(256)
def _columns_of(folder: Path, root: Path) -> dict[str, str | None]:
    pairs = [part.partition("=") for part in folder.relative_to(root).parts if "=" in part.strip("=")]
    return {_decode(key): None if value == NO_PARTITION else _decode(value) for key, _, value in pairs if key}


def _decode(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def name_files(files: Iterable[OrderFile]) -> str:
    """Return the first file's path, and how many more there are.

    >>> from pathlib import Path
    >>> from rfm_engine.orders.read_options import ReadOptions
    >>> name_files([OrderFile(path=Path(name), options=ReadOptions()) for name in ("a.csv", "b.csv")])
    'a.csv and 1 more of the same columns'
    """
    first, *others = files
    return f"{first.path}{f' and {len(others)} more of the same columns' if others else ''}"

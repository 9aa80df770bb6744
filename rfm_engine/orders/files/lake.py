"""Tables of a lake among order files: a folder of Parquet files, of which only some count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from rfm_engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rfm_engine.orders.files.lake_table import LakeTable

Kind = Literal["Delta", "Iceberg"]

DELTA_LOG: Final = "_delta_log"
METADATA: Final = "metadata"


def find_kind(folder: Path) -> Kind | None:
    """Return which kind of table a folder is; None where it is none."""
    if (folder / DELTA_LOG).is_dir():
        return "Delta"
    metadata = folder / METADATA
    return "Iceberg" if metadata.is_dir() and any(metadata.glob("*.metadata.json")) else None


def refuse_tables(folders: Iterable[Path]) -> None:
    """Refuse folders that are tables, where a name or a pattern leads to their files.

    Raises:
        UsageError: One is.
    """
    for folder in folders:
        if kind := find_kind(folder):
            message = f"{folder}: {_with_article(kind)} table, of whose files only some count; name the folder"
            raise UsageError(message)


def read_table(folder: Path, kind: Kind) -> LakeTable:
    """Return the files of a table that count.

    Raises:
        UsageError: A package that it needs is absent; the table cannot be read.
    """
    try:
        if kind == "Delta":
            from rfm_engine.orders.files.delta_table import read_delta_table  # noqa: PLC0415 needed for such alone

            return read_delta_table(folder)
        from rfm_engine.orders.files.iceberg_table import read_iceberg_table  # noqa: PLC0415 likewise

        return read_iceberg_table(folder)
    except ImportError as error:
        message = (
            f"{folder}: {_with_article(kind)} table, which needs a further package: pip install 'rfm-engine[lake]'"
        )
        raise UsageError(message) from error


def _with_article(kind: Kind) -> str:
    return f"{'a' if kind == 'Delta' else 'an'} {kind}"

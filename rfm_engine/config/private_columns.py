"""What would reveal a private column past its token or its absence: folder names, and a header that serves twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine.columns import fold_header, known_headers
from rfm_engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rfm_engine.config.dataset import Dataset
    from rfm_engine.orders.files.order_file import OrderFile


def refuse_folder_ids(files: Iterable[OrderFile], dataset: Dataset) -> None:
    """Refuse to hide a column that stands in the names of folders: every path in messages and results reveals it.

    Raises:
        DataError: There is one; it names the headers, no value.
    """
    found = {header for file in files for header in file.folder_columns if _is_private(header, dataset)}
    if found:
        listed = ", ".join(f"{header}=..." for header in sorted(found))
        message = f"the order files stand in folders {listed}, whose names reveal what is to be hidden; move them"
        raise DataError(message)


def _is_private(header: str, dataset: Dataset) -> bool:
    mapped = {fold_header(one): name for name, one in dataset.columns.items()}
    name = mapped.get(fold_header(header)) or known_headers().get(fold_header(header))
    return name in {*dataset.pseudonymize, *dataset.drop}


def refuse_shared_headers(mappings: Mapping[str, Mapping[str, str]], dataset: Dataset) -> None:
    """Refuse a header that holds a private column and a second one, which would show its values.

    Raises:
        DataError: There are some; it names the headers and their columns.
    """
    private = {*dataset.pseudonymize, *dataset.drop, *dataset.generalize}
    found = {
        (header, columns)
        for mapping in {
            id(mapping): mapping for mapping in mappings.values()
        }.values()  # files of a layout share theirs
        for header in mapping.values()
        if len(columns := tuple(name for name, one in mapping.items() if one == header)) > 1
        and private.intersection(columns)
    }
    if found:
        listed = "; ".join(f"{header!r} holds {' and '.join(columns)}" for header, columns in sorted(found))
        message = f"a private column would be shown under another name: {listed}; map one of them to another header"
        raise DataError(message)

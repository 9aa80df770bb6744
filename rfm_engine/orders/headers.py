"""Which header of a file holds which canonical column."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rfm_engine.columns import CHINESE, REQUIRED, folded, recognised
from rfm_engine.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def matched(headers: Sequence[str], columns: Mapping[str, str], extra: Sequence[str], where: str) -> dict[str, str]:
    """Return which header, as it stands in the file, holds each canonical column and each `extra` one.

    A mapped header wins, compared exactly and then folded (width, case, spaces); then the canonical name or the Chinese
    header; then a known alias. Headers without a meaning are ignored.

    >>> matched(["ＩＤ ", "金额", "date", "note"], {"customer_id": "id"}, (), "a.csv")
    {'customer_id': 'ＩＤ ', 'order_amount': '金额', 'order_time': 'date'}

    Raises:
        DataError: Required columns that are missing, mapped headers that are absent, and columns that several headers
            could hold; one error for all of them.
    """
    found = _candidates(headers, columns, extra)
    faults = [
        *_absent(found, columns, headers),
        *_missing(found, (*REQUIRED, *extra), headers),
        *_ambiguous(found),
        *_shared(found),
    ]
    if faults:
        raise DataError("\n".join([f"{where}: {'; '.join(faults)}", f"headers: {', '.join(map(repr, headers))}"]))
    return {name: hits[0] for name, hits in found.items() if hits}


def _candidates(headers: Sequence[str], columns: Mapping[str, str], extra: Sequence[str]) -> dict[str, list[str]]:
    """Return every header that could hold each column, by the strongest rule that finds any."""
    names = dict.fromkeys((*_canonical(), *extra, *columns))
    free = [header for header in headers if header not in columns.values()]
    return {
        name: _alike(columns[name], headers) if name in columns else _known(name, free)
        for name in names
    }


def _canonical() -> list[str]:
    return list(dict.fromkeys(recognised().values()))


def _alike(wanted: str, headers: Sequence[str]) -> list[str]:
    exact = [header for header in headers if header == wanted]
    return exact or [header for header in headers if folded(header) == folded(wanted)]


def _known(name: str, headers: Sequence[str]) -> list[str]:
    own = {folded(name), folded(CHINESE.get(name, name))}
    exact = [header for header in headers if folded(header) in own]
    aliases = recognised()
    return exact or [header for header in headers if aliases.get(folded(header)) == name]


def _absent(found: Mapping[str, list[str]], columns: Mapping[str, str], headers: Sequence[str]) -> list[str]:
    return [
        f"{name} is mapped to {header!r}, which is no header{nearest(header, headers)}"
        for name, header in columns.items()
        if not found[name]
    ]


def _missing(found: Mapping[str, list[str]], needed: Sequence[str], headers: Sequence[str]) -> list[str]:
    return []


def _ambiguous(found: Mapping[str, list[str]]) -> list[str]:
    return []


def _shared(found: Mapping[str, list[str]]) -> list[str]:
    return []

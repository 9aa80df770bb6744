"""Which header of a file holds which canonical column."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from rfm_engine.columns import (
    ALIASES,
    CHINESE,
    CURRENCY,
    ORDER_AMOUNT,
    QUANTITY,
    REFUNDED_AMOUNT,
    REQUIRED,
    UNIT_PRICE,
    fold_header,
    known_headers,
)
from rfm_engine.errors import DataError, quote_argument
from rfm_engine.orders.cells.line_amounts import drop_unused_factors
from rfm_engine.vocabulary.header_units import split_unit
from rfm_engine.vocabulary.headers import carried_headers, further_headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NO_HEADER: Final = "none"
"""Maps a column to no header at all."""

MONEY: Final = (ORDER_AMOUNT, UNIT_PRICE, REFUNDED_AMOUNT)
"""Columns whose header may say the unit of their amounts."""

MOST_LISTED: Final = 40
"""How many headers of a file a message lists."""


def match_headers(
    headers: Sequence[str], columns: Mapping[str, str], extra: Sequence[str], where: str
) -> dict[str, str]:
    """Return which header, as it stands in the file, holds each canonical column and each `extra` one.

    A header that `columns` maps wins, compared exactly and then folded (width, case, spaces); `none` is no header. Then
    the canonical name or the Chinese header; then a known alias; then a further one (`vocabulary.headers`). Optional
    columns that are not there are left out, and refunds where the amount is mapped; headers without a meaning are
    ignored. A quantity and the price of one piece stand for a missing amount.

    >>> match_headers(["ＩＤ ", "金额", "date", "note"], {"customer_id": "id"}, (), "a.csv")
    {'customer_id': 'ＩＤ ', 'order_amount': '金额', 'order_time': 'date'}

    Raises:
        DataError: Required or extra columns that are missing, mapped headers that are absent, and columns that several
            headers could hold; one error for all of them.
    """
    names = tuple(dict.fromkeys((*ALIASES, *extra)))
    absent = {name for name in names if columns.get(name) == NO_HEADER}
    if ORDER_AMOUNT in columns and REFUNDED_AMOUNT not in columns:
        absent.add(REFUNDED_AMOUNT)
    columns = {name: header for name, header in columns.items() if name not in absent}
    mapped = {name: _find_mapped(headers, columns[name]) for name in names if name in columns}
    used = {header for name, hits in mapped.items() if name != CURRENCY for header in hits}  # amounts may name theirs
    free = [header for header in headers if header not in used]
    found = mapped | {name: _find_known(free, name) for name in names if name not in mapped}
    found |= {key: [] for key in absent}
    faults = [*_absent(mapped, columns, headers), *_missing(found, columns, extra, headers), *_ambiguous(found)]
    if faults:
        aliases = known_headers()  # what is not among them may be the first row of a file without a header
        raise DataError(
            _message(faults, headers, where), *(repr(one) for one in headers if fold_header(one) not in aliases)
        )
    return drop_unused_factors({name: found[name][0] for name in names if found[name]}, columns)


def _find_mapped(headers: Sequence[str], header: str) -> list[str]:
    exact = [one for one in headers if one == header]
    return exact or [one for one in headers if fold_header(one) == fold_header(header)]


def _find_known(headers: Sequence[str], name: str) -> list[str]:
    own = {fold_header(name), fold_header(CHINESE.get(name, name))}
    aliases = known_headers()
    return (
        [one for one in headers if fold_header(one) in own]
        or [one for one in headers if aliases.get(fold_header(one)) == name]
        or [one for one in headers if fold_header(one) in carried_headers().get(name, ())]
        or _find_further(headers, name)
        or _find_with_unit(headers, name)
    )


def _find_further(headers: Sequence[str], name: str) -> list[str]:
    """Return the headers that hold the column if no better one does; for a column that may be absent only one can."""
    found = [one for one in headers if further_headers().get(fold_header(one)) == name]
    return found if name in REQUIRED or len(found) == 1 else []


def _find_with_unit(headers: Sequence[str], name: str) -> list[str]:
    """Return the headers of money that are known but for the unit behind them: Total (EUR)."""
    if name not in MONEY:
        return []
    units = {header: split_unit(header) for header in headers}
    names = {header: fold_header(unit.name) for header, unit in units.items() if unit is not None}
    found = [one for one, plain in names.items() if name in (known_headers().get(plain), further_headers().get(plain))]
    return found if name in REQUIRED or len(found) == 1 else []


def _absent(mapped: Mapping[str, list[str]], columns: Mapping[str, str], headers: Sequence[str]) -> list[str]:
    return [
        f"{name} is mapped to {columns[name]!r}, which is not there{_nearest((columns[name],), headers)}: "
        f"map another, --column {name}=HEADER"
        for name, hits in mapped.items()
        if not hits
    ]


def _missing(
    found: Mapping[str, list[str]], columns: Mapping[str, str], extra: Sequence[str], headers: Sequence[str]
) -> list[str]:
    used = {header for hits in found.values() for header in hits}
    free = [header for header in headers if header not in used]
    return [
        f"no header for {name}{_nearest(_spellings(name), free)}: map it, --column {name}=HEADER"
        for name in dict.fromkeys((*REQUIRED, *extra))
        if not found[name] and name not in columns and not (name == ORDER_AMOUNT and _has_price(found))
    ]


def _has_price(found: Mapping[str, list[str]]) -> bool:
    return bool(found.get(QUANTITY) and found.get(UNIT_PRICE))


def _ambiguous(found: Mapping[str, list[str]]) -> list[str]:
    return [
        f"{name} could be any of {_quote_all(hits)}: "
        + (f"choose, {_list_options(name, hits)}" if len(set(hits)) > 1 else "rename all but one")
        for name, hits in found.items()
        if len(hits) > 1
    ]


def _list_options(name: str, headers: Sequence[str]) -> str:
    return " or ".join(f"--column {quote_argument(f'{name}={header}')}" for header in dict.fromkeys(headers))


def _spellings(name: str) -> tuple[str, ...]:
    return (name, CHINESE.get(name, name), *ALIASES.get(name, ()))


def _nearest(spellings: Iterable[str], headers: Sequence[str]) -> str:
    folds = {fold_header(header): header for header in headers}
    close = [hit for one in spellings for hit in get_close_matches(fold_header(one), folds, n=1, cutoff=0.7)]
    return f" (nearest: {folds[close[0]]!r})" if close else ""


def _message(faults: Sequence[str], headers: Sequence[str], where: str) -> str:
    more = f" and {len(headers) - MOST_LISTED} more" if len(headers) > MOST_LISTED else ""
    return "\n".join(
        (f"{where}: {'; '.join(faults)}", f"headers there: {_quote_all(headers[:MOST_LISTED]) or 'none'}{more}")
    )


def _quote_all(headers: Iterable[str]) -> str:
    return ", ".join(repr(header) for header in headers)

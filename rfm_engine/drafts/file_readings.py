"""The readings of one order file: what was understood of it, and how each reading came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from rfm_engine.columns import CURRENCY, ORDER_AMOUNT, ORDER_TIME, UNIT_PRICE, fold_header
from rfm_engine.orders.cells.amount_text import HOME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.order_source import OrderSource
    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.read_options import Unit
    from rfm_engine.orders.reading import Orders

Origin = Literal["given", "by the order source", "found in the data", "default"]
STYLES: Final = {"point": "point, as in 1,234.50", "comma": "comma, as in 1.234,50"}
UNITS: Final[dict[Unit, str]] = {"yuan": "1 {}", "ten_thousand_yuan": "10,000 {}", "fen": "minor units of {}"}
"""What a unit is of another currency than yuan."""

TYPED: Final = "typed in the file"


@dataclass(frozen=True, kw_only=True)
class FileReading:
    """One reading of a file: its name, what was understood, and how that came about."""

    name: str
    value: str
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class ColumnReading:
    """Which header of a file holds a column, its type in the file, and how the header was found."""

    column: str
    header: str
    type: str
    origin: Origin | Literal["known header"]


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """How files are read: their readings, the headers of their columns, and the headers that nothing reads."""

    readings: tuple[FileReading, ...]
    columns: tuple[ColumnReading, ...]
    unread: tuple[str, ...]


def group_files(orders: Orders) -> dict[Understanding, list[str]]:
    """Return the paths of the files that are read alike, by how they are read."""
    groups: dict[Understanding, list[str]] = {}
    for file in orders.files:
        path = str(file.path)
        readings = describe_file(file, orders) if path in orders.interpretations else ()
        unread = orders.unmapped.get(path, ())
        one = Understanding(readings=readings, columns=describe_columns(file, orders), unread=unread)
        groups.setdefault(one, []).append(path)
    return groups


def describe_file(file: OrderFile, orders: Orders) -> tuple[FileReading, ...]:
    """Return the readings of a file, in the order in which they are made."""
    return (*_describe_layout(file, orders), *_describe_cells(file, orders))


def describe_columns(file: OrderFile, orders: Orders) -> tuple[ColumnReading, ...]:
    """Return which header of a file holds each column."""
    source, types = orders.sources.get(str(file.path)), orders.dtypes[str(file.path)]
    return tuple(
        ColumnReading(
            column=name, header=header, type=types.get(name, ""), origin=_origin_of(name, header, file, source)
        )
        for name, header in orders.mapping[str(file.path)].items()
    )


def _origin_of(name: str, header: str, file: OrderFile, source: OrderSource | None) -> Origin | Literal["known header"]:
    if name in file.options.columns:
        return "given"
    known = {} if source is None else source.columns
    return "by the order source" if fold_header(known.get(name, "")) == fold_header(header) else "known header"


def _describe_layout(file: OrderFile, orders: Orders) -> Iterator[FileReading]:
    layout = orders.layouts.get(str(file.path), {})
    for key, value in layout.items():
        origin: Origin = "given" if _is_given(file, key) else "found in the data"
        if key == "sheet":
            yield FileReading(name="sheets", value=", ".join(map(str, value)), origin=origin)
        elif key != "skip_lines":
            yield FileReading(name=key, value=repr(value) if key == "separator" else str(value), origin=origin)
        elif file.options.no_header:
            yield FileReading(name="header", value="none, columns have numbers", origin="given")
        else:
            yield FileReading(name="header", value=f"line {int(str(value)) + 1}", origin=origin)


def _describe_cells(file: OrderFile, orders: Orders) -> Iterator[FileReading]:
    path = str(file.path)
    source, types, interpretation = orders.sources[path], orders.dtypes[path], orders.interpretations[path]
    options, text = interpretation.options, "String"
    style = STYLES[interpretation.style] if types.get(ORDER_AMOUNT, types.get(UNIT_PRICE)) == text else TYPED
    yield FileReading(name="amounts", value=style, origin=_origin(file, "amount_style", "decimal_comma"))
    unit = UNITS[options.unit].format(interpretation.currency) if interpretation.has_currency else options.unit
    yield FileReading(name="unit", value=unit.replace("_", " "), origin=_origin_by_source(file, "unit", source))
    yield _describe_currency(file, orders)
    form = options.order_time_format or "year, month, day"
    times = form if types[ORDER_TIME] == text else TYPED
    by_source = source is not None and source.time_format is not None
    origin: Origin = "by the order source" if by_source else "found in the data"
    yield FileReading(name="times", value=times, origin="given" if _is_given(file, "order_time_format") else origin)
    zone = options.time_zone
    yield FileReading(
        name="time zone", value=zone or "none, times are local", origin="default" if zone is None else "given"
    )


def _describe_currency(file: OrderFile, orders: Orders) -> FileReading:
    path = str(file.path)
    source, found = orders.sources[path], orders.interpretations[path].currency
    if CURRENCY in orders.mapping[path]:
        return FileReading(name="currency", value="as each row says", origin="found in the data")
    is_of_source = source is not None and source.currency == found
    origin: Origin = "default" if found is None else "by the order source" if is_of_source else "found in the data"
    return FileReading(name="currency", value=found or HOME, origin="given" if file.options.currency else origin)


def _is_given(file: OrderFile, *keys: str) -> bool:
    return any(getattr(file.options, key) not in (None, (), 0, False) for key in keys)


def _origin(file: OrderFile, *keys: str) -> Origin:
    return "given" if _is_given(file, *keys) else "found in the data"


def _origin_by_source(file: OrderFile, key: str, source: OrderSource | None) -> Origin:
    if key in file.options.model_fields_set:
        return "given"
    return "default" if source is None else "by the order source"

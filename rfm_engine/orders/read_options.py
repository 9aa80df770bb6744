"""How order files are read: the source of a dataset, and the files that a command names."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from rfm_engine.errors import nearest
from rfm_engine.orders.cells.amount_text import HOME, AmountStyle
from rfm_engine.orders.cells.times.formats import NAMES, is_instant, refuse_bad_format
from rfm_engine.vocabulary.currencies import CODE, CODES

if TYPE_CHECKING:
    from pathlib import Path

OrderFormat = Literal["csv", "parquet", "ndjson", "arrow", "excel"]
Unit = Literal["yuan", "ten_thousand_yuan", "fen"]

SUFFIXES: dict[str, OrderFormat] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), "csv"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".ndjson", ".jsonl", ".json"), "ndjson"),
    **dict.fromkeys((".arrow", ".ipc", ".feather"), "arrow"),
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"), "excel"),
}
"""The format of a file by its suffix; a text file may be compressed (`.csv.gz`)."""

FEN_PER_UNIT: dict[Unit, int] = {"yuan": 100, "ten_thousand_yuan": 1_000_000, "fen": 1}
ENCODINGS = ("utf-8", "utf-16", "gb18030", "gbk", "big5")


NO_ZONES: Final = ("localtime", "posixrules", "Factory")
"""Names that Python takes for time zones, though they are those of the machine or none."""


NO_TEXT: Final = ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined")
"""Codecs of Python that no file is saved in."""


def is_absent(value: object) -> bool:
    """Return whether a key is not given, so that records leave it out."""
    return value is None


def _refuse_escapes(encoding: str) -> None:
    if codecs.lookup(encoding).name.replace("_", "-") in NO_TEXT:
        raise LookupError


def _refuse_local_names(zone: str) -> None:
    if zone in NO_ZONES or zone.startswith(("posix/", "right/")):
        raise ValueError


class ReadOptions(BaseModel):
    """How order files are read; every key has a default that fits a plain UTF-8 file with known headers.

    >>> ReadOptions(unit="ten_thousand_yuan").fen_per_unit
    1000000
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    columns: dict[str, str] = Field(default={}, description="canonical name of a column -> its header in the file")
    orders_format: OrderFormat | None = Field(default=None, description="format of the files; by suffix unless given")
    encoding: str | None = Field(default=None, description="encoding of text files, such as gb18030; else UTF-8")
    separator: str | None = Field(default=None, description="one character; else the comma, tab or semicolon in use")
    quote: Literal['"', "none"] | None = Field(
        default=None, description="none where quotes are plain signs; else as the lines of the file show"
    )
    no_header: bool = Field(default=False, description="no line of headers; columns are named by their numbers, 1 on")
    sheet: tuple[str, ...] = Field(
        default=(), description="sheets of a workbook, or all; else those with the header of the first"
    )
    skip_lines: int = Field(default=0, ge=0, le=1_000_000, description="lines above the header")
    order_time_format: str | None = Field(
        default=None,
        description="strftime format, or dmy, mdy, epoch_seconds, excel_serial ...; else what fits all",
    )
    decimal_comma: bool = Field(default=False, description="amounts are written 1.234,50")
    amount_style: AmountStyle | None = Field(
        default=None, description="point (1,234.50) or comma (1.234,50); else what fits all amounts"
    )
    time_zone: str | None = Field(
        default=None, validate_default=True, description="IANA time zone of the orders, such as Asia/Shanghai"
    )
    unit: Unit = Field(default="yuan", description="unit of the amounts")
    currency: str | None = Field(
        default=None,
        description="the currency of amounts that name none, such as EUR; else yuan",
        exclude_if=is_absent,
    )

    @property
    def fen_per_unit(self) -> int:
        """How many fen one unit of the amounts is worth."""
        return FEN_PER_UNIT[self.unit]

    @property
    def foreign_currency(self) -> str | None:
        """The declared currency, if it is not yuan."""
        return None if self.currency == HOME else self.currency

    @property
    def given_style(self) -> AmountStyle | None:
        """The style of amounts by either of its two keys; None where the data are to show it."""
        return "comma" if self.decimal_comma else self.amount_style

    @property
    def has_decimal_comma(self) -> bool:
        """Whether the decimal mark of amounts in text is given as a comma."""
        return self.given_style == "comma"

    @field_validator("amount_style")
    @classmethod
    def _one_style(cls, style: str | None, given: ValidationInfo) -> str | None:
        """Refuse a point where a decimal comma is given too."""
        if style == "point" and given.data.get("decimal_comma"):
            message = "'point' contradicts decimal_comma; give one of the two"
            raise ValueError(message)
        return style

    @field_validator("sheet", mode="before")
    @classmethod
    def _list_sheets(cls, sheet: object) -> object:
        return (sheet,) if isinstance(sheet, str) else () if sheet is None else sheet

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str | None) -> str | None:
        """Refuse an encoding that Python cannot decode text with."""
        if encoding is not None:
            try:
                _refuse_escapes(encoding)
                codecs.getincrementaldecoder(encoding)().decode("a,1\n".encode(encoding), final=True)
            except (LookupError, TypeError, ValueError) as error:
                message = f"{encoding!r} is no known text encoding{nearest(encoding, ENCODINGS)}"
                raise ValueError(message) from error
        return encoding

    @field_validator("separator")
    @classmethod
    def _one_character(cls, separator: str | None) -> str | None:
        """Refuse a separator that a CSV reader cannot split at."""
        if separator is not None and (len(separator.encode()) != 1 or separator in '"\r\n'):
            message = f"{separator!r} is not one ASCII character other than a quote or a line end"
            raise ValueError(message)
        return separator

    @field_validator("order_time_format")
    @classmethod
    def _sound_format(cls, form: str | None) -> str | None:
        """Refuse a format that no time can be read by."""
        if form is not None and form not in NAMES:
            refuse_bad_format(form)
        return form

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str | None, given: ValidationInfo) -> str | None:
        """Refuse a time zone that the IANA database lacks, and instants without the one that decides their date."""
        form = given.data.get("order_time_format")
        if zone is None and form and is_instant(form):
            message = f"order_time_format {form!r} needs a time zone to count days in, such as Asia/Shanghai"
            raise ValueError(message)
        if zone is not None:
            try:
                _refuse_local_names(zone)
                ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError, OSError) as error:
                message = f"{zone!r} is no IANA time zone{nearest(zone, available_timezones() - {zone})}"
                raise ValueError(message) from error
        return zone

    @field_validator("currency")
    @classmethod
    def _known_code(cls, currency: str | None) -> str | None:
        """Return the code of a currency in capitals; refuse what is none."""
        if currency is None:
            return None
        word = currency.strip().upper()
        if not CODE.fullmatch(code := CODES.get(word, word)):
            message = f"{currency!r} is no code of a currency, such as CNY, EUR or USD (ISO 4217)"
            raise ValueError(message)
        return code

    def format_of(self, path: Path) -> OrderFormat | None:
        """Return the given format, or the one that the file's suffix names, or None."""
        name, dot, suffix = path.name.lower().removesuffix(".gz").rpartition(".")
        return self.orders_format or (SUFFIXES.get(dot + suffix) if name.strip(".") else None)

"""How order files are read: the source of a dataset, and the files that a command names."""

from __future__ import annotations

import codecs
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from rfm_engine.errors import UsageError, nearest, unspelt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Format = Literal["csv", "parquet", "ndjson", "arrow", "excel"]


Unit = Literal["yuan", "ten_thousand_yuan", "fen"]


SUFFIXES: dict[str, Format] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), "csv"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".ndjson", ".jsonl"), "ndjson"),
    **dict.fromkeys((".arrow", ".ipc", ".feather"), "arrow"),
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"), "excel"),
}
"""The format of a file by its suffix; a text file may be compressed (`.csv.gz`)."""


FEN_PER_UNIT: dict[Unit, int] = {"yuan": 100, "ten_thousand_yuan": 1_000_000, "fen": 1}


ENCODINGS = ("utf-8", "utf-16", "gb18030", "gbk", "big5")


EPOCHS = ("epoch_seconds", "epoch_milliseconds")


class Source(BaseModel):
    """How order files are read; every key has a default that fits a plain UTF-8 file with known headers.

    >>> Source(unit="ten_thousand_yuan").fen_per_unit
    1000000
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, str] = Field(default={}, description="canonical name of a column -> its header in the file")
    orders_format: Format | None = Field(default=None, description="format of the files; by suffix unless stated")
    encoding: str | None = Field(default=None, description="encoding of text files, such as gb18030; else UTF-8")
    separator: str | None = Field(default=None, description="one character; else the comma, tab or semicolon in use")
    sheet: str | None = Field(default=None, description="sheet of a workbook; else the first")
    skip_lines: int = Field(default=0, ge=0, le=1_000_000, description="lines above the header")
    order_time_format: str | None = Field(
        default=None, description="strftime format, epoch_seconds or epoch_milliseconds; else the usual date forms"
    )
    decimal_comma: bool = Field(default=False, description="amounts are written 1.234,50")
    time_zone: str | None = Field(
        default=None, validate_default=True, description="IANA time zone of the orders, such as Asia/Shanghai"
    )
    unit: Unit = Field(default="yuan", description="unit of the amounts")

    @property
    def fen_per_unit(self) -> int:
        """How many fen one unit of the amounts is worth."""
        return FEN_PER_UNIT[self.unit]

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str | None) -> str | None:
        """Refuse an encoding that Python cannot decode text with."""
        if encoding is not None:
            try:
                "".encode(encoding)
                codecs.getincrementaldecoder(encoding)
            except (LookupError, TypeError) as error:
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

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str | None, stated: ValidationInfo) -> str | None:
        """Refuse a time zone that the IANA database lacks, and instants without the one that tells their date."""
        written = stated.data.get("order_time_format")
        if zone is None and written in EPOCHS:
            message = f"order_time_format {written!r} needs a time zone, such as Asia/Shanghai"
            raise ValueError(message)
        if zone is not None:
            try:
                ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError, OSError) as error:
                message = f"{zone!r} is no IANA time zone{nearest(zone, available_timezones())}"
                raise ValueError(message) from error
        return zone

    def format_of(self, path: Path) -> Format | None:
        """Return the stated format, or the one that the file's suffix tells, or None."""
        suffixes = [suffix.lower() for suffix in path.suffixes]
        if suffixes[-1:] == [".gz"]:
            suffixes.pop()
        return self.orders_format or (SUFFIXES.get(suffixes[-1]) if suffixes else None)


def expanded(patterns: Sequence[str], folder: Path) -> list[Path]:
    """Return the files that paths, globs and folders name, sorted; relative ones are looked up in `folder`.

    A folder stands for every order file below it; names that begin with a dot or an underscore are passed over.

    Raises:
        UsageError: Remote paths, patterns without a match, files named more than once, names that are no text; it lists
            all of them.
    """
    if remote := [pattern for pattern in patterns if "://" in pattern]:
        message = f"remote paths are not read: {', '.join(remote)}; fetch the files and name the copies"
        raise UsageError(message)
    found = {pattern: _matches(pattern, folder) for pattern in patterns}
    if empty := [pattern for pattern, files in found.items() if not files]:
        message = f"no order file matches {', '.join(map(repr, empty))} (looked in {folder})"
        raise UsageError(message)
    files = [path for matches in found.values() for path in matches]
    if twice := _repeated(files):
        message = f"named more than once: {', '.join(twice)}; name each order file once"
        raise UsageError(message)
    if message := unspelt(files):
        raise UsageError(message)
    return sorted(files)


def expanded_within(patterns: Sequence[str], folder: Path) -> list[Path]:
    """Return what `expanded` does, for patterns that a file and not a person names: nothing outside the folder.

    Raises:
        UsageError: As `expanded`, and patterns or links that lead out; it lists all of them.
    """
    out, home = [pattern for pattern in patterns if _leads_out(pattern)], folder.resolve()
    files = [file for pattern in patterns if pattern not in out for file in _matches(pattern, folder)]
    out += [f"{file} (a link to {file.resolve()})" for file in files if not file.resolve().is_relative_to(home)]
    if out:
        message = (
            f"outside the dataset's folder {folder}: {', '.join(out)}; put the files there, "
            "or name them in the command: rfm-engine run --orders PATH"
        )
        raise UsageError(message)
    return expanded(patterns, folder)


def _leads_out(pattern: str) -> bool:
    """Return whether a path names a place beyond its folder, in the words of any system."""
    return any(path.anchor or ".." in path.parts for path in (PurePosixPath(pattern), PureWindowsPath(pattern)))


def _matches(pattern: str, folder: Path) -> list[Path]:
    path = folder / pattern
    if path.is_file():
        return [path]
    if path.is_dir():
        return _order_files(path.rglob("*"), path)
    anchor = Path(path.anchor)
    return [
        file
        for hit in anchor.glob(str(path.relative_to(anchor)))
        for file in ([hit] if hit.is_file() else _order_files(hit.rglob("*"), hit))
    ]


def _order_files(paths: Iterable[Path], folder: Path) -> list[Path]:
    visible = (
        path for path in paths if not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
    )
    return [path for path in visible if path.is_file() and Source().format_of(path)]


def _repeated(files: Iterable[Path]) -> list[str]:
    seen: dict[Path, list[str]] = {}
    for path in files:
        seen.setdefault(path.resolve(), []).append(str(path))
    return [" = ".join(dict.fromkeys(names)) for names in seen.values() if len(names) > 1]

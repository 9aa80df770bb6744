"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile, ZipFile

from rfm_engine.errors import DataError
from rfm_engine.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.read_options import OrderFormat, ReadOptions

MAGIC: Final[dict[bytes, OrderFormat]] = {
    b"PAR1": "parquet",
    b"ARROW1": "arrow",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "excel",
}
ZIP: Final = b"PK\x03\x04"
GZIP: Final = b"\x1f\x8b"
HEAD_BYTES: Final = 512


def see_through_names(files: Sequence[OrderFile]) -> list[tuple[OrderFile, tuple[Finding, ...]]]:
    """Return each file in the format of its content, and a finding where its name says another one.

    Text in the place of a table of bytes, or the other way round, is seen; a format that was given is kept.

    Raises:
        DataError: A page of HTML, an archive of files.
    """
    changed: dict[tuple[int, OrderFormat], ReadOptions] = {}  # files of the same options keep the same ones
    seen: list[tuple[OrderFile, tuple[Finding, ...]]] = []
    for file in files:
        form = _find_other_format(file)
        if form is None:
            seen.append((file, ()))
            continue
        key = id(file.options), form
        options = changed.setdefault(key, file.options.model_copy(update={"orders_format": form}))
        words = f"{file.path}: is {form} by its content, and is read so whatever its name says"
        seen.append((replace(file, options=options), (Finding("RFM105", words, (), f"--orders-format {form}"),)))
    return seen


def _find_other_format(file: OrderFile) -> OrderFormat | None:
    if file.options.orders_format is not None or file.format is None:
        return None
    with file.source.open("rb") as content:
        form = _recognize(content.read(HEAD_BYTES), file)
    return None if form == file.format else form


def _recognize(head: bytes, file: OrderFile) -> OrderFormat | None:
    """Return the format of the content; None where it shows none."""
    if head.startswith(ZIP):
        return _recognize_archive(file.source, file)
    if known := next((form for magic, form in MAGIC.items() if head.startswith(magic)), None):
        return known
    if not head or head.startswith(GZIP) or b"\0" in head:
        return None
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        message = f"{file.path}: is a page of HTML; open it in Excel and save it as .xlsx or CSV"
        raise DataError(message)
    if start.startswith((b'{"', b"[")) or (start.startswith(b"{") and file.format == "ndjson"):
        return "ndjson"
    first, end, _ = start.partition(b"\n")
    return "csv" if end and any(sign in first for sign in b",\t;|") else None


def _recognize_archive(source: Path, file: OrderFile) -> OrderFormat | None:
    """Return that an archive is a workbook; None where it is no archive after all."""
    try:
        with ZipFile(source) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (BadZipFile, OSError, RuntimeError, ValueError):  # a version or method of its own is a RuntimeError
        return None
    if any(name.startswith(("xl/", "mimetype", "content.xml", "[content_types]")) for name in names):
        return "excel"
    message = f"{file.path}: is an archive of {len(names)} files; unpack it and name the files in it"
    raise DataError(message)

"""Text files of any declared encoding as UTF-8 with line feeds, strictly: what cannot be decoded is refused."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

from rfm_engine.errors import DataError
from rfm_engine.orders.readers.limits import BLOCK, refuse_unpacked
from rfm_engine.system.disk_space import reports_full_disk
from rfm_engine.system.temp_dir import process_temp_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.findings import Finding
    from rfm_engine.orders.files.order_file import OrderFile

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

NULL: Final = b"\0"
UTF8: Final = ("utf-8", "utf-8-sig")
_GZIP: Final = b"\x1f\x8b"
_LONE_RETURN: Final = re.compile(rb"\r(?![\r\n])")


class Text(NamedTuple):
    """A file of the same text in UTF-8, the encoding that it was saved in, and what was inferred of it."""

    path: Path
    encoding: str
    findings: tuple[Finding, ...] = ()


def to_utf8(file: OrderFile, *, is_json: bool = False) -> Text:
    """Return a UTF-8 file of the same text whose lines end in a line feed: the file itself where it is one.

    Otherwise a copy that lives until the process ends; a compressed file is read as it would be unpacked. JSON is
    UTF-8, or has a mark, which its reader does not take.

    Raises:
        DataError: A byte that is no text in the encoding; a compressed file that is cut off; an encoding that no one
            gave and that the text does not show.
    """
    with _open_unpacked(file.source, file.path) as content:
        head = content.read(BLOCK)
        packed = isinstance(content, gzip.GzipFile)
    encoding, findings = resolve_encoding(head, file, is_json=is_json)
    plain = codecs.lookup(encoding).name in UTF8 and not (is_json and head.startswith(codecs.BOM_UTF8))
    is_sized = file.source.stat().st_size >= len(head)  # what the system makes up while it is read has no size
    if plain and is_sized and not (b"\r" in head and _LONE_RETURN.search(head[:-1])):
        return Text(_unpack(file) if packed else file.source, encoding, findings)
    return Text(_copy_as_utf8(file, "utf-8-sig" if plain else encoding), encoding, findings)


def resolve_encoding(head: bytes, file: OrderFile, *, is_json: bool = False) -> tuple[str, tuple[Finding, ...]]:
    """Return the encoding that the file's mark says, or the one given, or the one that its start shows.

    Where UTF-16 or UTF-32 is given and no mark says the order of its bytes, the nulls of ASCII signs do.
    """
    marked = next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)
    if marked or is_json or b"\0" in head:
        return marked or _order_bytes(file.options.encoding or "utf-8", head), ()
    if file.options.encoding is None and _is_utf8(head):
        return "utf-8", ()
    from rfm_engine.orders.readers.text.encoding_evidence import infer_encoding  # noqa: PLC0415 most files are UTF-8

    encoding, findings = infer_encoding(head, file)
    return _order_bytes(encoding, head), findings


def _order_bytes(encoding: str, head: bytes) -> str:
    name = codecs.lookup(encoding).name
    width = {"utf-16": 2, "utf-32": 4}.get(name)
    return encoding if width is None else f"{name}-{_find_order(head, width)}"


def _find_order(head: bytes, width: int) -> str:
    """Return the order of the bytes of signs so wide: the higher ones of ASCII signs are null."""
    return "be" if head[::width].count(NULL) > head[width - 1 :: width].count(NULL) else "le"


def name_wide_encoding(head: bytes) -> str | None:
    """Return the UTF-16 that bytes with nulls may be, by the order of their bytes; None for bytes without any.

    >>> name_wide_encoding("a,é".encode("utf-16-be")), name_wide_encoding(b"a,b")
    ('utf-16-be', None)
    """
    return f"utf-16-{_find_order(head, 2)}" if NULL in head else None


def _is_utf8(head: bytes) -> bool:
    """Return whether a block is UTF-8; the last character may be cut, where the file goes on."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < BLOCK)
    except UnicodeDecodeError:
        return False
    return True


def find_undecodable_byte(file: OrderFile, *, is_json: bool = False) -> DataError | None:
    """Return an error that names the first byte that is no text in the file's encoding, or None."""
    with _open_unpacked(file.source, file.path) as content:
        head = content.read(BLOCK)
        encoding, _ = resolve_encoding(head, file, is_json=is_json)
    decoder, offset = codecs.getincrementaldecoder(encoding)(), 0
    with _open_unpacked(file.source, file.path) as content:
        while True:
            block = content.read(BLOCK)
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                place = offset - held + error.start
                with _open_unpacked(file.source, file.path) as again:
                    line = again.read(place).count(b"\n") + 1
                other = name_wide_encoding(head) or ("gb18030" if codecs.lookup(encoding).name in UTF8 else "utf-8")
                return _byte_error(file.path, (line, place), error.object[error.start], (encoding, other))
            if not block:
                return None
            offset += len(block)


def _byte_error(path: Path, place: tuple[int, int], byte: int, encodings: tuple[str, str]) -> DataError:
    encoding, other = encodings
    message = (
        f"{path}: byte {place[1]} (0x{byte:02x}), in line {place[0]}, is no {encoding} text; "
        f"state the encoding the file was saved in, for example --encoding {other}, or fix the line"
    )
    return DataError(message)


@contextmanager
def _open_unpacked(path: Path, name: Path) -> Iterator[BinaryIO]:
    """Open a file, unpacked if it is compressed; damage that shows while it is read becomes a DataError."""
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        try:
            yield cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            message = f"{name}: the compressed file is damaged or cut off ({error}); fetch it again"
            raise DataError(message) from error


def _unpack(file: OrderFile) -> Path:
    """Return a copy of the bytes: to decode and encode them too doubles what unpacking takes."""
    with (
        reports_full_disk(),
        _open_unpacked(file.source, file.path) as content,
        NamedTemporaryFile("wb", dir=process_temp_dir(), delete=False) as copy,
    ):
        while block := content.read(BLOCK):
            copy.write(block)
            refuse_unpacked(content.tell(), file.source, file.path)
        return Path(copy.name)


def _copy_as_utf8(file: OrderFile, encoding: str) -> Path:
    try:
        with (
            reports_full_disk(),
            _open_unpacked(file.source, file.path) as content,
            io.TextIOWrapper(content, encoding, "strict") as text,
            NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=process_temp_dir(), delete=False) as copy,
        ):
            while block := text.read(BLOCK):
                copy.write(block)
                refuse_unpacked(content.tell(), file.source, file.path)
            return Path(copy.name)
    except UnicodeError as error:
        raise find_undecodable_byte(file) or DataError(f"{file.path}: {error}") from error

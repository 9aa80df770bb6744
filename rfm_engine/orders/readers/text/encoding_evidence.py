"""Which encoding a text file was saved in: UTF-8, or the one that gives known headers or plausible text."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from rfm_engine.columns import REQUIRED
from rfm_engine.errors import DataError
from rfm_engine.findings import SAMPLES, Finding, shorten
from rfm_engine.orders.readers.header_line import VALUE, suits_orders
from rfm_engine.orders.readers.text.common_characters import COMMON_IN, PLAUSIBLE_IN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.orders.files.order_file import OrderFile

CANDIDATES: Final = ("gb18030", "big5", "cp932", "euc_kr", "cp1252")
SEPARATORS: Final = ",\t;|"
LINES: Final = 30
"""Lines in which a header is looked for."""

PLAUSIBLE_SHARE: Final = 0.8
COMMON_SHARE: Final = 0.15
"""Of the characters beyond ASCII: how many must be usual in a language, and how many among its most frequent."""

JUDGED: Final = 1 << 17
"""How many characters are judged, from the first beyond ASCII on: other letters show themselves in far fewer."""

_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_WORD: Final = re.compile(r"[^\x00-\x2f:;<=>?@\[\\\]^`{|}~]*[^\x00-\x7f][^\x00-\x1f,;\t|\"]*")


class Encoding(NamedTuple):
    """The encoding of a file, and the finding that says it was inferred from the text alone."""

    name: str
    findings: tuple[Finding, ...] = ()


def infer_encoding(head: bytes, file: OrderFile) -> Encoding:
    """Return the encoding that the start of a file shows.

    Raises:
        DataError: Several encodings fit, or none; lines of several encodings; a given one that is not the file's.
    """
    block = _whole_lines(head)
    utf8 = _decode(block, "utf-8")
    given = file.options.encoding
    if given is not None:
        _refuse_over_utf8(block, utf8, given, file)
        return Encoding(given)
    if utf8 is not None:
        return Encoding("utf-8")
    _refuse_mixture(block, file)
    readings = {name: text for name in CANDIDATES if (text := _decode(block, name)) is not None}
    if known := [name for name, text in readings.items() if has_known_headers(text, file)]:
        return Encoding(known[0]) if len(known) == 1 else _ask(file, block, {name: readings[name] for name in known})
    _refuse_damaged(block, [name for name in CANDIDATES if name not in readings], file)
    fitting = {name: text for name, text in readings.items() if is_plausible(text, name)}
    if len(fitting) != 1:
        _ask(file, block, fitting or readings)
    ((name, text),) = fitting.items()
    words = f"{file.path}: is no UTF-8; of all encodings {name} alone gives plausible text"
    return Encoding(name, (Finding("RFM104", words, _samples(text), f"--encoding {name}"),))


def has_known_headers(text: str, file: OrderFile) -> bool:
    """Return whether one of the first lines is a header of orders that has letters beyond ASCII."""
    lines = [line for line in text.split("\n", LINES)[:LINES] if _BEYOND_ASCII.search(line)]
    return any(_is_header(line, separator, file) for line in lines for separator in SEPARATORS)


def _is_header(line: str, separator: str, file: OrderFile) -> bool:
    if file.options.no_header or line.count(separator) + 1 < len(REQUIRED):
        return False
    cells = [cell.strip(' "\r') for cell in line.split(separator)]
    return not any(map(VALUE.match, cells)) and suits_orders(cells, file)


def is_plausible(text: str, encoding: str) -> bool:
    """Return whether the characters beyond ASCII are such as people write in the languages of an encoding.

    >>> is_plausible("王伟,四川", "gb18030"), is_plausible("笢恅", "big5"), is_plausible("José", "cp1252")
    (True, False, True)
    """
    first = _BEYOND_ASCII.search(text)
    text = text[max(first.start() - 1, 0) :][:JUDGED] if first else ""  # with the letter before, if it stands in a word
    characters = _BEYOND_ASCII.findall(text)
    plausible = len(_BEYOND_ASCII.findall("".join(PLAUSIBLE_IN[encoding].findall(text))))
    common = sum(character in COMMON_IN[encoding] for character in characters)
    return plausible >= PLAUSIBLE_SHARE * len(characters) and common >= COMMON_SHARE * len(characters)


def _whole_lines(head: bytes) -> bytes:
    """Return the block without the line that it may cut."""
    return head[: head.rfind(b"\n") + 1] or head


def _decode(block: bytes, encoding: str) -> str | None:
    try:
        return block.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refuse_over_utf8(block: bytes, utf8: str | None, given: str, file: OrderFile) -> None:
    """Refuse to read UTF-8 as something else: nearly any bytes are text in some encodings."""
    if utf8 is None or codecs.lookup(given).name in ("utf-8", "utf-8-sig") or not _is_surely_utf8(block):
        return
    other = _decode(block, given)
    if other is None or has_known_headers(utf8, file) or not has_known_headers(other, file):
        sample = next(iter(_samples(utf8)), "")
        message = f"{file.path}: is UTF-8, with text such as {sample!r}; as {given} it would be other characters: "
        message += "leave --encoding out, or name the file in a run of its own"
        raise DataError(message, sample)


def _is_surely_utf8(block: bytes) -> bool:
    """Return whether bytes are UTF-8 and hold a sequence of three bytes, which text of other encodings hardly does."""
    return re.search(rb"[\xe0-\xf4][\x80-\xbf]{2}", block) is not None and _decode(block, "utf-8") is not None


def _refuse_mixture(block: bytes, file: OrderFile) -> None:
    lines = block.split(b"\n")
    if utf8 := next((number for number, line in enumerate(lines, start=1) if _is_surely_utf8(line)), None):
        other = next(number for number, line in enumerate(lines, start=1) if _decode(line, "utf-8") is None)
        message = f"{file.path}: line {utf8} is UTF-8 and line {other} is not: were files of two encodings put "
        message += "together? Export again, or save each part with its own --encoding"
        raise DataError(message)


def _refuse_damaged(block: bytes, encodings: list[str], file: OrderFile) -> None:
    """Refuse a file whose header is one of orders in an encoding that does not read all of its lines."""
    for name in encodings:
        if has_known_headers(block.decode(name, "replace"), file):
            odd = next(number for number, line in enumerate(block.split(b"\n"), start=1) if _decode(line, name) is None)
            message = f"{file.path}: is {name} by its header, and line {odd} holds bytes that are no text in it: fix "
            message += "the line, or export the file again"
            raise DataError(message)


def _first_fault(block: bytes) -> str:
    try:
        block.decode()
    except UnicodeDecodeError as error:
        return f"byte {error.start} (0x{block[error.start]:02x}) is no UTF-8"
    return "is no UTF-8"


def _ask(file: OrderFile, block: bytes, readings: dict[str, str]) -> Encoding:
    """Refuse to choose, with the text that each encoding gives."""
    shown = {name: _samples(text) for name, text in readings.items()}
    listed = "; ".join(f"--encoding {name} reads {', '.join(map(repr, texts))}" for name, texts in shown.items())
    message = f"{file.path}: {_first_fault(block)}; in which encoding was it saved? "
    message += listed or "None of those tried fits: --encoding NAME"
    raise DataError(message, *(sample for texts in shown.values() for sample in texts))


def _samples(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(shorten(word.strip()) for word in _words(text)))[:SAMPLES]


def _words(text: str) -> Iterator[str]:
    for found, _ in zip(_WORD.finditer(text), range(LINES), strict=False):
        yield found[0]

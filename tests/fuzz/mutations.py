"""What happens to files on their way: seeded changes of their bytes and of their text."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

MARKS = (b"\0", b'"', b'""', b",", b";", b"\t", b"\r", b"\n", b"\r\n", b"\n\n", b" ", b"\xef\xbb\xbf", b"\xff\xfe")
SPICE = (*MARKS, *(bytes([sign]) for sign in b"'=-+{}[]#\\\x1a\xff\xe5"), b"\xa3\xac", b"\xc2\xa0")
GIANT = (b"9" * 13, b"9" * 19, b"9" * 40, b"1e400", b"1e-400", b"-0", b"18446744073709551616", b"0x1F", b"NaN", b"inf")
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030", "big5", "latin-1", "cp037")


def span(content: bytes, draw: Random, most: int = 200) -> tuple[int, int]:
    """Return where a short stretch of the content begins and ends."""
    start = draw.randrange(len(content) + 1)
    return start, min(len(content), start + draw.randrange(1, most))


def flip_bits(content: bytes, draw: Random) -> bytes:
    """Change a few bits."""
    changed = bytearray(content)
    for _ in range(draw.randrange(1, 6) if content else 0):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def replace_bytes(content: bytes, draw: Random) -> bytes:
    """Write other bytes over a few."""
    start, end = span(content, draw, 6)
    return content[:start] + draw.randbytes(end - start) + content[end:]


def cut_off(content: bytes, draw: Random) -> bytes:
    """Leave the end away, or the beginning."""
    start = draw.randrange(len(content) + 1)
    return content[:start] if draw.random() < 0.8 else content[start:]


def lose_stretch(content: bytes, draw: Random) -> bytes:
    """Lose a stretch."""
    start, end = span(content, draw)
    return content[:start] + content[end:]


def repeat_stretch(content: bytes, draw: Random) -> bytes:
    """Repeat a stretch, there or elsewhere."""
    (start, end), place = span(content, draw), draw.randrange(len(content) + 1)
    place = end if draw.random() < 0.5 else place
    return content[:place] + content[start:end] * draw.choice((1, 1, 2, 50)) + content[place:]


def insert_marks(content: bytes, draw: Random) -> bytes:
    """Put separators, quotes, nulls, marks and the like anywhere."""
    for _ in range(draw.randrange(1, 4)):
        place = draw.randrange(len(content) + 1)
        content = content[:place] + draw.choice(SPICE) + content[place:]
    return content


def inflate_number(content: bytes, draw: Random) -> bytes:
    """Put a giant or an odd number in the place of one."""
    numbers = list(re.finditer(rb"[0-9]+(?:\.[0-9]+)?", content))
    if not numbers:
        return content
    hit = draw.choice(numbers)
    return content[: hit.start()] + draw.choice(GIANT) + content[hit.end() :]


def move_line(content: bytes, draw: Random) -> bytes:
    """Repeat, lose or move a whole line."""
    lines = content.splitlines(keepends=True) or [b""]
    line = lines.pop(draw.randrange(len(lines)))
    for _ in range(draw.choice((0, 1, 2))):
        lines.insert(draw.randrange(len(lines) + 1), line)
    return b"".join(lines)


def recode(content: bytes, draw: Random) -> bytes:
    """Save the text in another encoding than it says."""
    return content.decode("utf-8", "replace").encode(draw.choice(ENCODINGS), "replace")


OF_BYTES = (flip_bits, flip_bits, replace_bytes, cut_off, lose_stretch, repeat_stretch, insert_marks)
OF_TEXT = (*OF_BYTES, insert_marks, inflate_number, inflate_number, move_line, move_line, recode)


def change_text(content: bytes, draw: Random) -> bytes:
    """Change a text file in one way or two."""
    for mutation in draw.sample(OF_TEXT, draw.choice((1, 1, 2))):
        content = mutation(content, draw)
    return content


def change_bytes(content: bytes, draw: Random) -> bytes:
    """Change a file of bytes in one way or two."""
    for mutation in draw.sample(OF_BYTES, draw.choice((1, 1, 2))):
        content = mutation(content, draw)
    return content


def change_pages(content: bytes, draw: Random) -> bytes:
    """Change a file of bytes anywhere, or a few bits or bytes of its first half, where the values stand."""
    half = len(content) // 2
    if draw.random() < 0.3:
        return change_bytes(content, draw)
    return draw.choice((flip_bits, replace_bytes))(content[:half], draw) + content[half:]


def change_workbook(content: bytes, draw: Random) -> bytes:
    """Change a workbook, or one part of it before it is packed again."""
    if draw.random() < 0.3:
        return change_bytes(content, draw)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as again:
        names = archive.namelist()
        changed = "xl/worksheets/sheet1.xml" if draw.random() < 0.7 else draw.choice(names)
        for name in names:
            part = archive.read(name)
            again.writestr(name, change_text(part, draw) if name == changed else part)
    return packed.getvalue()

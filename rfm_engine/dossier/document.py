"""The form as a Word document, the same bytes every time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from rfm_engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import polars as pl

    from rfm_engine.dossier.form import Form

MISSING: Final = "the form is a Word document, which needs the extra [dossier]: pip install 'rfm-engine[dossier]'"
FIRST_TIME: Final = (1980, 1, 1, 0, 0, 0)
FONT, CHINESE_FONT = "Arial", "SimSun"
WIDE_MM, HIGH_MM, MARGIN_MM, NAME_MM = 210, 297, 20, 34
ANSWER_POINTS, CELL_POINTS, MOST_LETTERS, PADDING = 10, 7.5, 28, 4
NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")

Table = tuple[str, "pl.DataFrame"]


@dataclass(frozen=True, kw_only=True)
class DocumentStyle:
    """What a document depends on besides its form: its day, and the mark on every page, if any."""

    created: date
    mark: str = ""


def write_document(path: Path, form: Form, tables: list[Table], style: DocumentStyle) -> None:
    """Write the form, and tables behind it.

    Raises:
        UsageError: python-docx is not installed.
    """
    document = _open_document(style)
    document.add_heading(form.title, 0)
    _add_grid(document, form.items, [NAME_MM, WIDE_MM - 2 * MARGIN_MM - NAME_MM], ANSWER_POINTS)
    _turn_page(document)
    for title, table in tables:
        document.add_heading(title, 1)
        rows = [tuple(table.columns), *table.iter_rows()]
        _add_grid(document, rows, _fit_widths(rows, HIGH_MM - 2 * MARGIN_MM), CELL_POINTS)
    packed = BytesIO()
    document.save(packed)
    path.write_bytes(_fix_times(packed))


def _open_document(style: DocumentStyle) -> Any:  # noqa: ANN401 python-docx's own
    try:
        from docx import Document  # noqa: PLC0415 an extra
        from docx.oxml.ns import qn  # noqa: PLC0415 likewise
        from docx.shared import Mm, Pt  # noqa: PLC0415 likewise
    except ImportError as error:
        raise UsageError(MISSING) from error
    document = Document()
    for name in ("Normal", "Title", "Heading 1"):
        font = document.styles[name].font
        font.name = FONT
        document.styles[name].element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE_FONT)
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            document.styles[name].element.rPr.rFonts.attrib.pop(qn(f"w:{theme}"), None)
    document.styles["Normal"].font.size, document.styles["Title"].font.size = Pt(10), Pt(20)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(WIDE_MM), Mm(HIGH_MM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN_MM)
    section.header.paragraphs[0].text = style.mark
    properties = document.core_properties
    properties.created = properties.modified = datetime.combine(style.created, time())
    properties.author, properties.comments = "", ""
    return document


def _turn_page(document: Any) -> None:  # noqa: ANN401 python-docx's own
    """Begin a page on its side, for tables are wide."""
    from docx.enum.section import WD_ORIENT  # noqa: PLC0415 an extra

    section = document.add_section()
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width


def _add_grid(document: Any, rows: Sequence[Sequence[object]], widths: list[int], points: float) -> None:  # noqa: ANN401
    """Add a table with columns of these widths in mm."""
    from docx.shared import Mm, Pt  # noqa: PLC0415 an extra

    grid = document.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
    for row, values in zip(grid.rows, rows, strict=True):
        for cell, value, width in zip(row.cells, values, widths, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            paragraph.add_run("" if value is None else _clean(str(value).strip())).font.size = Pt(points)


def _fit_widths(rows: Sequence[Sequence[object]], whole: int) -> list[int]:
    """Return the widths of columns in mm, by their longest texts; a Chinese header may take two lines."""
    longest = [
        max(_count_letters(head) // (1 if str(head).isascii() else 2), *map(_count_letters, column))
        for head, *column in zip(*rows, strict=True)
    ]
    return [whole * (length + PADDING) // sum(one + PADDING for one in longest) for length in longest]


def _count_letters(value: object) -> int:
    """Return how many Latin letters wide a text is, MOST_LETTERS at most; a Chinese character is two."""
    return min(len(str(value).encode("gb18030", "replace")), MOST_LETTERS)


def _clean(text: str) -> str:
    """Return the text without the signs that XML cannot hold."""
    return NOT_IN_XML.sub("", text)


def _fix_times(packed: BytesIO) -> bytes:
    """Return the document with one time for all of its parts, in the order of their names."""
    fixed = BytesIO()
    with ZipFile(packed) as old, ZipFile(fixed, "w", ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = ZipInfo(name, FIRST_TIME)
            part.compress_type = ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return fixed.getvalue()

"""The files of a release, beside the runs: each table as CSV and Parquet, a workbook of all, a page."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import TIER
from rfm_engine.errors import OutputError
from rfm_engine.grading.published import translate_headers
from rfm_engine.insight.audit import audit_tables
from rfm_engine.insight.page.render import render_page
from rfm_engine.insight.purchases import EVERY, LIST, OTHERS, PRODUCT
from rfm_engine.insight.tables import make_tables
from rfm_engine.output.derived import write_derived
from rfm_engine.output.formats import write_csv
from rfm_engine.output.workbook_text import add_sheet, guard_headers
from rfm_engine.vocabulary.catalogue import load_catalogue
from rfm_engine.vocabulary.currencies import name_currency

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from rfm_engine.insight.audit import Audit
    from rfm_engine.insight.release import Release
    from rfm_engine.output.translation import Language

WORKBOOK: Final = "insight.xlsx"
PAGE: Final = "insight.html"
LINE_PIXELS, LETTER_PIXELS = 20, 8
MOST_LETTERS = 40


def insight_folder(output: Path, name: str) -> Path:
    """Return where a release is written: beside the dataset's run."""
    return output / f"{name}.insight"


def write_release(folder: Path, release: Release, language: Language, after: Path | None = None) -> Audit:
    """Write the tables of a release, and return what the audit of them found out, which is nothing.

    Raises:
        OutputError: The audit found a cell that can be computed, and nothing is written; or as `write_derived`.
    """
    tables = make_tables(release)
    audit = audit_tables(release, tables)
    if audit.found:
        message = f"{folder}: {len(audit.found)} withheld sums could be computed from the tables; nothing is written"
        raise OutputError(message)

    def fill(partial: Path) -> None:
        spoken = {name: translate_table(table, language, release.run.currency) for name, table in tables.items()}
        headed = {name: table.rename(lambda column: column.replace("_", " ")) for name, table in spoken.items()}
        for name, table in tables.items():
            table.write_parquet(partial / f"{name}.parquet")
            write_csv(spoken[name], partial / f"{name}.csv", language)
        _write_workbook(partial / WORKBOOK, headed, release, language)
        (partial / PAGE).write_bytes(render_page(release, tables, audit, language).encode("utf-8", "backslashreplace"))

    sources = [*release.job.paths, *([after] if after else [])]
    write_derived(folder, "insight", _record_options(release, audit, language), sources, fill)
    return audit


def _record_options(release: Release, audit: Audit, language: Language) -> dict[str, Any]:
    options = release.options
    return {
        "dataset": release.job.dataset.name,
        "as_of": release.job.rules.as_of.isoformat(),
        "for": list(options.audiences),
        "period": release.demand.length,
        "decimals": release.run.decimals,
        **asdict(options.rule),
        "individual": options.individual,
        "language": language,
        "shown_percent": release.demand.shown_percent,
        "withheld": audit.withheld,
    }


def translate_table(table: pl.DataFrame, language: Language, currency: str | None) -> pl.DataFrame:
    """Return a table as readers see it: words for all and for the other products, and headers in the language."""
    catalogue = load_catalogue()
    place = 1 if language == "zh" else 0
    words = {EVERY: catalogue.words["page.all"][place], OTHERS: catalogue.words["insight.others"][place]}
    named = table.with_columns(pl.col(name).replace(words) for name in (PRODUCT, LIST, TIER) if name in table.columns)
    yes, no = (catalogue.words[f"insight.{word}"][place] for word in ("yes", "no"))
    if "is_whole" in table.columns:
        named = named.with_columns(pl.when("is_whole").then(pl.lit(yes)).otherwise(pl.lit(no)).alias("is_whole"))
    if language != "zh":
        return named
    headers = {name: name_currency(text, currency) for name, text in catalogue.headers["insight"].items()}
    headers |= {name: _name_activity(name, headers) for name in table.columns if name.startswith("active_")}
    return translate_headers(named.rename(headers, strict=False).lazy(), language, currency).collect()


def _name_activity(name: str, headers: dict[str, str]) -> str:
    return headers["active"].format(quarter=name.removeprefix("active_").removesuffix("_percent"))


def _write_workbook(path: Path, tables: dict[str, pl.DataFrame], release: Release, language: Language) -> None:
    """Write a sheet for each table, the same bytes every time."""
    import xlsxwriter  # noqa: PLC0415 only xlsx needs it

    place = 1 if language == "zh" else 0
    workbook = xlsxwriter.Workbook(str(path))
    day = datetime.combine(release.job.rules.as_of, time())
    workbook.set_properties({"created": day, "title": release.job.dataset.title or release.job.dataset.name})
    for name, table in tables.items():
        sheet = add_sheet(workbook, load_catalogue().words[f"insight.{name}"][place])
        _write_sheet(workbook, sheet, guard_headers(table))
        _lay_out_for_print(sheet)
    workbook.close()


def _write_sheet(workbook: Workbook, sheet: Worksheet, table: pl.DataFrame) -> None:
    formats: dict[Any, str] = {
        column: "#,##0." + "0" * dtype.scale
        for column, dtype in table.schema.items()
        if isinstance(dtype, pl.Decimal) and dtype.scale
    }
    table.write_excel(
        workbook,
        sheet,
        table_style={"style": "Table Style Light 1", "banded_rows": False},
        column_widths={column: _fit_width(table[column]) for column in table.columns},
        column_formats=formats,
        freeze_panes=(1, 0),
        autofilter=False,
    )
    for position, (column, dtype) in enumerate(table.schema.items()):
        side = "right" if dtype.is_numeric() else "left"
        look = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "align": side})
        sheet.write_string(0, position, column, look)
    sheet.set_row_pixels(0, 2 * LINE_PIXELS)


def _lay_out_for_print(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_header("&L&A&R&P / &N")
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _fit_width(column: pl.Series) -> int:
    """Return the pixels that the values need, and the header in two lines: 8 a letter, 16 a Chinese character."""
    values, header = count_letters(column.cast(pl.String)), count_letters(pl.Series([column.name]))
    word = count_letters(pl.Series(column.name.split())) if column.name.isascii() else 0
    return LETTER_PIXELS * min(MOST_LETTERS, 3 + max(values, word, header * 2 // 3))


def count_letters(texts: pl.Series) -> int:
    """Return how many Latin letters wide the longest text is, of which a Chinese character takes two.

    >>> count_letters(pl.Series(["四川ab", "abc", None]))
    6
    """
    letters = texts.str.len_chars()
    longest = (letters + (texts.str.len_bytes() - letters) // 2).max()
    return longest if isinstance(longest, int) else 0

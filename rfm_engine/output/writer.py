"""Write a run, whole or not at all: customers, rejects.csv and run.json in one folder."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl
from pydantic_core import to_json

from rfm_engine.errors import OutputError, UsageError, undecodable_paths
from rfm_engine.grading.published import translate_headers
from rfm_engine.output.csv_injection import escape_formulas
from rfm_engine.output.excel import write_workbook
from rfm_engine.output.record import RECORD, Manifest, list_files, make_record, read_record
from rfm_engine.system.atomic_dir import atomic_dir, recover
from rfm_engine.system.disk_space import is_full_disk
from rfm_engine.system.spill import reports_full_spill_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.config.job import Job
    from rfm_engine.pipeline import Run

Format = Literal["csv", "parquet", "xlsx", "ndjson"]
REJECTS = "rejects.csv"
TIMES = "%Y-%m-%d %H:%M:%S%.f"
ROW_GROUP = 100_000
"""Customers in a row group of Parquet; left to Polars it depends on the number of threads."""

ZSTD_LEVEL = 1
"""2 million customers in 0.34 s and 50 MB; Polars' default level 3 takes 0.43 s and saves 1 %."""


@dataclass(frozen=True)
class OutputOptions:
    """What to write, and where: one folder per dataset below `output`, with `split` one more below it for each list."""

    output: Path = Path("output")
    formats: tuple[Format, ...] = ("csv",)
    split: bool = False
    language: Literal["en", "zh"] = "en"


def prepare_folder(folder: Path) -> None:
    """Take away what killed runs left in the folder's place, and check that it may be used.

    Raises:
        OutputError: It holds files that no run wrote, which would be lost; its path is no text.
    """
    if message := undecodable_paths([folder.resolve()]):
        raise OutputError(message)
    recover(folder)
    refuse_foreign_files(folder)


@reports_full_spill_folder()
def write(run: Run, job: Job, options: OutputOptions) -> Path:
    """Write the files of a run and return their folder.

    They are written aside and moved into place together: a reader finds the old run or the new one, never a mix. Of
    two runs that write at once, the later one stays.

    Raises:
        OutputError: The folder holds anything that is not a run's, or can't be written; what was there stays.
    """
    with replace_folder(options.output / job.dataset.name) as partial:
        _write_customers(run, job, options, partial)
        write_csv(run.rejects, partial / REJECTS, options.language)
        record = make_record(run, job, partial)
        (partial / RECORD).write_bytes(to_json(record, indent=1, fallback=str) + b"\n")
    return options.output / job.dataset.name


@contextmanager
def replace_folder(folder: Path) -> Iterator[Path]:
    """Give a new folder that takes the place of the old one after the block, unless the block failed.

    Raises:
        OutputError: The old folder holds anything that no command wrote, or can't be written; what was there stays.
    """
    try:
        with atomic_dir(folder, refuse_foreign_files) as partial:
            yield partial
    except (OSError, UnicodeEncodeError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        message = f"{folder}: could not be written ({_reason(error)}); what was there before is untouched"
        raise OutputError(message) from error


def _reason(error: BaseException) -> object:
    if is_full_disk(error):
        return "no space left on the disk"
    if "transport error" in str(error):  # all that is said where a Parquet file's footer cannot be written
        return "the disk is full, or fails"
    if isinstance(error, UnicodeEncodeError):
        return f"the locale has no letters for the name {error.object[error.start : error.end]}; set PYTHONUTF8=1"
    return getattr(error, "strerror", None) or error


def refuse_foreign_files(folder: Path) -> None:
    """Check that a run may replace the folder: it is absent, empty, or a run's alone.

    Raises:
        OutputError: It holds files that no run wrote; they would be lost.
    """
    if not folder.exists():
        return
    named: set[str] = set()
    with suppress(UsageError):  # without a record, every file is a stranger's
        named = {output.file for output in read_record(folder, Manifest).outputs}
    found = {path.relative_to(folder).as_posix() for path in list_files(folder)}
    strangers = sorted(found - named - {REJECTS, RECORD}) if folder.is_dir() else [folder.name]
    if strangers:
        message = (
            f"{folder}: holds what no run wrote ({', '.join(strangers[:3])}); move it away or choose another --output"
        )
        raise OutputError(message)


def _write_customers(run: Run, job: Job, options: OutputOptions, folder: Path) -> None:
    for name, customers in _split_lists(run, options.split):
        (folder / name).mkdir(parents=True, exist_ok=True)
        published = translate_headers(customers, options.language)
        for form in dict.fromkeys(options.formats):
            path = folder / name / f"customers.{form}"
            if form == "csv":
                write_csv(published.collect(), path, options.language)
            elif form == "parquet":
                published.sink_parquet(path, row_group_size=ROW_GROUP, compression_level=ZSTD_LEVEL)
            elif form == "ndjson":
                published.sink_ndjson(path)
            else:
                write_workbook(published.collect(), path, job.rules.as_of)


def _split_lists(run: Run, split: bool) -> list[tuple[str, pl.LazyFrame]]:  # noqa: FBT001 internal
    if not (split and run.by):
        return [("", run.graded)]
    parts = run.customers.partition_by(list(run.by), as_dict=True, maintain_order=True)
    plain = ["/".join(_folder_name(str(value)) for value in values) for values in parts]
    return [(name, part.lazy()) for name, part in zip(_distinguish_by_case(plain), parts.values(), strict=True)]


def _distinguish_by_case(names: list[str]) -> list[str]:
    """Write the capitals of names that differ by case alone as %XX, for file systems that take them for one."""
    alike = Counter(name.casefold() for name in names)
    coded = {name: re.sub("[A-Z]", lambda sign: f"%{ord(sign[0]):02X}", name) for name in names}
    return [coded[name] if alike[name.casefold()] > 1 else name for name in names]


def _folder_name(value: str) -> str:
    """Return a list's value as a folder's name; signs that a folder can't have become %XX, so that no two meet."""
    return "".join(f"%{ord(sign):02X}" if sign in '/\\:*?"<>|%' or ord(sign) < 32 else sign for sign in value).replace(  # noqa: PLR2004
        ".", "%2E", 1 if value.startswith(".") else 0
    )


def write_csv(frame: pl.DataFrame, path: Path, language: str) -> None:
    """Write a frame as CSV with its formulas escaped; with a byte order mark where spreadsheets need one to read it."""
    if frame.is_empty():  # no rejects: Polars takes 0.5 ms to write their headers
        path.write_text(",".join(frame.columns) + "\n", "utf-8-sig" if language == "zh" else "utf-8", newline="\n")
        return
    escape_formulas(frame, numbers_in=["value"]).write_csv(path, include_bom=language == "zh", datetime_format=TIMES)

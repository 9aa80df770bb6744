"""The report as a file beside the folder of its run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine.errors import OutputError
from rfm_engine.report.page import render_report
from rfm_engine.system.atomic_dir import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.report.page import ReportOptions
    from rfm_engine.runs.compare import Movement
    from rfm_engine.runs.finished import FinishedRun


def report_path(folder: Path) -> Path:
    """Return where the report of a run stands: `output/sichuan-hiking.report.html` for `output/sichuan-hiking`."""
    if folder.name in {"", ".."}:
        folder = folder.resolve()
    return folder.with_name(f"{folder.name}.report.html")


def write_report(
    run: FinishedRun, options: ReportOptions, movement: Movement | None = None, plan: Path | None = None
) -> Path:
    """Write the report of a run, whole or not at all, and return its path; the same run gives the same bytes.

    Raises:
        UsageError: The customers files are gone, or are not what the run wrote; the folder holds no plan.
        OutputError: The file can't be written; what was there before is untouched.
    """
    path = report_path(run.folder)
    page = render_report(run, options, movement, plan)
    try:
        write_file(path, page.encode("utf-8", "backslashreplace"), like=run.folder)
    except OSError as error:
        message = f"{path}: could not be written ({error.strerror or error}); what was there before is untouched"
        raise OutputError(message) from error
    return path

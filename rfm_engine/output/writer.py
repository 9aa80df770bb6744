"""Write a run, whole or not at all: customers, rejects.csv and run.json in one folder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rfm_engine.output.folder import replace_folder
from rfm_engine.output.formats import WRITERS, Style, write_csv
from rfm_engine.output.record import RECORD
from rfm_engine.output.record_of_run import make_record
from rfm_engine.output.split.lists import split_customers
from rfm_engine.output.split.writers import SPLIT_WRITERS
from rfm_engine.output.translation import translate_rejects
from rfm_engine.system.spill import reports_full_spill_folder

if TYPE_CHECKING:
    from rfm_engine.config.job import Job
    from rfm_engine.output.formats import Format
    from rfm_engine.output.translation import Language
    from rfm_engine.pipeline import Run

REJECTS = "rejects.csv"


class OutputOptions(NamedTuple):
    """What to write, and where: one folder per dataset below `output`, with `split` one more below it for each list."""

    output: Path = Path("output")
    formats: tuple[Format, ...] = ("csv",)
    split: bool = False
    language: Language = "en"


@reports_full_spill_folder()
def write(run: Run, job: Job, options: OutputOptions) -> Path:
    """Write the files of a run and return their folder.

    They are written elsewhere and moved into place together: a reader finds the old run or the new one, never a mix.
    Of two runs that write at once, the later one stays.

    Raises:
        OutputError: The folder holds anything that is not a run's, or can't be written; what was there stays.
    """
    with ExitStack() as kept, ThreadPoolExecutor(1) as pool:
        with replace_folder(options.output / job.dataset.name) as partial:
            _write_customers(run, job, options, partial)
            state = None if run.state is None else pool.submit(kept.enter_context, run.state.keep(job))
            if not job.dataset.customers:  # their rejected rows are known where they were counted
                write_csv(translate_rejects(run.rejects, options.language), partial / REJECTS, options.language)
            record = make_record(run, job, partial)
            (partial / RECORD).write_text(record.model_dump_json(indent=1, fallback=str) + "\n", "utf-8", newline="\n")
        if state is not None:  # it was written meanwhile, and takes its place now
            state.result()
    return options.output / job.dataset.name


def _write_customers(run: Run, job: Job, options: OutputOptions, folder: Path) -> None:
    style = Style(options.language, job.rules.as_of, run.currency)
    formats = dict.fromkeys(options.formats)
    if not (options.split and run.by):
        for form in formats:
            WRITERS[form](run.customers, folder / f"customers.{form}", style)
        return
    lists = split_customers(run.customers.collect(), run.by)
    for form in formats:
        SPLIT_WRITERS[form](lists, folder, style)

"""The statements of a dataset: what makes its customers from a table of orders, and what counts where rows went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from rfm_engine.errors import DatasetError, printable
from rfm_engine.findings import Finding
from rfm_engine.sql.dialects import wrap
from rfm_engine.sql.refusals import refuse_unsayable
from rfm_engine.sql.source_table import describe_table
from rfm_engine.sql.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.config.job import Job
    from rfm_engine.sql.dialects import Dialect

Answer = Literal["customers", "ledger"]
TEMPLATES: Final = Path(__file__).parent / "templates"


def write_statement(job: Job, name: str, dialect: Dialect, answer: Answer = "customers") -> str:
    """Return the statement that makes the customers of a dataset, or its ledger, from the table `name` of orders.

    The customers have one row per (list, customer), with the columns that `customers = [...]` reads; the ledger has one
    row per outcome, with the number of orders' rows that came to it, as `ledger = ...` reads it.

    Raises:
        DatasetError: No statement can say what the rules say; the message names all of it.
        DataError: The order files lack columns that the rules need.
    """
    table = describe_table(job)
    refuse_unsayable(job, table)
    terms = Terms(dataset=job.dataset, rules=job.rules, table=table, dialect=dialect)
    about = [*_describe(job, dialect, answer)]
    statement = _render(f"{answer}.sql", terms.values() | {"table": dialect.table(name), "about": about})
    if printable(statement) != statement:
        message = f"{job.dataset.name}: a name or a value has signs that can't be shown: {printable(statement)!r:.200}"
        raise DatasetError(message)
    return statement


def _render(template: str, values: dict[str, object]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 only statements need it

    loader = FileSystemLoader(TEMPLATES)
    templates = Environment(  # noqa: S701 SQL, in which the dialect quotes names and texts
        loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    templates.filters["wrap"] = wrap
    return templates.get_template(template).render(values)


def _describe(job: Job, dialect: Dialect, answer: Answer) -> Iterator[str]:
    rules = job.rules
    title = {"customers": "The customers", "ledger": "Where the rows of the orders went"}[answer]
    yield f"{title} of {job.dataset.name}, for {dialect.title}."
    yield f"Window {rules.since or 'open'} to {rules.as_of}, grain {rules.grain}, refunds {rules.refunds}."
    yield "Order times are local times without a zone, or dates; ids are text or whole numbers."
    yield f"Amounts are in {job.dataset.unit.replace('_', ' ')}, whole to the fen: where one is not, no sum is given."


def find_unseen_readings(job: Job) -> list[Finding]:
    """Return what a statement cannot know of the dataset's files: how a warehouse reads the cells of text files."""
    if not describe_table(job).has_text_files:
        return []
    words = "the order files are text or workbooks, and the statement reads a typed table that a warehouse made of them"
    return [Finding("RFM106", words, fix="compare its ledger (--only ledger) with rfm-engine check")]

"""`rfm-engine sql`: the statement that makes a dataset's customers where its orders lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rfm_engine.cli.options import RuleOptions, with_rule_options

if TYPE_CHECKING:
    from rfm_engine.config.job import Job


@with_rule_options
def sql(
    dataset: Annotated[
        Path | None, typer.Argument(help="A dataset file or folder; the files of its orders may be absent.")
    ] = None,
    *,
    rules: RuleOptions,
    dialect: Annotated[Literal["duckdb", "postgresql"], typer.Option(help="The warehouse that runs it.")] = "duckdb",
    only: Annotated[
        Literal["customers", "ledger"], typer.Option(help="The customers, or where the rows of the orders went.")
    ] = "customers",
) -> None:
    """Print the SQL that counts a dataset's customers in a warehouse, for rfm-engine run DATASET --customers FILE."""
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.sql.dialects import DIALECTS
    from rfm_engine.sql.statement import write_statement

    table = rules.keys.get("table", "orders")
    job = _find_job(dataset, replace(rules, keys={key: value for key, value in rules.keys.items() if key != "table"}))
    statement = write_statement(job, table, DIALECTS[dialect], only)
    _report_findings(job)
    print_line(statement.rstrip("\n"))


def _find_job(dataset: Path | None, rules: RuleOptions) -> Job:
    from rfm_engine.cli.jobs import build_jobs
    from rfm_engine.errors import UsageError

    jobs = build_jobs([dataset] if dataset else [], rules, may_lack=True)
    if len(jobs) != 1:
        message = f"name one dataset; there are {', '.join(job.dataset.name for job in jobs)}"
        raise UsageError(message)
    return jobs[0]


def _report_findings(job: Job) -> None:
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.findings import refuse_findings, without_accepted
    from rfm_engine.sql.statement import find_unseen_readings

    findings = find_unseen_readings(job)
    if job.dataset.strict:
        refuse_findings(findings, job.dataset.accept)
    for finding in without_accepted(findings, job.dataset.accept):
        print_line(str(finding), error=True)

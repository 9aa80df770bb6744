"""`rfm-engine init`: a dataset file from order files, with every reading and its evidence."""

from __future__ import annotations

from dataclasses import replace
from os.path import commonpath
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rfm_engine.cli.options import RuleOptions, with_rule_options
from rfm_engine.errors import DataError, OutputError, UsageError

if TYPE_CHECKING:
    from rfm_engine.config.job import Job
    from rfm_engine.customers.aggregate import Aggregated

LATE = "2999-12-31"
"""A statistics date behind all orders, where none is given yet."""


@with_rule_options
def init(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Order files.")],
    *,
    rules: RuleOptions,
    output: Annotated[
        Path | None, typer.Option(help="The dataset file; by default dataset.toml beside the orders.")
    ] = None,
) -> None:
    """Read order files and write a dataset file that says how they are read, with the evidence in comments."""
    from rfm_engine.cli.display.render import finding_lines
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.cli.display.terminal import console
    from rfm_engine.drafts.dataset_draft import draft_dataset, draft_question

    place = _choose_place(files, output)
    orders = [path.absolute().relative_to(place.parent.absolute()).as_posix() for path in files]
    try:
        seen, job = _inspect(files, rules)
    except DataError as error:
        _write(place, draft_question(error, _list_given_keys(rules), orders))
        print_line(f"{place}: written with a question: {error}", error=True)
        raise typer.Exit(error.exit_code) from error
    _write(place, draft_dataset(seen, job, orders))
    for line in finding_lines(seen.findings, job.dataset.accept):
        console().print(line, soft_wrap=True)
    print_line(f"{place}: written; look at it, then: rfm-engine run {place}")


def _choose_place(files: list[Path], output: Path | None) -> Path:
    """Return where the dataset file is written: above all order files, for it reads only there.

    Raises:
        UsageError: A file is there already, or the orders lie elsewhere.
    """
    folder = Path(commonpath([path.absolute().parent for path in files]))
    place = output or folder / "dataset.toml"
    if place.exists():
        message = f"{place} is there already; name another file with --output"
        raise UsageError(message)
    if outside := [str(path) for path in files if not path.absolute().is_relative_to(place.parent.absolute())]:
        message = f"a dataset file reads only inside its own folder; {', '.join(outside)} lies outside {place.parent}"
        raise UsageError(message)
    return place


def _inspect(files: list[Path], rules: RuleOptions) -> tuple[Aggregated, Job]:
    """Return what is understood of the orders as of the date given, or of the day of the newest order."""
    from rfm_engine import pipeline
    from rfm_engine.cli.jobs import build_jobs
    from rfm_engine.drafts.readings import find_newest_day

    if "orders" in rules.keys:
        message = "name the order files as arguments, without --orders"
        raise UsageError(message)
    keys: dict[str, Any] = {"as_of": LATE} | rules.keys | {"orders": [str(path) for path in files]}
    job = build_jobs([], replace(rules, keys=keys))[0]
    seen = pipeline.inspect(job)
    if "as_of" in rules.keys:
        return seen, job
    dated = build_jobs([], replace(rules, keys=keys | {"as_of": str(find_newest_day(seen))}))[0]
    return pipeline.inspect(dated), dated


def _list_given_keys(rules: RuleOptions) -> dict[str, Any]:
    return {key: value for key, value in rules.dataset_keys().items() if value is not None}


def _write(place: Path, text: str) -> None:
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        message = f"{place}: could not be written ({error.strerror or error})"
        raise OutputError(message) from error

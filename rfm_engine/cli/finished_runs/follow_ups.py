"""What `rfm-engine run` makes of a run that it has just written: a comparison, a call plan, a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rfm_engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rfm_engine.config.job import Job
    from rfm_engine.output.translation import Language
    from rfm_engine.runs.compare import Movement
    from rfm_engine.runs.finished import FinishedRun
    from rfm_engine.runs.plan.plan import Plan


class FollowUps(NamedTuple):
    """What is requested beside the lists; `compare_with` is a run, or a folder of last month's runs."""

    compare_with: Path | None = None
    plan: bool = False
    report: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is requested."""
        return not (self.compare_with or self.plan or self.report)

    def last_run(self, name: str) -> Path | None:
        """Return the folder of last month's run of a dataset, None where nothing is compared."""
        if self.compare_with is None:
            return None
        return self.compare_with if (self.compare_with / "run.json").is_file() else self.compare_with / name

    def refuse_replaced(self, jobs: Iterable[Job], output: Path) -> None:
        """Check that no run that is compared with would be replaced by its successor.

        Raises:
            UsageError: One would be; the message names all of them.
        """
        names = [job.dataset.name for job in jobs]
        replaced = [
            str(last)
            for name in names
            if (last := self.last_run(name)) is not None and last.resolve() == (output / name).resolve()
        ]
        if replaced:
            message = (
                f"--compare-with: {', '.join(replaced)} would be replaced by this run before it is compared; "
                "write this one to another folder, such as --output output/2025-07"
            )
            raise UsageError(message)


class WrittenPlan(NamedTuple):
    """A plan, and the folder of its files."""

    plan: Plan
    folder: Path


def write_follow_ups(run: FinishedRun, language: Language, follow_ups: FollowUps, *, quiet: bool) -> None:
    """Write what is requested of a finished run; say how the callers are used, and name each file."""
    from rfm_engine.cli.display.results import list_files, print_line
    from rfm_engine.cli.display.sentences import Sentences
    from rfm_engine.cli.finished_runs.plan import describe_plan
    from rfm_engine.report.words import Words

    last, say = follow_ups.last_run(run.folder.name), Sentences(language)
    movement = None if last is None else _compare(last, run, language)
    planned = _plan(run, last, language) if follow_ups.plan else None
    plan = None if planned is None else planned.folder
    report = _report(run, language, movement, plan) if follow_ups.report else None
    if quiet:
        return
    for line in describe_plan(planned.plan, 0, Words(language)) if planned else ():
        print_line(line)
    written = {"movement": None if movement is None else movement.folder, "plan": plan, "report": report}
    for name, place in written.items():
        if place is not None:
            print_line(f"{say(f'{name}: ')}{place}{f'/ {list_files(place)}' if place.is_dir() else ''}")


def _compare(last: Path, run: FinishedRun, language: Language) -> Movement:
    from dataclasses import asdict, replace

    from rfm_engine import open_run
    from rfm_engine.runs.compare import compare_runs
    from rfm_engine.runs.movement_files import movement_folder, write_movement
    from rfm_engine.runs.scale import scale_of
    from rfm_engine.runs.watch import WatchOptions, watch_customers

    old, watch = open_run(last), WatchOptions()
    movement = watch_customers(compare_runs(old, run), scale_of(run), watch)
    options = {"rules_differ": False, "language": language} | asdict(watch)
    return replace(movement, folder=write_movement(movement_folder(old, run), movement, options, language))


def _plan(run: FinishedRun, last: Path | None, language: Language) -> WrittenPlan:
    """Plan the month of the statistics date; what last month's plan left is carried over."""
    from rfm_engine.runs.plan.files import find_previous_plan, plan_folder, write_plan
    from rfm_engine.runs.plan.month import Month
    from rfm_engine.runs.plan.plan import PlanOptions, make_plan
    from rfm_engine.runs.plan.previous import read_previous

    options = PlanOptions(month=Month(run.rules.as_of.replace(day=1)))
    before_folder = None if last is None else find_previous_plan(last, options.month)
    before = read_previous(before_folder, [], options)
    sources = [before_folder] if before_folder else []
    plan = make_plan(run, options, before.state)
    folder = write_plan(
        plan_folder(run, options.month),
        plan,
        run,
        language=language,
        done=before.done,
        rejects=before.rejects,
        sources=sources,
        options={"month": str(options.month), "capacity": options.capacity, "language": language},
    )
    return WrittenPlan(plan, folder)


def _report(run: FinishedRun, language: Language, movement: Movement | None, plan: Path | None) -> Path:
    from rfm_engine.report.page import ReportOptions
    from rfm_engine.report.write import write_report

    return write_report(run, ReportOptions(language=language), movement, plan)

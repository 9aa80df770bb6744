"""`rfm-engine plan`: who is called on which day of a month, by whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from rfm_engine.report.words import Words
    from rfm_engine.runs.plan.placing import Agenda
    from rfm_engine.runs.plan.plan import Plan

MOST_OWNERS = 12
BEFORE, PEOPLE, TIME = "The month before", "Who calls", "When there is time"


def plan(  # noqa: PLR0913 each is an option
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a dataset's run.")],
    *,
    month: Annotated[
        str | None, typer.Option(metavar="MONTH", help="Such as 2025-07; by default that of the statistics date.")
    ] = None,
    after: Annotated[
        Path | None, typer.Option(help="The folder of the plan before this one.", rich_help_panel=BEFORE)
    ] = None,
    done: Annotated[
        list[Path] | None,
        typer.Option(help="The workbook of that plan filled in, or a CSV file; repeatable.", rich_help_panel=BEFORE),
    ] = None,
    owners: Annotated[
        Path | None,
        typer.Option(
            help="A CSV file: owner; customer_id, store_code or region; capacity, days_off.",
            rich_help_panel=PEOPLE,
        ),
    ] = None,
    owner_by: Annotated[
        str | None, typer.Option(help="A column that names the owner: last_store_code.", rich_help_panel=PEOPLE)
    ] = None,
    contacts: Annotated[
        Path | None,
        typer.Option(help="A CSV file: customer_id, name, phone; for the workbook alone.", rich_help_panel=PEOPLE),
    ] = None,
    capacity: Annotated[int, typer.Option(min=0, help="Calls a day for each owner.", rich_help_panel=TIME)] = 8,
    calendar: Annotated[
        str | None, typer.Option(help="A country's public holidays, such as CN.", rich_help_panel=TIME)
    ] = None,
    days_off: Annotated[
        Path | None, typer.Option(help="A file of further days off, one date a line.", rich_help_panel=TIME)
    ] = None,
    work_days: Annotated[
        Path | None, typer.Option(help="A file of working days at weekends.", rich_help_panel=TIME)
    ] = None,
    language: Annotated[Literal["en", "zh"], typer.Option(help="Of headers and words.")] = "en",
) -> None:
    """Plan a month of calls: as workbook, CSV and calendar files, beside the run."""
    from rfm_engine import open_run
    from rfm_engine.cli.display.results import list_files, print_line
    from rfm_engine.errors import UsageError
    from rfm_engine.report.words import Words
    from rfm_engine.runs.plan.files import plan_folder, read_contacts, write_plan
    from rfm_engine.runs.plan.month import Month
    from rfm_engine.runs.plan.owners import read_owners
    from rfm_engine.runs.plan.plan import PlanOptions, make_plan
    from rfm_engine.runs.plan.previous import read_previous
    from rfm_engine.runs.plan.working_days import lacks_announced_days, load_calendar, read_dates

    if owners and owner_by:
        message = "name a file of owners or a column that names them, not both: --owners, --owner-by"
        raise UsageError(message)
    finished = open_run(run)
    chosen = Month.parse(month) if month else Month(finished.rules.as_of.replace(day=1))
    holidays = load_calendar(calendar, chosen)
    options = PlanOptions(
        month=chosen,
        capacity=capacity,
        owners=read_owners(owners) if owners else (),
        owner_column=owner_by,
        calendar=holidays,
        days_off=read_dates(days_off),
        work_days=read_dates(work_days),
    )
    before = read_previous(after, done or [], options)
    planned = make_plan(finished, options, before.state)
    sources = [path for path in (after, owners, contacts, days_off, work_days, *(done or [])) if path]
    folder = write_plan(
        plan_folder(finished, chosen),
        planned,
        finished,
        language=language,
        done=before.done,
        rejects=before.rejects,
        contacts=read_contacts(contacts) if contacts else None,
        sources=sources,
        options={"month": str(chosen), "capacity": capacity, "calendar": calendar, "language": language},
    )
    words = Words(language)
    if lacks_announced_days(holidays, chosen):
        print_line(words("agenda.unannounced", country=calendar, year=chosen.first_day.year))
    for line in describe_plan(planned, before.rejects.height, words):
        print_line(line)
    print_line(words("compare.files", folder=folder, names=list_files(folder)))


def describe_plan(plan: Plan, rejects: int, words: Words) -> Iterator[str]:
    """Yield for each owner the use of the room, what is planned and what is carried over."""
    for agenda in plan.agendas[:MOST_OWNERS]:
        yield from _describe_agenda(plan, agenda, words)
    if (more := len(plan.agendas) - MOST_OWNERS) > 0:
        yield words("agenda.more", n=words.number(more))
    if plan.carried_over.height:
        yield words("calls.no_room")
    if rejects:
        yield words("agenda.unusable", n=words.number(rejects))


def _describe_agenda(plan: Plan, agenda: Agenda, words: Words) -> Iterator[str]:
    from rfm_engine.runs.plan.owners import UNASSIGNED

    calls, waiting = (table.filter(table["owner"] == agenda.owner) for table in (plan.calls, plan.carried_over))
    first = calls.filter(calls["call"] == 1)
    due = first.height + waiting.height
    use = words("agenda.use", n=f"{100 * due / agenda.room:,.0f}") if agenda.room else words("agenda.no_room")
    owner = words("plan.unassigned") if agenda.owner == UNASSIGNED else words.shorten(agenda.owner, 40)
    yield words(
        "agenda.due", owner=owner, n=words.number(due), use=use, days=len(agenda.days), capacity=agenda.capacity
    )
    second = words.number(calls.height - first.height)
    yield f"  {words('agenda.planned', tiers=_count_tiers(first, words), n=second)}"
    if waiting.height:
        yield f"  {words('agenda.over', tiers=_count_tiers(waiting, words))}"


def _count_tiers(calls: pl.DataFrame, words: Words) -> str:
    counts = calls.group_by("tier", "rank of the tier").len().sort("rank of the tier")
    return ", ".join(f"{tier} {count:,}" for tier, _, count in counts.rows()) or words("agenda.no_one")

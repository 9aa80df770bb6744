"""`rfm-engine insight`: tables for partners, in which no customer can be recognised."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rfm_engine.cli.options import RuleOptions, with_rule_options

if TYPE_CHECKING:
    from rfm_engine.config.job import Job
    from rfm_engine.insight.release import InsightOptions

RELEASE = "What leaves the firm"
SAFETY = "When a cell is shown"


@with_rule_options
def insight(  # noqa: PLR0913 each is an option
    datasets: Annotated[
        list[Path] | None, typer.Argument(help="Dataset files or folders; all in ./datasets if none.")
    ] = None,
    *,
    rules: RuleOptions,
    audience: Annotated[
        Literal["suppliers", "channels", "banks", "all"],
        typer.Option("--for", help="Whose tables are written.", rich_help_panel=RELEASE),
    ] = "all",
    period: Annotated[
        Literal["auto", "month", "quarter", "half-year", "year"],
        typer.Option(help="auto: the finest that shows 80 % of the spend.", rich_help_panel=RELEASE),
    ] = "auto",
    individual: Annotated[
        bool, typer.Option("--individual", help="For banks: each customer as a token too.", rich_help_panel=RELEASE)
    ] = False,
    after: Annotated[
        Path | None,
        typer.Option(metavar="PREVIOUS", help="The release that went out before.", rich_help_panel=RELEASE),
    ] = None,
    k: Annotated[int, typer.Option("--k", min=3, help="The fewest customers of a cell.", rich_help_panel=SAFETY)] = 5,
    dominance: Annotated[
        int,
        typer.Option(
            min=1, max=100, help="The most percent of a cell that one customer spends.", rich_help_panel=SAFETY
        ),
    ] = 50,
    dominance_two: Annotated[
        int,
        typer.Option(
            min=1, max=100, help="The most percent of a cell that two customers spend.", rich_help_panel=SAFETY
        ),
    ] = 85,
    output: Annotated[Path, typer.Option(help="The folder of the results.", rich_help_panel=RELEASE)] = Path("output"),
    language: Annotated[
        Literal["en", "zh"], typer.Option(help="Of headers and words.", rich_help_panel=RELEASE)
    ] = "en",
) -> None:
    """Write demand, regions and grades for partners: cells of many customers, from which no other can be computed."""
    from rfm_engine.cli.jobs import build_jobs
    from rfm_engine.insight.cells import Rule
    from rfm_engine.insight.release import InsightOptions

    options = InsightOptions(
        audiences=("suppliers", "channels", "banks") if audience == "all" else (audience,),
        length=None if period == "auto" else period,
        rule=Rule(k=k, dominance=dominance, dominance_two=dominance_two),
        individual=individual,
    )
    for job in build_jobs(datasets or [], rules):
        _write(job, options, output, language, after)


def _write(job: Job, options: InsightOptions, output: Path, language: Literal["en", "zh"], after: Path | None) -> None:
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.cli.display.sentences import Sentences
    from rfm_engine.insight.files import insight_folder, write_release
    from rfm_engine.insight.previous import read_previous
    from rfm_engine.insight.release import make_release

    tiers = [tier.name for tier in job.rules.tiers.tier_table()]
    release = make_release(job, options, read_previous(after, tiers) if after else None)
    folder = insight_folder(output, job.dataset.name)
    audit = write_release(folder, release, language, after)
    title, demand, say = job.dataset.title or job.dataset.name, release.demand, Sentences(language)
    print_line(say("{title}: by {length}", title=title, length=say(demand.length)))
    print_line(say("{n} % of the spend is shown by product and region", n=demand.shown_percent))
    found = len(audit.found)
    print_line(say("audit: of {n} withheld figures {found} can be computed", n=f"{audit.withheld:,}", found=found))
    names = say("insight.html, insight.xlsx, CSV and Parquet of each table, run.json")
    print_line(f"{say('files: ')}{folder}/ {names}")

"""`rfm-engine compare`: who moved to another tier between two runs, and why."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.report.words import Words
    from rfm_engine.runs.compare import Movement
    from rfm_engine.runs.watch import WatchOptions

WATCH = "Who is worth a look"


def compare(  # noqa: PLR0913 each is an option
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The folder of the older run.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The folder of the newer run of the same dataset.")],
    *,
    rules_differ: Annotated[
        bool, typer.Option("--rules-differ", help="Compare runs with other weights, scheme or policy too.")
    ] = False,
    language: Annotated[Literal["en", "zh"], typer.Option(help="Of headers and words.")] = "en",
    horizon_days: Annotated[
        int, typer.Option(min=1, help="How many days of silence are followed.", rich_help_panel=WATCH)
    ] = 31,
    asleep_days: Annotated[
        int, typer.Option(min=1, help="Who has not bought for so long is asleep.", rich_help_panel=WATCH)
    ] = 180,
    growing_orders: Annotated[int, typer.Option(min=1, help="Who gained so many orders", rich_help_panel=WATCH)] = 2,
    growing_percent: Annotated[
        int, typer.Option(min=1, help="and so much of the old spend grows fast.", rich_help_panel=WATCH)
    ] = 50,
) -> None:
    """Write who moved between two runs, and whether days, orders or cut points moved them; and who is worth a look."""
    from rfm_engine.system.digests import digest_ahead

    digest_ahead((old, new))  # while Python imports the rest
    from rfm_engine import open_run
    from rfm_engine.cli.display.results import list_files, print_line
    from rfm_engine.report.words import Words
    from rfm_engine.runs.compare import compare_runs
    from rfm_engine.runs.movement_files import movement_folder, write_movement
    from rfm_engine.runs.scale import scale_of
    from rfm_engine.runs.watch import WatchOptions, watch_customers

    runs = open_run(old), open_run(new)
    options = WatchOptions(
        horizon_days=horizon_days,
        asleep_days=asleep_days,
        growing_orders=growing_orders,
        growing_percent=growing_percent,
    )
    moves = compare_runs(*runs, rules_may_differ=rules_differ)
    movement = watch_customers(moves, scale_of(runs[1]), options)
    recorded = {"rules_differ": rules_differ, "language": language} | asdict(options)
    folder = write_movement(movement_folder(*runs), movement, recorded, language)
    words = Words(language)
    for line in describe_movement(movement, options, words):
        print_line(line)
    print_line(words("compare.files", folder=folder, names=list_files(folder)))


def describe_movement(movement: Movement, options: WatchOptions, words: Words) -> Iterator[str]:
    """Yield what happened in words: the directions with their reasons, then who is worth a look."""
    from dataclasses import asdict

    from rfm_engine.runs.compare import count_reasons

    old, new = movement.runs
    yield words("compare.runs", old=old, new=new, n=words.number(movement.customers.height))
    between, colon = words("compare.between"), words("page.colon")
    counted = count_reasons(movement)
    for direction in ("up", "down", "new", "gone", "same"):
        found = counted.filter(counted["direction"] == direction)
        shown = between.join(describe_reason(reason, count, words) for _, reason, count in found.rows() if reason)
        yield f"  {found['customers'].sum():7,} {words(f'movement.{direction}')}{colon + shown if shown else ''}"
    watched = movement.customers["watch"].drop_nulls().str.split(" + ").explode().value_counts(sort=True, name="count")
    watches = between.join(f"{words.number(count)} {words(f'movement.{word}')}" for word, count in watched.rows())
    yield words("compare.look", found=watches or words("compare.no_one"))
    yield f"  {words('compare.limits', **asdict(options))}"


def describe_reason(reason: str, customers: int, words: Words) -> str:
    """Return in words for which reason so many customers moved.

    >>> from rfm_engine.report.words import Words
    >>> describe_reason("days + cuts", 7, Words("en"))
    '7 because days passed and the cut points moved'
    """
    steps = words("compare.and").join(words(f"movement.{step}") for step in reason.split(" + "))
    return words("compare.because", n=words.number(customers), steps=steps)

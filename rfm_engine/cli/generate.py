"""`rfm-engine generate`: write synthetic orders."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from rfm_engine.errors import UsageError

COUNT = re.compile(r"(\d+(?:\.\d+)?)([kmb]?)", re.ASCII)
MULTIPLES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}
DATES = ["%Y-%m-%d"]
Count = Annotated[str | None, typer.Option(metavar="COUNT", help="Such as 648, 1.8m or 20m; by default the profile's.")]
Day = Annotated[datetime | None, typer.Option(formats=DATES, metavar="DATE", help="By default the profile's.")]


def generate(  # noqa: PLR0913 each is an option
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write: .csv, .parquet or .ndjson.")],
    *,
    profile: Annotated[str, typer.Option(help="What is sold where; a wrong name lists the known ones.")] = "outdoor",
    orders: Count = None,
    customers: Count = None,
    regions: Annotated[
        str | None, typer.Option(metavar="COUNT|NAMES", help="The largest provinces, or these: 四川省,山东省.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Another seed, other orders; by default the profile's.")
    ] = None,
    since: Day = None,
    until: Day = None,
    times: Annotated[str | None, typer.Option(help="[b]second[/b] or [b]day[/b].")] = None,
    unit: Annotated[str | None, typer.Option(help="yuan, ten_thousand_yuan or fen.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    language: Annotated[str | None, typer.Option(help="[b]en[/b] or [b]zh[/b] headers.")] = None,
) -> None:
    """Write synthetic orders: the same file for the same options, wherever it is made."""
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.synthetic.profiles import market
    from rfm_engine.synthetic.writing import write_orders

    wanted = market(
        profile,
        orders=_parse_count(orders, "--orders"),
        customers=_parse_count(customers, "--customers"),
        regions=_parse_regions(regions),
        seed=seed,
        since=since and since.date(),
        until=until and until.date(),
        times=times,
        unit=unit,
        language=language,
    )
    path = write_orders(wanted, out, replace=force)
    regions = f"{len(wanted.regions)} regions" if len(wanted.regions) > 1 else wanted.regions[0]
    print_line(
        f"{path}: {wanted.orders:,} orders of {wanted.customers:,} customers in {regions}, "
        f"{wanted.since} to {wanted.until}, seed {wanted.seed}, {path.stat().st_size:,} bytes"
    )


def _parse_count(words: str | None, option: str) -> int | None:
    """Return the whole number that words such as 20m or 1.8m mean."""
    if words is None:
        return None
    parts = COUNT.fullmatch(words.lower())
    count = Decimal(parts[1]) * MULTIPLES[parts[2]] if parts else None
    if count is None or count % 1:
        message = f"{option} {words}: expected a whole number such as 648, 1.8m or 20m"
        raise UsageError(message)
    return int(count)


def _parse_regions(words: str | None) -> tuple[str, ...] | None:
    """Return the regions of a list of names, or the largest so many."""
    from rfm_engine.synthetic.places import PROVINCES

    if words is None:
        return None
    if not words.isdecimal():
        return tuple(name.strip() for name in words.split(","))
    if not 1 <= int(words) <= len(PROVINCES):
        message = f"--regions {words}: expected 1 to {len(PROVINCES)}, or names"
        raise UsageError(message)
    return tuple(PROVINCES)[: int(words)]

"""Random orders under random options against the oracle: `python -m tests.fuzz --datasets 20000`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine import open_run
from rfm_engine.config.job import prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.errors import DataError
from rfm_engine.output.writer import OutputOptions, write
from rfm_engine.pipeline import run
from rfm_engine.plugins.host import PluginHost
from tests.engine import Row, table_of
from tests.oracle.scorer import SICHUAN_TIERS, Answer, Rules, TierRule, grade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rfm_engine.output.formats import Format

COLUMNS: Final = ("customer_id", "order_id", "store_code", "region", "product_name", "order_amount", "order_time")
AMOUNTS: Final = (
    "100",
    "100.00",
    "350.01",
    "0.1",
    "12.345",
    "0.005",
    "0.004",
    "0.0061",
    "-5",
    "0",
    "",
    "x",
    "90071992547409.93",
)
TIMES: Final = ("2025-07-01", "2025-06-20 23:59:59", "2024-02-29", "2025-07-02", "", "soon")
EVERYONE: Final = (TierRule("all", None, False, None, False, 1, 2, 1, ""),)  # noqa: FBT003 the bounds of the tier
Weights = tuple[Decimal, Decimal, Decimal]
WEIGHTS: Final[tuple[Weights, ...]] = (
    (Decimal("0.3"), Decimal("0.3"), Decimal("0.4")),
    (Decimal("0.3"), Decimal("0.4"), Decimal("0.6")),
    (Decimal(1), Decimal(0), Decimal(0)),
    (Decimal(2), Decimal("0.5"), Decimal(7)),
)
FORMATS: Final[dict[str, Callable[[pl.DataFrame, Path], object]]] = {
    "csv": pl.DataFrame.write_csv,
    "parquet": pl.DataFrame.write_parquet,
    "ndjson": pl.DataFrame.write_ndjson,
    "arrow": pl.DataFrame.write_ipc,
}


def random_orders(random: Random) -> list[Row]:
    """Return up to 60 rows, sound and unsound, of a few customers, so that ids repeat, tie and contradict."""
    ids = [*(f"o{number}" for number in range(random.choice([4, 30, 400]))), ""]
    return [
        {
            "customer_id": random.choice(["c1", "c2", "c3", "c4", "007", "7", "客", ""]),
            "order_id": random.choice(ids),
            "store_code": random.choice(["s1", "s2", ""]),
            "region": random.choice(["四川省", "山东省", "山东省", "Ａ", ""]),
            "product_name": random.choice(["帐篷", "lamp", ""]),
            "order_amount": random_amount(random),
            "order_time": random_time(random),
            "status": random.choice(["paid", "sent", "cancelled", ""]),
        }
        for _ in range(random.randint(1, 60))
    ]


def random_amount(random: Random) -> str:
    plain = f"{random.randint(-999, 200_000) / 100:.2f}"
    return random.choice([plain, plain, plain, random.choice(AMOUNTS)])


def random_time(random: Random) -> str:
    moment = datetime(2024, 12, 1) + timedelta(seconds=random.randrange(213 * 86_400))
    return random.choice([str(moment), str(moment.date()), random.choice(TIMES)])


def random_rules(random: Random) -> Rules:
    """Return the rules of a dataset; policies but `all` have bounds that fit scores of 1 to 5."""
    scheme, bins = random.choice(["quintile", "thresholds"]), random.choice([5, 5, 2, 3, 10])
    weights = random.choice(WEIGHTS)
    fits = weights == WEIGHTS[0] and (scheme == "thresholds" or bins == 5)
    return Rules(
        as_of=random.choice([date(2025, 7, 1), date(2025, 1, 31)]),
        since=random.choice([None, date(2025, 1, 1)]),
        by=random.choice([("region",), (), ("store_code",), ("region", "store_code"), ("product_name",)]),
        regions=random.choice([None, None, ("四川省", "Ａ")]),
        keep_status=random.choice([None, ("paid", "sent")]),
        grain=random.choice(["order", "line", "day"]),
        refunds=random.choice(["reject", "net"]),
        fen_per_unit=random.choice([100, 100, 1_000_000]),
        scheme=scheme,
        bins=bins,
        ties=random.choice(["min", "max", "average", "ordinal"]),
        weights=weights,
        tiers=SICHUAN_TIERS if fits else EVERYONE,
    )


def write_files(folder: Path, orders: list[Row], random: Random) -> list[Path]:
    """Write the rows in their order to up to three files, each of a random format.

    A file never begins with a further row of the order before: what such a row lacks stands in the same file alone.
    """
    starts = [place for place in range(1, len(orders)) if orders[place]["order_id"] != orders[place - 1]["order_id"]]
    cuts = [0, *sorted(random.choices(starts or [0], k=random.choice([0, 0, 1, 2]))), len(orders)]
    paths = []
    for number, (first, last) in enumerate(pairwise(cuts)):
        if first < last:
            form = random.choice([*FORMATS])
            schema = dict.fromkeys(orders[0], pl.String())
            path = folder / f"orders-{number}.{form}"
            FORMATS[form](pl.DataFrame(orders[first:last], schema=schema), path)
            paths.append(path)
    return paths


def try_seed(seed: int) -> str:
    """Return how the dataset of a seed ended: `equal`, `refused` where the oracle has a reason, or the difference."""
    random = Random(seed)
    orders, rules = random_orders(random), random_rules(random)
    form: Format = random.choice(["csv", "parquet", "ndjson"])
    with TemporaryDirectory() as name:
        folder = Path(name)
        paths = write_files(folder, orders, random)
        answer = grade(orders, rules)
        try:
            customers, ledger = run_engine(folder, paths, table_of(rules), form)
        except DataError as error:
            return "refused" if is_reason(answer, str(error)) else f"refused without a reason: {error}"
    return compare(answer, customers, ledger)


def run_engine(
    folder: Path, paths: list[Path], table: dict[str, Any], form: Format
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Run the files, write the lists, and read them back."""
    keys = {"name": "test", "orders": [path.name for path in paths]} | table
    job = prepare_job(keys, folder, PluginHost(), Origins(whole="test", each="test: {key}"))
    place = write(run(job), job, OutputOptions(folder / "output", (form,)))
    finished = open_run(place)
    return finished.customers().collect(), finished.record.ledger


def is_reason(answer: Answer, message: str) -> bool:
    """Return whether the oracle's answer explains that the engine stops: no one to grade, or rows that contradict."""
    conflicts = any(reason == "conflicting" for _, _, reason in answer.rejects)
    return (not answer.customers and "no order is left" in message) or (conflicts and "share an order id" in message)


def compare(answer: Answer, customers: pl.DataFrame, ledger: dict[str, Any]) -> str:
    """Return `equal`, or the first thing that differs."""
    known = customers.with_columns(pl.col("focus").fill_null(""), pl.col("tier").cast(pl.String))
    mine = [{name: row[name] for name in customers.columns if name in row} for row in answer.customers]
    theirs = [{name: row[name] for name in row if name in known_names(answer)} for row in known.iter_rows(named=True)]
    if mine != theirs:
        pairs = zip(mine, theirs, strict=False)
        return next((f"{a} != {b}" for a, b in pairs if a != b), f"{len(mine)} customers, not {len(theirs)}")
    left_out = {"left_out": sum(ledger.get("left_out", {}).values())}
    counts = {key: value for key, value in (ledger | ledger["warnings"] | left_out).items() if key in answer.ledger}
    expected = {key: value for key, value in answer.ledger.items() if key in counts}
    return "equal" if counts == expected else f"ledger {counts} != {expected}"


def known_names(answer: Answer) -> set[str]:
    """Return the columns that the oracle has an opinion of."""
    return {name for row in answer.customers for name in row}


def fuzz(seeds: range, processes: int, report: Callable[[str], object]) -> Counter[str]:
    """Try each seed; report what differs and return how many ended how."""
    ends: Counter[str] = Counter()
    pool = ProcessPoolExecutor(processes, get_context("spawn")) if processes > 1 else None
    outcomes: Iterator[str] = pool.map(try_seed, seeds, chunksize=50) if pool else map(try_seed, seeds)
    for seed, end in zip(seeds, outcomes, strict=True):
        kind = end if end in {"equal", "refused"} else "different"
        ends[kind] += 1
        if kind == "different":
            report(f"seed {seed}: {end[:1_500]}")
    return ends


def main(count: int, first: int, processes: int) -> None:
    """Print how many datasets ended how; the exit code is 1 if any differs."""
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    ends = fuzz(range(first, first + count), processes, lambda words: sys.stderr.write(f"{words}\n"))
    sys.stdout.write(", ".join(f"{number:,} {kind}" for kind, number in ends.most_common()) + "\n")
    sys.exit(bool(ends["different"]))

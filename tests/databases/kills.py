"""`python -m tests.databases.kills --kills 50`: a database server killed while customers are put into it."""

from __future__ import annotations

import argparse
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import rfm_engine
from rfm_engine.errors import DataError
from rfm_engine.runs.push import push_run
from tests.servers.postgresql import address, ask, kill, serve, start
from tests.terminal import done

TABLE = "graded"
SUM = f"select count(*), md5(string_agg(graded::text, ';' order by region, customer_id)) from {TABLE} as graded"  # noqa: S608 a constant


class Ends(NamedTuple):
    """How pushes ended whose server was killed: with the old table or the new one; how many of either were reported."""

    old: int = 0
    new: int = 0
    done: int = 0
    failed: int = 0


def kill_servers(place: Path, runs: tuple[Path, Path], kills: int, seed: int = 0) -> Ends:
    """Push two runs in turn, kill the server at a random moment of each push, and look at the table each time.

    Raises:
        AssertionError: The table is neither that of before nor that of after, or not what the command reported.
    """
    draw, ends = random.Random(seed), Ends()
    sums = [_push(place, run) for run in runs]  # the second one's rows are there now
    took = time.monotonic()
    assert _push(place, runs[0]) == sums[0]
    took, held = time.monotonic() - took, 0
    with ThreadPoolExecutor(1) as pool:
        for _ in range(kills):
            pushing = pool.submit(_push_alone, place, runs[1 - held])
            time.sleep(draw.uniform(0, 1.2 * took))
            kill(place)
            is_done = pushing.result()
            start(place)
            found = ask(place, "-c", SUM)
            assert found == sums[1 - held] or (found == sums[held] and not is_done)
            is_new = found != sums[held]
            held = sums.index(found)
            ends = Ends(ends.old + (not is_new), ends.new + is_new, ends.done + is_done, ends.failed + (not is_done))
    return ends


def _push(place: Path, run: Path) -> bytes:
    """Push a run and return what then identifies the rows of the table."""
    push_run(rfm_engine.open_run(run), address(place), TABLE, create=True)
    return ask(place, "-c", SUM)


def _push_alone(place: Path, run: Path) -> bool:
    """Push a run and return whether that is reported as done."""
    try:
        push_run(rfm_engine.open_run(run), address(place), TABLE)
    except DataError:
        return False
    return True


def make_runs(folder: Path, orders: int) -> tuple[Path, Path]:
    """Grade generated orders at two statistics dates; return the folders of the runs."""
    done("generate", folder / "orders.parquet", "--orders", orders)
    dates = ("2025-07-01", "2025-06-01")
    for as_of in dates:
        rules = ("--as-of", as_of, "--since", "2020-01-01", "--output", folder / as_of, "-q")
        done("run", "--orders", folder / "orders.parquet", *rules)
    return folder / dates[0] / "orders", folder / dates[1] / "orders"


def main() -> None:
    """Print how the pushes ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.databases.kills")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--orders", type=int, default=200_000)
    words = parser.parse_args()
    with TemporaryDirectory() as folder, serve() as place:
        ends = kill_servers(place, make_runs(Path(folder), words.orders), words.kills)
    reported = f"{ends.done:,} were reported as done, {ends.failed:,} as failed"
    print(f"{words.kills:,} kills: {ends.old:,} left the old table, {ends.new:,} the new one; {reported}")  # noqa: T201 its purpose


if __name__ == "__main__":
    main()

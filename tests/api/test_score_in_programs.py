"""`score` inside a program changes nothing that belongs to the program, however and wherever it is collected."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine import score
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = ("customer_id", "order_id", "order_amount", "order_time", "region")
KEYS = ("region", "customer_id")
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE") if hasattr(signal, name)]


def state() -> tuple[Any, ...]:
    """Return what a program has for itself: streams, environment, settings of Polars, handlers of signals, folder."""
    handlers = [signal.getsignal(number) for number in SIGNALS]
    return sys.stdout, sys.stderr, dict(os.environ), pl.Config.state(), handlers, Path.cwd()


def scored(customers: int = 30) -> pl.LazyFrame:
    rows = [(f"c{n}", f"o{n}", f"{n + 1}.50", f"2025-06-{n % 28 + 1:02}", f"list {n % 3}") for n in range(customers)]
    return score(pl.DataFrame(rows, COLUMNS, orient="row"), as_of="2025-07-01", scheme="quintile")


def collect_all() -> list[pl.DataFrame]:
    return pl.collect_all([scored(), scored()])


def join() -> list[pl.DataFrame]:
    names = scored().collect_schema().names()
    again = scored().select(pl.all().name.suffix(" again"))
    keys = [f"{key} again" for key in KEYS]
    joined = scored().join(again, left_on=KEYS, right_on=keys, coalesce=False).sort(KEYS).collect()
    return [joined.select(f"{name}{end}" for name in names) for end in ("", " again")]


def threads() -> list[pl.DataFrame]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: scored().collect(), range(examples(200))))


def coroutines() -> list[pl.DataFrame]:
    async def collect() -> list[pl.DataFrame]:
        tasks = [asyncio.to_thread(lambda: scored().collect()) for _ in range(20)]
        return [*await asyncio.gather(*tasks), *await asyncio.gather(*(scored().collect_async() for _ in range(20)))]

    return asyncio.run(collect())


@pytest.mark.parametrize("collect", [collect_all, join, threads, coroutines])
def test_the_answer_is_the_same_and_the_program_is_left_as_it_was(collect: Callable[[], list[pl.DataFrame]]) -> None:
    expected, before = scored().collect(), state()

    results = collect()

    assert state() == before
    assert [result.rows() for result in results] == [expected.rows()] * len(results)


def test_hundreds_of_calls_leave_what_is_printed_after_them(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(examples(100)):
        pl.collect_all([scored(9), scored(9)])

    print("still here")  # noqa: T201 what is tested

    assert capsys.readouterr().out == "still here\n"

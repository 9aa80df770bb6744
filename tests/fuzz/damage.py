"""Damaged files through the real command: `python -m tests.fuzz --files 10000`.

None may end in a traceback, in a panic of the reader or in a wrong total: what is graded must be what a second, plain
reading of the damaged file and the oracle say.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from random import Random
from traceback import format_exc
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from typer.main import get_command

from tests.fuzz.cases import CASES, DATASET, SHARES, Case, make_orders
from tests.oracle.scorer import Rules
from tests.oracle.second_answer import FREED, answer_table, map_columns, rules_of
from tests.terminal import Answer, rfm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.oracle.second_reader import Table

AS_OF = date(2025, 7, 1)
SHOWN = ("recency_days", "frequency", "monetary", "r_score", "f_score", "m_score", "rfm_score", "tier")
COMMANDS = cache(get_command)
"""The tree of commands, which a process that runs the command many times builds once: that is half of a run's time."""

ENDS = ("graded", "refused", "panicked", "aborted", "unjudged", "traceback", "died", "wrong")
BAD = ("traceback", "died", "wrong")


class End(NamedTuple):
    """How a file ended, and what was seen.

    `graded` and right; `refused`; `panicked` or `aborted`: refused too, after a panic of the reader or the end of its
    process, of which the command's user sees nothing but the message; `unjudged`: graded, but there is no second
    reading; or one of `BAD`.
    """

    how: str
    seen: str = ""


def case_of(seed: int) -> Case:
    """Return the kind of file that a seed stands for."""
    return CASES[SHARES[seed % len(SHARES)]]


def make_files(seed: int) -> tuple[bytes, bytes]:
    """Return the file of a seed as it was, and damaged; of a dataset, its orders and the damaged dataset file."""
    draw, case = Random(seed), case_of(seed)
    content = case.written(make_orders(draw))
    return content, case.damaged(DATASET.encode() if case.name == "toml" else content, draw)


def try_seed(seed: int) -> End:
    """Damage one file, run the command on it and judge how it ended."""
    with tempfile.TemporaryDirectory(prefix="rfm-fuzz-") as folder:
        return try_in(Path(folder), seed)


def try_in(folder: Path, seed: int) -> End:
    """Damage one file in a folder, run the command on it and judge how it ended."""
    words = write_case(folder, seed)
    with catch_errors() as printed_text, patch("typer.main.get_command", COMMANDS):
        try:
            answer = rfm(*words)
        except BaseException:  # noqa: BLE001 what the command lets through is a traceback to its user
            answer = Answer(1, "", format_exc())
    err = answer.err + printed_text()
    if "Traceback" in err or answer.code not in (0, 1, 2):
        return End("traceback", err)
    if answer.code:
        return End("panicked" if "panicked" in err else "refused", err)
    case, (content, damaged) = case_of(seed), make_files(seed)
    if case.name == "toml":
        return judge(case, content, folder / "output" / "fuzzed", dataset=damaged)
    return judge(case, damaged, folder / "output" / "fuzzed", whole=content)


def write_case(folder: Path, seed: int) -> list[str]:
    """Write the damaged file of a seed, and return the command that grades it."""
    case, (content, damaged) = case_of(seed), make_files(seed)
    dataset = case.name == "toml"
    path = folder / ("orders.csv" if dataset else f"orders.{case.name}")
    path.write_bytes(content if dataset else damaged)
    words: list[object] = ["run", "--orders", path, "--as-of", AS_OF, "--scheme", "quintile"]
    if dataset:
        (folder / "dataset.toml").write_bytes(damaged)
        words = ["run", folder]
    words += ["--encoding", case.encoding] if case.encoding else []
    return [str(word) for word in (*words, "--name", "fuzzed", "--output", folder / "output", "--quiet")]


def try_apart(seed: int, how: str) -> End:
    """Run the command as its user does, in a process of its own, on a file that broke the reader down.

    It must end in one line, and so as `how` says.
    """
    with tempfile.TemporaryDirectory(prefix="rfm-fuzz-") as folder:
        command = [sys.executable, "-m", "rfm_engine", *write_case(Path(folder), seed)]
        answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    told = answer.returncode == 1 and answer.stderr.startswith("error: ") and answer.stderr.count("\n") == 1
    return End(how if told else "died", answer.stderr)


@contextmanager
def catch_errors() -> Iterator[Callable[[], str]]:
    """Catch what is written to the process's standard error, by Rust too."""
    with tempfile.TemporaryFile() as file:
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)

        def printed_text() -> str:
            file.seek(0)
            return file.read().decode("utf-8", "replace")

        caught: list[str] = []
        try:
            yield lambda: caught[0]
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            caught.append(printed_text())


def judge(case: Case, content: bytes, folder: Path, *, dataset: bytes = b"", whole: bytes = b"") -> End:
    """Compare what a run wrote with the oracle's answer to a second reading."""
    try:
        rules, known = rules_of(dataset) if dataset else (Rules(AS_OF), True)
        table = read_again(case, content, whole)
        map_columns(table.headers)
    except UnicodeDecodeError:
        return End("unjudged")  # in which encoding it was read, the engine has inferred
    except ValueError as error:
        return End("wrong" if case.name in ("csv", "toml") else "unjudged", f"graded, but {error}")
    if not known:
        return End("unjudged")
    answer, rejects = answer_table(table, rules)
    with (folder / "customers.csv").open(encoding="utf-8", newline="") as file:
        customers = {(row["region"], row["customer_id"]): row for row in csv.DictReader(file)}
    with (folder / "rejects.csv").open(encoding="utf-8", newline="") as file:
        lost = [(int(row["row"]), row["column"], row["reason"]) for row in csv.DictReader(file)]
    ledger = json.loads((folder / "run.json").read_text("utf-8"))["ledger"]
    ledger["left_out"] = sum(ledger.get("left_out", {}).values())
    refused = sorted((row, escape_formulas(column), reason) for row, column, reason in rejects)
    expected = {
        (escape_formulas(row.get("region")), escape_formulas(row["customer_id"])): [str(row[name]) for name in SHOWN]
        for row in answer.customers
    }
    graded = {key: [row[name] for name in SHOWN] for key, row in customers.items()}
    counts = {key: ledger[key] for key in answer.ledger if key in ledger}
    wanted = {key: answer.ledger[key] for key in counts}
    for seen, right in ((counts, wanted), (lost, refused), (graded, expected)):
        if seen != right:
            return End("wrong" if table.sound else "unjudged", f"{seen}\n  is not\n{right}")
    return End("graded")


def read_again(case: Case, content: bytes, whole: bytes) -> Table:
    """Read a file a second time; where the second reader refuses a container's damage, as it was before.

    An answer that is that of the whole file is right: the damage is to what no value depends on, such as a checksum.
    """
    try:
        return case.read(content, case.encoding)
    except ValueError:
        if case.name not in ("parquet", "arrow", "xlsx"):
            raise
        return replace(case.read(whole, case.encoding), sound=False)


def escape_formulas(text: object) -> str:
    """Return a text as a spreadsheet may open it."""
    shown = str(text or "").translate(FREED)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@", "\t", "\r")) else shown


def format_figures(ends: Counter[tuple[str, str]]) -> str:
    """Return how many files of each kind ended how, in a table."""
    kinds = sorted({kind for kind, _ in ends})
    lines = [f"{'files':9}{''.join(f'{how:>11}' for how in ENDS)}{'tried':>11}"]
    for kind in (*kinds, "all"):
        row = [sum(ends[one, how] for one in (kinds if kind == "all" else [kind])) for how in ENDS]
        lines.append(f"{kind:9}{''.join(f'{count:11,}' for count in row)}{sum(row):11,}")
    return "\n".join(lines)


def try_seeds(seeds: range) -> list[tuple[int, End]]:
    """Try a file for each seed in a process aside, so that one that dies of it is counted too."""
    pool, ends = ProcessPoolExecutor(1, get_context("spawn")), []
    for seed in seeds:
        try:
            end = pool.submit(try_seed, seed).result()
            end = try_apart(seed, end.how) if end.how == "panicked" else end
        except BrokenProcessPool:
            end = try_apart(seed, "aborted")
            pool = ProcessPoolExecutor(1, get_context("spawn"))
        if end.how in BAD:
            sys.stderr.write(f"{describe_end(seed, end)}\n")
        ends.append((seed, end))
    pool.shutdown()
    return ends


def describe_end(seed: int, end: End) -> str:
    """Return a bad end in words."""
    return f"seed {seed} ({case_of(seed).name}): {end.how}: {end.seen[-1_500:]}"


def fuzz(seeds: range, processes: int = 1) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Try a file for each seed; return how many of each kind ended how, and the bad ends."""
    with ThreadPoolExecutor(processes) as threads:
        shares = threads.map(try_seeds, [seeds[first::processes] for first in range(processes)])
        ends = sorted(chain.from_iterable(shares))
    return Counter((case_of(seed).name, end.how) for seed, end in ends), [
        describe_end(seed, end) for seed, end in ends if end.how in BAD
    ]


def main(count: int, first: int, processes: int) -> None:
    """Print the figures; the exit code is 1 if a file ended badly."""
    ends, bad = fuzz(range(first, first + count), processes)
    sys.stdout.write(f"{format_figures(ends)}\n")
    sys.exit(bool(bad))

"""How the tests type commands: words in, exit code and what was printed out; and the small order file they share."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from rfm_engine.cli import main

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = """\
customer_id,order_id,store_code,region,product_name,order_amount,order_time
007,0001,S1,north,tent,100.00,2025-06-21 08:00:00
007,0002,S2,north,lamp,250.01,2025-06-20 09:30:00
0012,0003,S1,north,tent,1500.10,2025-03-03 00:00:00
7,0004,S1,south,rope,80.00,2024-01-01 12:00:00
7,0005,S3,south,rope,5,2025-07-01 23:59:59
"""
AS_OF = ("--as-of", "2025-07-01")


class Answer(NamedTuple):
    """What a command left behind: its exit code, and what it printed to either stream."""

    code: int
    out: str
    err: str


def rfm(*words: object) -> Answer:
    """Run `rfm-engine` in this process."""
    out, err, code = StringIO(), StringIO(), 0
    with patch.object(sys, "argv", ["rfm-engine", *map(str, words)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Answer(code, out.getvalue(), err.getvalue())


def done(*words: object) -> Answer:
    """Run `rfm-engine` and expect it to succeed."""
    answer = rfm(*words)
    assert answer.code == 0, answer.err
    return answer


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def run(orders: Path, output: Path, *words: object) -> Path:
    """Score an order file with options; return the folder of its results."""
    done("run", "--orders", orders, *AS_OF, "--output", output, *words)
    return output / orders.stem


def record_of(folder: Path) -> dict[str, Any]:
    """Return the run.json of a run's folder."""
    return dict(json.loads((folder / "run.json").read_text("utf-8")))


def everything_below(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

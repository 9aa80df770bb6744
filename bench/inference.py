"""What inference costs: the same orders with every reading declared and with none, in turn, as whole processes."""

from __future__ import annotations

import hashlib
import shutil
import sys
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from bench import machine
from bench.orders import generate
from bench.processes import compile_modules, measure_process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

AIM: Final = 1.15
"""How many times as long a run may take that declares nothing."""

RULES: Final = ("--as-of", "2025-07-01", "--scheme", "quintile", "--by", "region", "--quiet", "--name", "orders")
COLUMNS: Final = ("customer_id", "order_id", "order_amount", "order_time", "store_code", "region", "product_name")
DECLARED: Final = ("--source", "none", "--grain", "order", *(f"--column={name}={name}" for name in COLUMNS))
TEXT: Final = ("--orders-format", "csv", "--quote", '"')


class Run(NamedTuple):
    """Wall and processor seconds of one run, and the digest of its customers."""

    seconds: tuple[float, float]
    digest: str


Pair = tuple[Run, Run]
"""The run that declares every reading, and the one that declares none."""


@dataclass(frozen=True, kw_only=True)
class Style:
    """One way to write orders, and the options that declare it."""

    name: str
    suffix: str
    declared: tuple[str, ...]
    encoding: str = "utf-8"
    separator: str = ","

    def write(self, orders: pl.LazyFrame, folder: Path) -> Path:
        """Write the orders in this style."""
        path = folder / f"orders.{self.suffix}"
        if self.suffix == "parquet":
            orders.sink_parquet(path)
            return path
        amount, time = pl.col("order_amount"), pl.col("order_time")
        if self.separator == ";":
            amount, time = (
                amount.cast(pl.String).str.replace(".", ",", literal=True),
                time.dt.to_string("%d/%m/%Y %H:%M:%S"),
            )
        else:
            time = time.dt.to_string("%Y-%m-%d %H:%M:%S")
        orders.with_columns(amount, time).sink_csv(path, separator=self.separator)
        if self.encoding != "utf-8":
            path.write_bytes(path.read_text("utf-8").encode(self.encoding))
        return path


STYLES: Final = (
    Style(
        name="CSV as databases write it",
        suffix="csv",
        declared=(
            *TEXT,
            "--encoding",
            "utf-8",
            "--separator",
            ",",
            "--amount-style",
            "point",
            "--order-time-format",
            "%Y-%m-%d %H:%M:%S",
        ),
    ),
    Style(
        name="CSV in gb18030, semicolons, decimal commas, days first",
        suffix="csv",
        encoding="gb18030",
        separator=";",
        declared=(
            *TEXT,
            "--encoding",
            "gb18030",
            "--separator",
            ";",
            "--amount-style",
            "comma",
            "--order-time-format",
            "dmy",
        ),
    ),
    Style(name="Parquet, typed", suffix="parquet", declared=("--orders-format", "parquet")),
)


def measure_inference(rows: int, repeat: int, folder: Path, report: Callable[[str], None]) -> dict[str, Any]:
    """Return, for each style, the seconds of both runs and how many times as long the one that declares nothing takes.

    Wall and processor seconds are medians; the ratios are medians of those of the pairs.
    """
    compile_modules()
    orders = pl.scan_parquet(generate(folder, rows))
    found = []
    for style in STYLES:
        found.append(_measure_style(style, orders, repeat, folder / "inference"))
        report(str(found[-1]))
    return {"kind": "inference", "rows": rows, "repeat": repeat, "machine": machine.describe_machine(), "styles": found}


def _measure_style(style: Style, orders: pl.LazyFrame, repeat: int, folder: Path) -> dict[str, Any]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = style.write(orders.select(COLUMNS), folder)
    pairs = [(_run(path, (*DECLARED, *style.declared)), _run(path, ())) for _ in range(repeat)]
    shutil.rmtree(folder)
    if len({run.digest for pair in pairs for run in pair}) > 1:
        message = f"{style.name}: the answers differ"
        raise RuntimeError(message)
    return {"style": style.name} | _compare("wall", 0, pairs) | _compare("processor", 1, pairs)


def _compare(unit: str, place: int, pairs: Sequence[Pair]) -> dict[str, Any]:
    seconds = [(declared.seconds[place], inferred.seconds[place]) for declared, inferred in pairs]
    return {
        f"declared_{unit}_seconds": median(declared for declared, _ in seconds),
        f"inferred_{unit}_seconds": median(inferred for _, inferred in seconds),
        f"{unit}_times": median(inferred / declared for declared, inferred in seconds),
    }


def _run(path: Path, options: tuple[str, ...]) -> Run:
    output = path.parent / "output"
    words = [sys.executable, "-m", "rfm_engine", "run", "--orders", str(path), *RULES, *options]
    usage = measure_process([*words, "--output", str(output)])
    if usage.code:
        raise RuntimeError(usage.said)
    digest = hashlib.sha256((output / "orders" / "customers.csv").read_bytes()).hexdigest()
    return Run((usage.wall_seconds, usage.user_seconds + usage.sys_seconds), digest)


def inference_table(found: dict[str, Any]) -> str:
    """Return the README's table of what inference costs."""
    lines = ["| how the orders are written | orders | declared | nothing declared | wall | processor |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
    for one in found["styles"]:
        seconds = (f"{one[f'{way}_wall_seconds']:.2f} s" for way in ("declared", "inferred"))
        ratios = (f"**{one[f'{unit}_times']:.2f} times**" for unit in ("wall", "processor"))
        lines.append(f"| {one['style']} | {found['rows']:,} | {' | '.join((*seconds, *ratios))} |")
    note = f"Medians of {found['repeat']} pairs of whole processes, in turn; the lists are the same bytes."
    return "\n".join([*lines, "", f"{note} The aim is {AIM} times at most."])

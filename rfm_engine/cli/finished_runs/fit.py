"""`rfm-engine fit`: the cut points of a run as a file, by which later runs are graded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def fit(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a dataset's run.")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file of the cut points.")] = Path("cuts.toml"),
) -> None:
    """Write the cut points of a run; `--scheme frozen --set from=cuts.toml` grades later months by them."""
    from rfm_engine import open_run
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.runs.fit import write_cut_points

    path = write_cut_points(open_run(run), output)
    print_line(f"cut points: {path}")
    print_line(f"grade by them: rfm-engine run --scheme frozen --set from={path}")

"""`rfm-engine`, and `python -m rfm_engine`."""

import gc
import os
from typing import Final

from rfm_engine.system.child_process import run_in_child_process

GARBAGE_THRESHOLD: Final = 50_000
"""Objects made since the last look for garbage that bring on the next; Python's own 700 are for small programs."""

FIXED_OFFSETS: Final = "POLARS_IGNORE_TIMEZONE_PARSE_ERROR"
"""Lets Polars read times of a fixed offset such as +05:30; the zones of options are checked before."""


def main() -> None:
    """Run a command in a process of its own."""
    run_in_child_process(_run_command)


def _run_command() -> None:
    os.environ.setdefault(FIXED_OFFSETS, "1")
    gc.set_threshold(GARBAGE_THRESHOLD)  # of 600 modules' objects none is garbage: 0.025 s less
    from rfm_engine.cli import main as command  # noqa: PLC0415 the process that waits stays small

    command()


if __name__ == "__main__":
    main()

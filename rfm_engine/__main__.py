"""`rfm-engine`, and `python -m rfm_engine`."""

import gc
import os
import sys
import warnings
from pathlib import Path
from typing import Final

from rfm_engine.system.child_process import run_in_child_process

GARBAGE_THRESHOLD: Final = 200_000
"""Objects made since the last look for garbage that bring on the next; Python's own 700 are for small programs."""

STDERR: Final = 2
FIXED_OFFSETS: Final = "POLARS_IGNORE_TIMEZONE_PARSE_ERROR"
"""Lets Polars read times of a fixed offset such as +05:30; the zones of options are checked before."""

PYDANTIC_PLUGINS: Final = "PYDANTIC_DISABLE_PLUGINS"
"""Keeps pydantic from looking through all installed packages for plugins of its own."""

ALLOCATOR: Final = "_RJEM_MALLOC_CONF"
"""What jemalloc, by which Polars takes memory, is told before it is loaded; Polars' own options stand before these."""

KEPT_MEMORY_OPTIONS: Final = "oversize_threshold:0,dirty_decay_ms:2000"
"""Large columns come from the arenas too, and what is freed is used again for 2 s before the system gets it back."""


def main() -> None:
    """Run a command in a process of its own."""
    if sys.stderr is None:
        _open_stderr()
    run_in_child_process(_run_command)


def _open_stderr() -> None:
    """Give errors a place where the caller closed theirs (`2>&-`): else the next file that is opened would be it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), STDERR)
    sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 until the process ends


def _run_command() -> None:
    warnings.filterwarnings("ignore", "Polars binary is missing")  # an error of its own follows
    os.environ.setdefault(FIXED_OFFSETS, "1")
    os.environ.setdefault(PYDANTIC_PLUGINS, "__all__")
    os.environ[ALLOCATOR] = ",".join(filter(None, (_allocator_options(), os.environ.get(ALLOCATOR))))
    gc.set_threshold(GARBAGE_THRESHOLD)  # of 600 modules' objects none is garbage: 0.04 s less
    from rfm_engine.cli import main as command  # noqa: PLC0415 the process that waits stays small

    command()


def _allocator_options() -> str:
    """Return jemalloc's options: an arena for each core instead of its four, so that freed memory is found again."""
    return f"narenas:{os.cpu_count() or 1},{KEPT_MEMORY_OPTIONS}"


if __name__ == "__main__":
    main()

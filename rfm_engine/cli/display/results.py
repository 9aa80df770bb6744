"""Where a command prints its results, so that what plugins print does not come between them."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from contextlib import contextmanager, redirect_stdout
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from rfm_engine.errors import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STREAMS: Final[list[IO[str]]] = []
"""Where the command that runs prints its results."""


def keep_results_apart(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command whose stdout holds its own results alone: what plugins print meanwhile goes to stderr."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 whatever the command takes
        with _send_other_output_to_stderr():
            return command(*arguments, **options)

    return run


@contextmanager
def _send_other_output_to_stderr() -> Iterator[None]:
    with Path(os.devnull).open("w", encoding="utf-8") as closed:
        STREAMS.append(sys.stdout or closed)  # None where the caller closed it
        try:
            with redirect_stdout(sys.stderr):
                yield
        finally:
            STREAMS.pop()


def results() -> IO[str]:
    """Return where results are printed."""
    return STREAMS[-1] if STREAMS else sys.stdout


def print_json(value: object) -> None:
    """Print a value as JSON; what JSON does not know as its text."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str), file=results())


def print_line(text: object, *, error: bool = False) -> None:
    """Print a line as it is, however long, with control signs written out; to stderr if it reports an error."""
    print(printable(str(text)), file=sys.stderr if error else results())


def list_files(folder: Path, say: Callable[..., str] = str.format) -> str:
    """Return the files of a run by name, those of each list's folder once with their number."""
    found = Counter(path.name for path in folder.rglob("*") if path.is_file())
    own = {path.name for path in folder.iterdir()}
    return ", ".join(
        name if name in own else say("{file} in {n} folders", file=name, n=found[name]) for name in sorted(found)
    )

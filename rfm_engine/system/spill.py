"""Where Polars puts what exceeds the memory budget, and what happens when there is no room for it.

Polars reads its settings when it is imported, so they are made before; this module must not import it.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Final

from rfm_engine.errors import OutputError, UsageError
from rfm_engine.system.memory import resolve_memory_budget
from rfm_engine.system.temp_dir import PREFIX, process_temp_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEMORY: Final = "POLARS_OOC_MEMORY_BUDGET_MB"
FOLDER: Final = "POLARS_OOC_SPILL_DIR"
DISK: Final = "POLARS_OOC_DISK_BUDGET_MB"
MEGABYTE: Final = 10**6
FILES: Final = "*/spill-*"
SHARE: Final = 0.9
"""Of the free disk: files are a little larger than what Polars counts.

Polars ends a query that would exceed its disk budget with an error; one that meets a full disk waits for ever.
"""

LEAST: Final = 4 * MEGABYTE
LOOK_SECONDS: Final = 0.5


def set_spill_limits(memory: str | None = None, folder: Path | None = None) -> None:
    """Set what Polars may hold in memory, where it spills the rest, and how much of the disk it may take.

    What is given goes before the environment (`POLARS_OOC_...`), and that before what the machine suggests. Where
    Polars is loaded already, or there is no place for temporary files and none is given, nothing is set.

    Raises:
        UsageError: The budget is none, or the folder given cannot be written.
    """
    amount = resolve_memory_budget(memory)
    if "polars" in sys.modules or not (place := _place(folder)):
        return
    if amount is not None and (memory is not None or MEMORY not in os.environ):
        os.environ[MEMORY] = str(amount // MEGABYTE)
    os.environ[FOLDER] = str(place)
    os.environ.setdefault(DISK, str(int(SHARE * shutil.disk_usage(place).free) // MEGABYTE))


def memory_limit() -> int | None:
    """Return the bytes that a run may hold in memory, as set by `bound` or the environment; None if nothing is set."""
    megabytes = os.environ.get(MEMORY, "")
    return int(megabytes) * MEGABYTE if megabytes.isdecimal() else None


def _place(folder: Path | None) -> Path | None:
    if folder is None and FOLDER in os.environ:
        own = Path(os.environ[FOLDER])
        return own if own.is_dir() else None
    try:
        return process_temp_dir(folder)
    except OSError as error:
        if folder is None:
            return None
        message = f"option --spill-folder {folder}: no folder that can be written ({error.strerror})"
        raise UsageError(message) from error


def full_spill_folder_error() -> OutputError:
    """Return the error that names the folder without room."""
    place = Path(os.environ[FOLDER])
    folder = place.parent if place.name.startswith(PREFIX) else place
    message = (
        f"{folder}: no space left for what exceeds the memory budget; free some, name another place "
        "with --spill-folder, or raise --memory-budget"
    )
    return OutputError(message)


@contextmanager
def reports_full_spill_folder() -> Iterator[None]:
    """Report a full spill folder as such, whatever plugin the failure was attributed to.

    Raises:
        OutputError: There is no space left for what exceeds the memory budget.
    """
    try:
        yield
    except BaseException as error:
        if not any("out-of-core disk budget" in str(one) for one in _causes(error)):
            raise
        raise full_spill_folder_error() from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@contextmanager
def spill_dir() -> Iterator[Path]:
    """Give an empty folder where Polars spills to, which goes away with the block, or when the process is gone."""
    place = Path(os.environ.get(FOLDER, ""))
    own = place if place.name.startswith(PREFIX) else process_temp_dir(place if place.name else None)
    with TemporaryDirectory(dir=own, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def has_spilled() -> bool:
    """Return whether anything lies in the spill folder."""
    place = os.environ.get(FOLDER)
    return place is not None and any(Path(place).glob(FILES))


def watch(end: Callable[[str], object]) -> None:
    """Call `end` with a message when others fill the disk on which spilled data lies: Polars would wait for ever."""
    if place := os.environ.get(FOLDER):
        Thread(target=_watch, args=(Path(place), end), name="spill folder", daemon=True).start()


def _watch(place: Path, end: Callable[[str], object]) -> None:
    while not _is_full(place):
        sleep(LOOK_SECONDS)
    end(str(full_spill_folder_error()))


def _is_full(place: Path) -> bool:
    try:
        return any(place.glob(FILES)) and shutil.disk_usage(place).free <= LEAST
    except OSError:  # no file may be opened at the moment: the next look will tell
        return False

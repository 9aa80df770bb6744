"""Files that are what they were when they were read: their digests are known, and need not be taken again."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from rfm_engine.system.regular_files import find_state

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rfm_engine.config.job import Job
    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.state.memo import FileFacts
    from rfm_engine.system.regular_files import FileState

YOUNG_NS: Final = 2_000_000_000
"""Of a file that changed this short a time ago a further change may not show: clocks tick too slowly."""


def list_states(files: Sequence[OrderFile]) -> dict[str, FileState]:
    """Return by their names the states of files that show each further change.

    That is no file of Windows, which keeps no time of the last change of any kind.
    """
    latest = time.time_ns() - YOUNG_NS if os.name != "nt" else 0
    states = {file.path.as_posix(): find_state(file.path) for file in files}
    return {name: state for name, state in states.items() if state is not None and state.changed_ns < latest}


def list_known_digests(job: Job, facts: dict[str, FileFacts]) -> dict[Path, tuple[FileState, str]]:
    """Return the state and the digest of each file of which they are known, none where digests are to be checked."""
    known = {file.path: facts[name] for file in job.files if (name := file.path.as_posix()) in facts}
    is_trusted = job.dataset.state_check == "times"
    return {path: (one.state, one.sha256) for path, one in known.items() if is_trusted and one.state is not None}

"""How many files a process may have open at once."""

from __future__ import annotations

import os
from typing import Final

SPARE: Final = 256
"""Open files that the rest of the process may need."""

FEWEST_SPARE: Final = 32
"""Those that it does need."""


def allow_open_files(count: int) -> int:
    """Raise the number of files that may be open, where that is less, and return how many of these may be; at least 1.

    The system may set a bound that a process cannot raise.
    """
    if os.name == "nt" or not count:
        return count
    import resource  # noqa: PLC0415 Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + SPARE
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return count
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(min(count, most - FEWEST_SPARE), 1)

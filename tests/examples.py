"""How many examples a law is tried on."""

from __future__ import annotations

import os


def examples(count: int) -> int:
    """Return the count, or what `RFM_EXAMPLES` says instead: more to look for longer, fewer where much else differs."""
    return int(os.environ.get("RFM_EXAMPLES", count))

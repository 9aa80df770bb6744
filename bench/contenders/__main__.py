"""Run one contender as a process of its own: NAME ORDERS OUTPUT RULES; `NAME available` answers by the exit code.

It imports nothing but the peer, so that no contender pays for another's start.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.contenders import contender
from bench.contenders.rules import Rules

NOT_AVAILABLE = 3


def main(name: str, *words: str) -> int:
    """Run a contender, or say whether it can run."""
    chosen = contender(name)
    if words == ("available",):
        return 0 if chosen.available() else NOT_AVAILABLE
    orders, output, text = words
    chosen.run(Path(orders), Path(output), Rules(**json.loads(text)))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

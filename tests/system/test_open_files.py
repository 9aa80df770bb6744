"""A process may have as many files open as it asks for, or as the system lets it."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("resource")

ASK = """
import resource, sys
from rfm_engine.system.open_files import allow_open_files
soft, hard, count = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
print(allow_open_files(count), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("soft", "hard", "count", "allowed", "limit"),
    [
        (512, 512, 200, 200, 512),
        (456, 512, 200, 200, 456),
        (455, 512, 200, 200, 456),
        (100, 512, 200, 200, 456),
        (100, 300, 200, 200, 300),
        (100, 232, 200, 200, 232),
        (100, 231, 200, 199, 231),
        (100, 100, 200, 68, 100),
        (33, 33, 200, 1, 33),
        (32, 32, 200, 1, 32),
        (100, 100, 0, 0, 100),
    ],
)
def test_the_limit_is_raised_as_far_as_it_may_be(soft: int, hard: int, count: int, allowed: int, limit: int) -> None:
    words = [sys.executable, "-c", ASK, str(soft), str(hard), str(count)]

    done = subprocess.run(words, capture_output=True, text=True, check=True)

    assert done.stdout.split() == [str(allowed), str(limit)]

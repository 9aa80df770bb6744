"""Random orders under random options: three hundred here, more by `python -m tests.fuzz --datasets 20000`."""

from __future__ import annotations

import os

from tests.fuzz.options import fuzz

DATASETS = int(os.environ.get("RFM_FUZZED_DATASETS", "300"))


def test_every_dataset_is_graded_as_the_oracle_says_or_refused_for_a_reason() -> None:
    differences: list[str] = []
    ends = fuzz(range(DATASETS), 1, differences.append)
    assert not differences
    assert ends["equal"] > DATASETS // 2

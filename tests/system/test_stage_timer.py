"""The stages that a run goes through, as a progress line shows them and run.json times them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine.system.stage_timer import StageTimer
from tests.customers.small_orders import SNIFFED, grade_rows, orders

if TYPE_CHECKING:
    from pathlib import Path

STAGES = ["read", "clean", "aggregate", "newest order", "ledger", "score and grade", "present"]


class Diary(StageTimer):
    """A clock that puts down which stages begin and end."""

    def __init__(self) -> None:
        super().__init__()
        self.stages: list[str] = []

    def begin(self, stage: str) -> None:
        self.stages.append(f"begin {stage}")

    def lap(self, stage: str) -> None:
        super().lap(stage)
        self.stages.append(stage)


def test_the_stages_of_a_run_follow_each_other_by_their_names(tmp_path: Path) -> None:
    clock = Diary()

    run = grade_rows(tmp_path, orders(SNIFFED), {}, clock)

    assert clock.stages == [*STAGES[:2], "begin aggregate", *STAGES[2:5], "begin score and grade", *STAGES[5:]]
    assert list(run.seconds) == STAGES

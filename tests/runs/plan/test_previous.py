"""What a plan takes over from the plan before it, and when it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import UsageError
from rfm_engine.runs.plan.month import Month
from rfm_engine.runs.plan.plan import PlanOptions
from rfm_engine.runs.plan.previous import read_previous

if TYPE_CHECKING:
    from pathlib import Path

AUGUST = PlanOptions(month=Month.parse("2025-08"))


def test_the_first_plan_takes_nothing_over() -> None:
    state, done, rejects = read_previous(None, [], AUGUST)

    assert (state, done.height, rejects.height) == (None, 0, 0)


def test_outcomes_without_the_plan_of_their_calls_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--done needs the plan that the calls belong to: --after FOLDER"):
        read_previous(None, [tmp_path / "done.csv"], AUGUST)


@pytest.mark.parametrize("month", ["2025-07", "2025-06"])
def test_a_plan_that_is_not_earlier_is_refused(month: str, july_plan: Path) -> None:
    with pytest.raises(UsageError, match="2025-07"):
        read_previous(july_plan, [], PlanOptions(month=Month.parse(month)))


def test_the_state_is_that_of_the_plan_after_the_outcomes_of_its_calls(july_plan: Path, tmp_path: Path) -> None:
    lines = ["SC00000001,2025-07-03,reached,", "SC00000002,2025-07-03,do not call,", "nobody,2025-07-03,reached,"]
    (tmp_path / "done.csv").write_text("\n".join(["customer_id,done_on,outcome,note", *lines]), "utf-8")

    before = read_previous(july_plan, [], AUGUST)
    state, done, rejects = read_previous(july_plan, [tmp_path / "done.csv"], AUGUST)

    assert before.state is not None
    assert state is not None
    assert (done.height, rejects["value"].to_list()) == (2, ["nobody"])
    after = {row["customer_id"]: row for row in state.collect().to_dicts()}
    assert str(after["SC00000001"]["last_contact"]) == "2025-07-03"
    assert after["SC00000002"]["do_not_call"]
    changed = {"SC00000001", "SC00000002"}
    assert {
        row["customer_id"] for row in before.state.collect().to_dicts() if row != after[row["customer_id"]]
    } == changed

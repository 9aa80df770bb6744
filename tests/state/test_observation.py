"""What a run shows is kept only if it gives the lists of that run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rfm_engine.state import observation
from rfm_engine.state.parts.counting import complete_part
from tests.laws.months import JANUARY, write_month
from tests.laws.months import refresh as run_twice

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_state_that_would_give_other_lists_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_month(tmp_path, "m1", JANUARY)
    monkeypatch.setattr(observation, "complete_part", _count_all_but_one)
    run = run_twice(tmp_path)

    assert run is not None
    assert run.state is not None
    assert run.state.not_kept == "what would be kept does not give the same lists"


def _count_all_but_one(*given: Any) -> Any:  # noqa: ANN401 as the function in its place
    return complete_part(*given)[1:]

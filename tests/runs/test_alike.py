"""Runs are compared if their lists, tiers, rules and money are the same; all that differs is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine import FinishedRun, open_run
from rfm_engine.errors import UsageError
from rfm_engine.runs.alike import name_rule_differences, refuse_unlike_runs
from tests.terminal import done

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def finish(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., FinishedRun]:
    def run_with(*words: str) -> FinishedRun:
        folder = tmp_path_factory.mktemp("run")
        as_of = () if "--as-of" in words else ("--as-of", "2025-07-01")
        done("run", "--orders", shop, *as_of, *words, "--output", folder, "--quiet")
        return open_run(folder / "shop")

    return run_with


def test_runs_of_the_same_rules_have_no_difference(finish: Callable[..., FinishedRun]) -> None:
    old, new = finish("--as-of", "2025-06-30"), finish()

    assert name_rule_differences(old, new) == []
    refuse_unlike_runs(old, new, [])
    refuse_unlike_runs(new, new, [])


def test_each_rule_that_differs_is_named_with_both_values(finish: Callable[..., FinishedRun]) -> None:
    old, new = finish("--refunds", "net"), finish("--scheme", "quintile", "--grain", "line")

    lines = name_rule_differences(old, new)

    assert [line.partition(":")[0] for line in lines] == ["scheme", "grain", "refunds"]
    assert lines[2] == "refunds: net in the old run, reject in the new one"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--by", "none"), "lists by region cannot be compared with lists by nothing"),
        (("--currency", "KWD"), "money in CNY cannot be compared with money in KWD with 3 decimals"),
        (("--as-of", "2025-06-30"), r"is of 2025-07-01, .* of 2025-06-30: name the older run first"),
        (
            ("--tiers", "weighted", "--set", 'tiers.table=[{name="X", at_least=3}, {name="Y", below=3}]'),
            "tiers A, B, C, D cannot be compared with tiers X, Y",
        ),
    ],
)
def test_runs_that_are_not_alike_are_refused(
    words: tuple[str, ...], message: str, finish: Callable[..., FinishedRun]
) -> None:
    with pytest.raises(UsageError, match=message):
        refuse_unlike_runs(finish(), finish(*words), [])


def test_everything_is_listed_and_how_to_go_on_in_spite_of_the_rules(finish: Callable[..., FinishedRun]) -> None:
    old, new = finish(), finish("--as-of", "2025-06-30", "--by", "none")

    with pytest.raises(UsageError) as refused:
        refuse_unlike_runs(old, new, ["grain: order in the old run, line in the new one"])

    lines = str(refused.value).splitlines()
    assert lines[:2] == ["grain: order in the old run, line in the new one", "go on all the same with --rules-differ"]
    assert len(lines) == 4

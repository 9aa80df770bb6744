"""The scale of a run grades the run's own customers as the run did, whatever the scheme and the lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine import open_run
from rfm_engine.columns import SCORES, Metric
from rfm_engine.grading.schemes import Quintile, Thresholds
from rfm_engine.plugin_api import ScoreRange
from rfm_engine.runs.customers import count_money
from rfm_engine.runs.scale import RANK, has_own_cut_points, scale_of, scores_from_best
from tests.conftest import DATASETS
from tests.terminal import done

if TYPE_CHECKING:
    from rfm_engine import FinishedRun

NATIONAL = DATASETS / "national-outdoor"
OPTIONS: dict[str, tuple[str, ...]] = {
    "thresholds": (),
    "ranks": ("--scheme", "quintile"),
    "ranks of one list": ("--scheme", "quintile", "--set", "bins=3", "--by", "none", "--set", "bounds=[1.5, 2, 2.5]"),
    "frozen": ("--scheme", "frozen"),
}


@pytest.fixture(scope="module", params=OPTIONS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    folder = tmp_path_factory.mktemp("scale")
    options: list[object] = [*OPTIONS[request.param]]
    if request.param == "frozen":
        done("run", NATIONAL, *OPTIONS["ranks"], "--as-of", "2025-06-01", "--output", folder / "old", "--quiet")
        done("fit", folder / "old" / "national-outdoor", "-o", folder / "cuts.toml")
        options += ["--set", f"from={folder / 'cuts.toml'}"]
    done("run", NATIONAL, *options, "--output", folder, "--format", "parquet", "--quiet")
    return open_run(folder / "national-outdoor")


def test_the_customers_get_their_scores_and_tiers_again(run: FinishedRun) -> None:
    scale = scale_of(run)
    customers = run.customers().with_columns(count_money(run.record)).collect()

    graded = scale.grade(customers.drop(SCORES).lazy()).collect()

    assert graded.select(SCORES).rows() == customers.select(SCORES).rows()
    assert graded[RANK].to_list() == customers["tier"].to_physical().to_list()
    assert scale.by == tuple(run.record.lists_by)


def test_a_better_value_never_gets_a_worse_score(run: FinishedRun) -> None:
    scale = scale_of(run)
    lists = run.customers().select(run.record.lists_by or pl.lit(1).alias("one")).unique().collect()
    values = pl.DataFrame({"value": [0, 1, 2, 5, 10, 100, 1_000, 10**5, 10**7]})
    rows = scale.join_bounds(lists.join(values, how="cross").lazy())

    for metric in Metric:
        scored = rows.select(*scale.by, "value", scale.score(metric, pl.col("value")).alias("score")).collect()
        groups = scored.sort("value").group_by(scale.by or pl.lit(1)).agg(pl.col("score"))["score"].to_list()
        assert all(scores == sorted(scores, reverse=metric is Metric.RECENCY) for scores in groups)


def test_scores_stand_from_the_best_whichever_is_the_best() -> None:
    assert scores_from_best(ScoreRange(1, 3)) == [3, 2, 1]
    assert scores_from_best(ScoreRange(1, 3, best="lowest")) == [1, 2, 3]


def test_thresholds_have_cut_points_of_their_own_and_ranks_have_none() -> None:
    assert has_own_cut_points(Thresholds())
    assert not has_own_cut_points(Quintile())

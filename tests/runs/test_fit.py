"""`fit` writes the cut points of a run, and the scheme `frozen` grades by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

import rfm_engine
from rfm_engine import FinishedRun, open_run
from rfm_engine.columns import CUSTOMER_ID, TIER
from rfm_engine.errors import UsageError
from rfm_engine.runs.compare import compare_runs
from rfm_engine.runs.fit import fit_cut_points, write_cut_points
from tests.conftest import DATASETS, NEW, OLD
from tests.terminal import done, rfm

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

Runs = tuple[FinishedRun, FinishedRun]
CURTAINS = DATASETS / "taian-curtains"


def run_frozen(name: str, cuts: Path, output: Path, day: date = OLD, *options: str) -> str:
    frozen = ("--scheme", "frozen", "--set", f"from={cuts}", "--format", "parquet", "--output", output)
    return done("run", DATASETS / name, "--as-of", day, *frozen, *options).out


def refused(*words: object) -> str:
    answer = rfm(*words)
    assert answer.code == 2, answer
    return answer.err


@pytest.fixture
def cuts(two_runs: Runs, tmp_path: Path) -> Path:
    return write_cut_points(two_runs[0], tmp_path / "cuts.toml")


@pytest.fixture
def curtain_cuts(monthly_runs: Path, tmp_path: Path) -> Path:
    return write_cut_points(open_run(monthly_runs / str(OLD) / CURTAINS.name), tmp_path / "cuts.toml")


def test_the_month_of_the_fit_is_graded_the_same_to_the_byte(two_runs: Runs, cuts: Path, tmp_path: Path) -> None:
    fitted, name = two_runs[0], two_runs[0].folder.name

    printed = run_frozen(name, cuts, tmp_path)

    same = "customers.parquet"
    assert (tmp_path / name / same).read_bytes() == (fitted.folder / same).read_bytes()
    assert "frozen cut points: a refit would grade 0 customers otherwise" in printed


def test_next_month_has_the_same_cut_points_and_no_one_moves_by_them(
    two_runs: Runs, cuts: Path, tmp_path: Path
) -> None:
    old, new = two_runs
    name = old.folder.name

    printed = run_frozen(name, cuts, tmp_path, NEW)
    frozen = open_run(tmp_path / name)

    assert fit_cut_points(frozen)["lists"] == fit_cut_points(old)["lists"]
    assert not compare_runs(old, frozen).customers["reason"].str.contains("cuts").any()
    keys = [*new.record.lists_by, CUSTOMER_ID]
    both = frozen.customers().join(new.customers().select(*keys, pl.col(TIER).alias("refitted")), on=keys).collect()
    otherwise = (both[TIER] != both["refitted"]).sum()
    assert frozen.record.refit_differences == otherwise
    assert f"a refit would grade {otherwise} customer" in printed


def test_a_frozen_run_is_verified_explained_and_graded_alike_from_python(curtain_cuts: Path, tmp_path: Path) -> None:
    run_frozen(CURTAINS.name, curtain_cuts, tmp_path)
    frozen = open_run(tmp_path / CURTAINS.name)
    table = {"name": "frozen", "from": str(curtain_cuts)}
    again = rfm_engine.run(CURTAINS, scheme=table, as_of=OLD)
    best = frozen.customers().sort("monetary").last().collect()[CUSTOMER_ID].item()

    (explained,) = frozen.explain(best)

    assert again.customers().collect().equals(frozen.customers().collect())
    assert frozen.verify().differences == []
    assert explained.agrees
    assert all(metric.rule is not None for metric in explained.metrics)


def test_score_grades_a_frame_by_frozen_cut_points(tmp_path: Path) -> None:
    days, names = ["2025-06-28", "2025-05-01", "2024-12-24", "2024-11-11", "2023-01-01"], list("abcde")
    orders = pl.DataFrame({CUSTOMER_ID: names, "order_amount": ["9", "8", "7", "6", "5"], "order_time": days})
    rules = {"as_of": "2025-07-01", "by": [], "accept": ["RFM401"], "grain": "day"}
    fitted = rfm_engine.run(orders, scheme="quintile", **rules).write(tmp_path)  # type: ignore[arg-type]
    table = {"name": "frozen", "from": str(write_cut_points(fitted, tmp_path / "cuts.toml"))}

    best, *_ = rfm_engine.score(orders.head(1), scheme=table, **rules).collect().to_dicts()  # type: ignore[arg-type]

    assert (best["r_score"], best["f_score"], best["m_score"]) == (5, 1, 5)


def test_a_list_that_the_file_lacks_is_refused_or_ranked_anew(
    curtain_cuts: Path, monthly_runs: Path, tmp_path: Path
) -> None:
    text = curtain_cuts.read_text("utf-8")
    (tmp_path / "other.toml").write_text(text.replace("山东省", "四川省"), "utf-8")
    frozen = ("--scheme", "frozen", "--set", f"from={tmp_path / 'other.toml'}", "--as-of", OLD, "--output", tmp_path)

    message = refused("run", CURTAINS, *frozen)
    done("run", CURTAINS, *frozen, "--missing-list", "refit")

    assert "no cut points for 1 of the lists: 山东省" in message
    assert "--missing-list refit" in message
    fitted = open_run(monthly_runs / str(OLD) / CURTAINS.name).customers().collect()
    assert open_run(tmp_path / CURTAINS.name).customers().collect()[TIER].equals(fitted[TIER])


def test_other_weights_and_tiers_are_refused_with_their_differences(curtain_cuts: Path, tmp_path: Path) -> None:
    options = ("--scheme", "frozen", "--set", f"from={curtain_cuts}", "--weights", "1,1,1", "--output", tmp_path)
    bounds = ("--set", "tiers.bounds=[5,8,11]")

    message = refused("run", CURTAINS, *options, *bounds)
    done("run", CURTAINS, *options, *bounds, "--rules-differ")

    assert "weights: ['0.3', '0.3', '0.4'] in the cut points, ['1', '1', '1'] here" in message
    assert "tiers: " in message
    assert "--rules-differ" in message


@pytest.mark.parametrize(
    ("cuts_file", "expected"),
    [("../cuts.toml", "outside the dataset's folder"), ("absent.toml", "cannot be read"), (None, "must be given")],
)
def test_a_dataset_file_reads_cut_points_within_its_folder_alone(
    cuts_file: str | None, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "shop").mkdir()
    named = f'\nfrom = "{cuts_file}"' if cuts_file else ""
    text = f'orders = ["o.csv"]\nas_of = 2025-07-01\n[scheme]\nname = "frozen"{named}\n'
    (tmp_path / "shop/dataset.toml").write_text(text, "utf-8")
    (tmp_path / "cuts.toml").touch()

    assert expected in refused("run", tmp_path / "shop", "--output", tmp_path / "out")


def test_what_splits_ties_says_that_it_has_no_cut_points(tmp_path: Path) -> None:
    done("run", CURTAINS, "--ties", "ordinal", "--output", tmp_path, "--quiet")

    with pytest.raises(UsageError, match=r"quintile splits ties: .*no cut points reproduce its scores"):
        fit_cut_points(open_run(tmp_path / CURTAINS.name))

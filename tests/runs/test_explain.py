"""An explanation agrees with the files, whatever their format, and what it says would change does change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.columns import FREQUENCY, RECENCY_DAYS, Metric
from rfm_engine.errors import PluginError
from rfm_engine.grading.guard import guard_cut_points
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Thresholds
from rfm_engine.runs.finished import FinishedRun, open_run
from tests.processes import began, ended
from tests.terminal import AS_OF, done, read_rows, record_of, rfm
from tests.terminal import run as run_command

if TYPE_CHECKING:
    from pathlib import Path

GRADES = ("r_score", "f_score", "m_score", "rfm_score", "tier")


@pytest.fixture(scope="module", params=["sichuan-hiking", "taian-curtains", "harbin-heating"])
def run(request: pytest.FixtureRequest, bundled: Path) -> tuple[Path, FinishedRun]:
    folder = bundled / str(request.param)
    return folder, open_run(folder)


def test_the_grades_explained_are_those_of_the_file(run: tuple[Path, FinishedRun]) -> None:
    folder, finished_run = run

    for row in read_rows(folder / "customers.csv")[::60]:
        (found,) = finished_run.explain(row["customer_id"])
        assert {name: str(found.row[name]) for name in GRADES} == {name: row[name] for name in GRADES}


def test_a_value_lies_between_its_cut_points_and_the_values_of_its_score(run: tuple[Path, FinishedRun]) -> None:
    folder, finished_run = run

    for row in read_rows(folder / "customers.csv")[::60]:
        (found,) = finished_run.explain(row["customer_id"])
        for part in found.metrics:
            assert part.seen[0] <= part.value <= part.seen[1]
            low, high = part.rule or (None, None)
            assert low is None or low < part.seen[0]
            assert high is None or part.seen[1] <= high


def test_the_fewer_days_shown_are_the_fewest_that_change_the_score(run: tuple[Path, FinishedRun]) -> None:
    folder, finished_run = run
    told = 0

    for row in read_rows(folder / "customers.csv")[::60]:
        (found,) = finished_run.explain(row["customer_id"])
        days = [then[RECENCY_DAYS] for words, then in found.changes if "fewer" in words]
        assert bool(days) == (found.row["r_score"] < max_score(folder))
        if days and finished_run.rules.scheme.name == "thresholds":
            (cuts,) = [part.rule for part in found.metrics if part.metric.column == RECENCY_DAYS]
            assert cuts is not None
            assert days == [cuts[0]]
        told += len(days)
    assert told


def max_score(folder: Path) -> int:
    return max(int(row["r_score"]) for row in read_rows(folder / "customers.csv"))


def test_one_more_order_is_shown_with_the_grades_that_follow(bundled: Path) -> None:
    finished_run = open_run(bundled / "sichuan-hiking")
    frequency_score = [None, 1, 2, 2, 3, 3, 4, 4, 5]

    for row in read_rows(bundled / "sichuan-hiking" / "customers.csv")[::60]:
        (found,) = finished_run.explain(row["customer_id"])
        more = found.changes[0][1]
        assert more[FREQUENCY] == int(row["frequency"]) + 1
        assert more["f_score"] == frequency_score[min(8, more[FREQUENCY])]
        assert (more["r_score"], more["m_score"]) == (int(row["r_score"]), int(row["m_score"]))


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "parquet"),
        ("--format", "ndjson"),
        ("--format", "xlsx"),
        ("--language", "zh"),
        ("--split",),
        ("--split", "--language", "zh", "--format", "xlsx"),
    ],
    ids=" ".join,
)
def test_the_explanation_is_the_same_whatever_was_written(
    words: tuple[str, ...], shop: Path, shop_run: Path, tmp_path: Path
) -> None:
    done("run", "--orders", shop, *AS_OF, *words, "--output", tmp_path, "--quiet")

    assert done("explain", "007", "--run", tmp_path / "shop") == done("explain", "007", "--run", shop_run)


@pytest.mark.parametrize("record", ["{broken", "[1]", "{}", json.dumps({"dataset": {}})])
def test_a_file_that_is_no_record_is_refused(record: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(record, "utf-8")

    answer = rfm("explain", "007", "--run", tmp_path)

    assert answer == (2, "", f"error: {tmp_path / 'run.json'}: not the record of a run; run the dataset again\n")


@pytest.mark.parametrize("left", ["", "customers.parquet"])
def test_customers_that_are_gone_or_damaged_are_reported(left: str, shop: Path, tmp_path: Path) -> None:
    done("run", "--orders", shop, *AS_OF, "--output", tmp_path, "--quiet")
    (tmp_path / "shop" / "customers.csv").unlink()
    if left:
        (tmp_path / "shop" / left).write_bytes(b"spoilt")

    answer = rfm("explain", "007", "--run", tmp_path / "shop")

    assert answer.code == 2
    assert "run the dataset again" in answer.err


def test_the_tier_of_the_file_stands_where_the_policy_grades_otherwise_now(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run_command(shop, tmp_path)
    monkeypatch.setattr(Abcd, "belongs", lambda _, position: pl.lit(position == 3))

    answer = done("explain", "0012", "--run", folder)

    assert "= 2.9, tier C\n" in answer.out
    note = "what is installed now would grade otherwise (tier D instead of C); run the dataset again\n"
    assert answer.out.endswith(note)
    assert "one more order" not in answer.out
    assert "not known" in answer.out


def test_a_scheme_that_fails_to_state_its_cut_points_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Thresholds, "cut_points", lambda *_: 1 / 0)

    with pytest.raises(PluginError, match=r"^scheme 'thresholds' of .* cut points for R: ZeroDivisionError"):
        guard_cut_points(Thresholds(), Metric.RECENCY)


def test_a_score_that_the_record_lacks_is_reported_in_a_line(shop: Path, tmp_path: Path) -> None:
    folder = run_command(shop, tmp_path)
    record = record_of(folder)
    record["cut_points"]["f_score"] = []
    (folder / "run.json").write_text(json.dumps(record), "utf-8")

    answer = rfm("explain", "0012", "--run", folder)

    assert answer == (2, "", "error: f_score 1 is not in run.json: a file of this run was changed; verify it\n")


def test_of_a_pseudonymised_run_no_token_is_proposed(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RFM_PSEUDONYM_KEY", "sixteen bytes or more")
    folder = run_command(shop, tmp_path, "--pseudonymize", "customer_id")

    answer = rfm("explain", "0013", "--run", folder)

    assert answer.err.endswith("in this run; was it made with the same key?\n")


def test_a_workbook_is_read_without_a_word_from_its_reader(shop: Path, tmp_path: Path) -> None:
    folder = run_command(shop, tmp_path, "--format", "xlsx", "--set", 'contacts={A = "1 per month"}')

    assert ended(began("explain", "0012", "--run", folder))[2] == ""

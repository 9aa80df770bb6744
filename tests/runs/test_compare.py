"""Movement between two runs: an oracle for the three steps, margins that equal both records, refusals in words."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine import open_run
from rfm_engine.errors import UsageError
from rfm_engine.runs.compare import compare_runs
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine import FinishedRun

    Runs = tuple[FinishedRun, FinishedRun]

METRICS = {"r_score": "recency_days", "f_score": "frequency", "m_score": "monetary"}
TIERS = "ABCD"


def fixed_score(run: FinishedRun, score: str, value: int) -> int:
    """Return the score by the table of thresholds, written from its definition."""
    scheme = run.record.scheme
    if score == "r_score":
        return 5 - sum(1 for cut in scheme["recency_days"] if value > cut)
    cuts = scheme["frequency"] if score == "f_score" else [Decimal(cut) * 100 for cut in scheme["monetary"]]
    return 1 + sum(1 for cut in cuts if value > cut)


def observed_score(run: FinishedRun, score: str, value: int, row: dict[str, Any]) -> int:
    """Return the best score whose worst holder in the old list is no better."""
    spans = [
        span for span in run.record.cut_points[score] if all(span[name] == row[name] for name in run.record.lists_by)
    ]
    if score == "r_score":
        return max((span["score"] for span in spans if value <= span["to"]), default=1)
    return max((span["score"] for span in spans if value >= span["from"]), default=1)


def tier_of(run: FinishedRun, row: dict[str, Any], values: dict[str, int]) -> str:
    """Return the tier of A to D by the old scale: 0.3 R + 0.3 F + 0.4 M from 4, 3 and 2 on."""
    is_fixed = run.record.scheme["name"] == "thresholds"
    scores = {
        score: fixed_score(run, score, values[metric]) if is_fixed else observed_score(run, score, values[metric], row)
        for score, metric in METRICS.items()
    }
    weights = dict(zip(METRICS, map(Decimal, run.record.dataset["weights"]), strict=True))
    total = sum(weights[score] * scores[score] for score in METRICS)
    bounds = list(map(Decimal, run.record.tiers["bounds"]))
    return TIERS[3 - sum(total >= bound for bound in bounds)]


def values_of(row: dict[str, Any], days: int = 0) -> dict[str, int]:
    fen = int(row["monetary"] * 100)
    return {"recency_days": row["recency_days"] + days, "frequency": row["frequency"], "monetary": fen}


def rows_by_customer(run: FinishedRun) -> dict[tuple[str, ...], dict[str, Any]]:
    keys = [*run.record.lists_by, "customer_id"]
    return {tuple(row[key] for key in keys): row for row in run.customers().collect().to_dicts()}


def test_the_steps_are_those_of_a_plain_oracle(two_runs: Runs) -> None:
    old, new = two_runs
    before, after = rows_by_customer(old), rows_by_customer(new)
    moved = {
        (*(row[name] for name in old.record.lists_by), row["customer_id"]): row
        for row in compare_runs(old, new).customers.to_dicts()
    }
    assert moved.keys() == before.keys() | after.keys()
    for key in before.keys() & after.keys():
        aged, later = (
            tier_of(old, before[key], values_of(before[key], 30)),
            tier_of(old, after[key], values_of(after[key])),
        )
        path = [before[key]["tier"], aged, later, after[key]["tier"]]
        words = [
            word for word, (one, other) in zip(("days", "orders", "cuts"), pairwise(path), strict=True) if one != other
        ]
        result = moved[key]
        assert [result[name] for name in ("old_tier", "tier_if_nothing_bought", "tier_on_old_cuts", "tier")] == path
        assert result["reason"] == " + ".join(words)


def test_a_scheme_with_cut_points_of_its_own_has_no_step_for_them(monthly_runs: Path) -> None:
    old, new = (open_run(monthly_runs / day / "sichuan-hiking") for day in ("2025-06-01", "2025-07-01"))
    assert not compare_runs(old, new).customers["reason"].str.contains("cuts").any()


def test_every_customer_who_moved_has_a_reason_and_a_direction_of_the_policy(two_runs: Runs) -> None:
    moved = compare_runs(*two_runs).customers
    changed = moved.filter(pl.col("old_tier") != pl.col("tier"))
    assert (changed["reason"] != "").all()
    assert set(changed.filter(pl.col("old_tier") > pl.col("tier"))["direction"]) == {"up"}  # A is before B
    assert set(changed.filter(pl.col("old_tier") < pl.col("tier"))["direction"]) == {"down"}


def test_a_run_compared_with_itself_moves_no_one(two_runs: Runs) -> None:
    moved = compare_runs(two_runs[1], two_runs[1]).customers
    assert set(moved["direction"]) == {"same"}
    assert set(moved["reason"]) == {""}


def test_the_margins_are_the_tiers_of_both_runs(two_runs: Runs) -> None:
    old, new = two_runs
    movement = compare_runs(old, new)
    for run, column, other in ((old, "old_tier", "tier"), (new, "tier", "old_tier")):
        margin = movement.matrix.filter(pl.col(other) == "all", ~pl.col(column).is_in(["all", "new", "gone"]))
        counted = {
            (*(row[name] for name in run.record.lists_by), row[column]): row["customers"] for row in margin.to_dicts()
        }
        recorded = {
            (*(row[name] for name in run.record.lists_by), row["tier"]): row["customers"]
            for row in run.record.tier_counts
        }
        assert Counter(counted) == Counter(recorded)


def test_a_customer_whose_last_order_left_the_window_is_gone_by_the_window(tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text("customer_id,order_id,order_amount,order_time\na,1,10,2024-06-15\nb,2,10,2025-05-01\n", "utf-8")
    done("run", "--orders", orders, "--as-of", "2025-06-01", "--since", "2024-06-01", "--output", tmp_path / "old")
    done("run", "--orders", orders, "--as-of", "2025-07-01", "--since", "2024-07-01", "--output", tmp_path / "new")
    moved = compare_runs(open_run(tmp_path / "old/orders"), open_run(tmp_path / "new/orders")).customers
    assert moved.select("customer_id", "direction", "reason").rows() == [("a", "gone", "window"), ("b", "same", "")]


def refusal(old: FinishedRun, new: FinishedRun) -> str:
    with pytest.raises(UsageError) as caught:
        compare_runs(old, new)
    return str(caught.value)


def test_other_rules_are_refused_by_name_and_compared_on_request(shop: Path, tmp_path: Path) -> None:
    rules = {"old": "0.3,0.3,0.4", "new": "0.2,0.4,0.4"}
    for name, weights in rules.items():
        done("run", "--orders", shop, "--as-of", "2025-07-01", "--weights", weights, "--output", tmp_path / name)
    old, new = (open_run(tmp_path / name / "shop") for name in rules)
    said = refusal(old, new)
    assert "weights" in said
    assert "0.2" in said
    assert "--rules-differ" in said
    assert compare_runs(old, new, rules_may_differ=True).last_step == "rules"


def test_the_later_run_cannot_be_the_old_one(monthly_runs: Path) -> None:
    old, new = (open_run(monthly_runs / day / "taian-curtains") for day in ("2025-07-01", "2025-06-01"))
    assert "name the older run first" in refusal(old, new)


def test_other_lists_are_refused(shop: Path, tmp_path: Path) -> None:
    done("run", "--orders", shop, "--as-of", "2025-07-01", "--by", "store_code", "--output", tmp_path / "old")
    done("run", "--orders", shop, "--as-of", "2025-07-01", "--output", tmp_path / "new")
    assert "lists by store_code cannot be compared with lists by region" in refusal(
        open_run(tmp_path / "old/shop"), open_run(tmp_path / "new/shop")
    )


def test_runs_without_a_common_customer_are_refused_with_what_may_be_wrong(shop: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        key = tmp_path / f"{name}.key"
        key.write_text(name * 8, "utf-8")
        words = ("--pseudonymize", "customer_id", "--pseudonym-key-file", key, "--output", tmp_path / name)
        done("run", "--orders", shop, "--as-of", "2025-07-01", *words)
    said = refusal(open_run(tmp_path / "one/shop"), open_run(tmp_path / "other/shop"))
    assert "no customer in common" in said
    assert "different pseudonym keys" in said

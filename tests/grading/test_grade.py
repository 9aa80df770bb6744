"""Lists are scored and graded each alone, whatever else is computed beside them and in how little memory."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import ClassVar

import polars as pl
import pytest

from rfm_engine.grading import grade
from rfm_engine.grading.grade import grade_lists
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Quintile
from rfm_engine.plugin_api import Metric, Scheme, ScoreRange, Tier, TierPolicy
from rfm_engine.rules import Rules, Weights
from tests.faulty import FOLDER

WEIGHTS = Weights(Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))
COMMAND = "from rfm_engine.__main__ import main; main()"


class Best(TierPolicy):
    """Ranks, lengths, means, windows and sorting within windows: whatever sees a list."""

    name: ClassVar[str] = "best"
    first_match: ClassVar[bool] = True

    def tier_table(self) -> tuple[Tier, ...]:
        return tuple(map(_tier, ("ten", "first of a score", "above", "large list", "rest")))

    def belongs(self, position: int) -> pl.Expr:
        spend = pl.col("monetary_fen")
        return (
            spend.rank("ordinal", descending=True) <= 10,
            spend == spend.max().over("r_score"),
            spend > spend.mean(),
            pl.len() > 60,
            pl.lit(value=True),
        )[position]


def _tier(name: str) -> Tier:
    return Tier(name=name)


def customers_of(sizes: dict[str, int]) -> pl.DataFrame:
    draw = Random(3)
    rows = [
        (name, f"c{number:04}", draw.randrange(400), draw.randrange(1, 20), draw.randrange(100, 10**6))
        for name, size in sizes.items()
        for number in range(size)
    ]
    return pl.DataFrame(rows, ["region", "customer_id", *(metric.column for metric in Metric)], orient="row")


def rules_of(policy: TierPolicy, scheme: Scheme | None = None) -> Rules:
    return Rules(as_of=date(2025, 7, 1), weights=WEIGHTS, scheme=scheme or Quintile(), tiers=policy)


def test_a_policy_that_looks_at_other_customers_sees_its_own_list_alone() -> None:
    customers = customers_of({"a": 100, "b": 50, "c": 3, "d": 61})

    result = grade_lists(customers, rules_of(Best()), ("region",))

    alone = [grade_lists(part, rules_of(Best()), ()) for part in customers.partition_by("region", maintain_order=True)]
    assert result.equals(pl.concat(alone))
    ten = result.filter(pl.col("tier") == "ten").group_by("region", maintain_order=True).len()
    assert ten.rows() == [("a", 10), ("b", 10), ("c", 3), ("d", 10)]


class OneIsBest(Quintile):
    """Quintiles numbered from the best."""

    name: ClassVar[str] = "one-is-best"

    def score_range(self, metric: Metric) -> ScoreRange:
        return replace(super().score_range(metric), best="lowest")

    def score(self, metric: Metric) -> pl.Expr:
        return 6 - super().score(metric)


def test_scores_of_which_the_lowest_is_best_are_turned_round_for_the_total() -> None:
    customers = customers_of({"a": 100, "b": 50})

    result = grade_lists(customers, rules_of(Abcd(), OneIsBest()), ("region",))

    upward = grade_lists(customers, rules_of(Abcd()), ("region",))
    scores = [metric.score for metric in Metric]
    assert result.drop(scores).equals(upward.drop(scores))
    assert result.select((6 - pl.col(score)).alias(score) for score in scores).equals(upward.select(scores))


class Odd(Scheme):
    """Scores that look at the whole list, at earlier scores, and at nothing."""

    name: ClassVar[str] = "odd"

    def score_range(self, metric: Metric) -> ScoreRange:
        del metric
        return ScoreRange(0, 9)

    def score(self, metric: Metric) -> pl.Expr:
        if metric is Metric.RECENCY:
            return pl.lit(4)
        if metric is Metric.FREQUENCY:
            return (pl.col("frequency") > pl.col("frequency").mean()).cast(pl.Int32) + pl.col("r_score")
        return (pl.col("f_score") + pl.len()) % 10


@pytest.mark.parametrize("scheme", [Quintile(), Quintile(ties="ordinal"), Quintile(bins=7, ties="average"), Odd()])
@pytest.mark.parametrize("dormant", [False, True])
def test_long_lists_are_scored_side_by_side_as_short_ones_are_together(
    monkeypatch: pytest.MonkeyPatch, scheme: Scheme, *, dormant: bool
) -> None:
    customers = customers_of({"a": 100, "b": 1, "c": 50, "d": 7})
    asleep = pl.int_range(pl.len()) % 3 < int(dormant)
    customers = customers.with_columns(pl.when(asleep).then(0).otherwise("frequency").alias("frequency"))
    rules = replace(rules_of(Abcd(), scheme), dormant=dormant)

    together = grade_lists(customers, rules, ("region",))
    monkeypatch.setattr(grade, "LONG", 1)
    result = grade_lists(customers, rules, ("region",))

    assert result.equals(together)
    assert result.schema == together.schema


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 300,000 orders of 100,000 customers in eight lists."""
    draw = Random(5)
    rows = (
        f"c{draw.randrange(100_000)},o{n},{draw.randrange(100, 10**6) / 100},2025-0{n % 6 + 1}-10,list {n % 8}"
        for n in range(300_000)
    )
    path = tmp_path_factory.mktemp("memory") / "orders.csv"
    path.write_text("\n".join(["customer_id,order_id,order_amount,order_time,region", *rows]), "utf-8")
    return path


def customers_with(memory: str, orders: Path, folder: Path) -> bytes:
    paths = os.pathsep.join(map(str, (FOLDER / "ten-best", Path(__file__).parents[2])))
    options = ("--tiers", "ten-best", "--scheme", "quintile", "--memory-budget", memory, "--output", folder / memory)
    arguments = ["run", "--orders", orders, "--as-of", "2025-07-01", *options, "-q"]
    program = f"import sys; sys.argv = ['rfm-engine', *{[str(a) for a in arguments]!r}]; {COMMAND}"
    subprocess.run([sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": paths}, check=True)
    (customers,) = (folder / memory).rglob("customers.csv")
    return customers.read_bytes()


def test_a_policy_gives_the_same_answer_whatever_the_memory(orders: Path, tmp_path: Path) -> None:
    expected = customers_with("8GB", orders, tmp_path)

    results = {memory: customers_with(memory, orders, tmp_path) for memory in ("10MB", "5MB", "1MB")}

    assert expected.count(b",VIP,") == 80
    assert [memory for memory, result in results.items() if result != expected] == []

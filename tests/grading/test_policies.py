"""The built-in tier policies alone: which totals and which scores belong to which tier."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from pydantic import ValidationError

from rfm_engine.grading.policies import Abcd, Segments, Weighted
from rfm_engine.plugin_api import Cadence

if TYPE_CHECKING:
    from rfm_engine.plugin_api import TierPolicy

SCORES = ("r_score", "f_score", "m_score")
TOTALS = [Decimal(tenths).scaleb(-1) for tenths in range(70)]


def members(policy: TierPolicy, frame: pl.DataFrame) -> list[list[str]]:
    """Return the tiers that each row belongs to, in the policy's order."""
    names = [tier.name for tier in policy.tier_table()]
    belongs = frame.select(policy.belongs(place).alias(name) for place, name in enumerate(names))
    return [[name for name, there in row.items() if there] for row in belongs.to_dicts()]


def test_a_total_belongs_to_the_letter_whose_bound_it_reaches() -> None:
    bounds = (Decimal("1.5"), Decimal(3), Decimal("4.2"))
    expected = ["DCBA"[sum(total >= bound for bound in bounds)] for total in TOTALS]

    result = members(Abcd(bounds=bounds), pl.DataFrame({"rfm_score": TOTALS}))

    assert result == [[letter] for letter in expected]


@pytest.mark.parametrize("nines", ["999999999999", "999999999999.999999999999"])
def test_a_bound_may_have_twelve_digits_on_either_side_and_zeros_at_will(nines: str) -> None:
    bounds = ("2." + "0" * 60, "3e0", nines)

    policy = Abcd.model_validate({"bounds": bounds})

    totals = pl.DataFrame({"rfm_score": TOTALS})
    assert members(policy, totals) == members(Abcd(bounds=(Decimal(2), Decimal(3), Decimal(1000))), totals)
    assert [str(bound) for bound in policy.bounds[1:]] == ["3", nines]
    for beyond in ("1000000000000", "-1e12", "0.0000000000001"):
        with pytest.raises(ValidationError, match="below 1,000,000,000,000"):
            Abcd.model_validate({"bounds": (beyond, "2", "3")})


def test_contacts_and_focus_that_are_not_named_keep_the_published_ones() -> None:
    plain = Abcd().tier_table()

    result = Abcd(contacts={"B": "3 per 4 months"}, focus={"C": "call"}).tier_table()

    frequencies = [(each.contacts_min, each.contacts_max, each.every_months) for each in _contacts(plain)]
    assert frequencies == [(1, 2, 1), (1, 2, 3), (1, 2, 6), (1, 1, 12)]
    assert [tier.name for tier in result] == ["A", "B", "C", "D"]
    assert [tier.contacts for tier in result] == [
        plain[0].contacts,
        Cadence(contacts_min=3, contacts_max=3, every_months=4),
        plain[2].contacts,
        plain[3].contacts,
    ]
    assert [tier.focus for tier in result] == [plain[0].focus, plain[1].focus, "call", plain[3].focus]
    assert all(tier.focus for tier in plain)


def _contacts(tiers: tuple[Any, ...]) -> list[Cadence]:
    return [tier.contacts for tier in tiers]


@pytest.mark.parametrize("low", [{}, {"at_least": "2"}, {"above": "2"}])
@pytest.mark.parametrize("high", [{}, {"at_most": "5"}, {"below": "5"}])
def test_a_bound_belongs_to_its_closed_side_only(low: dict[str, str], high: dict[str, str]) -> None:
    policy = Weighted.model_validate({"table": [{"name": "other", "below": "0"}, {"name": "A"} | low | high]})

    result = members(policy, pl.DataFrame({"rfm_score": TOTALS}))

    above = [total >= 2 if "at_least" in low else total > 2 if low else True for total in TOTALS]
    below = [total <= 5 if "at_most" in high else total < 5 if high else True for total in TOTALS]
    assert result == [["A"] if low_ and high_ else [] for low_, high_ in zip(above, below, strict=True)]


def test_scores_belong_to_a_segment_when_each_is_within_its_interval() -> None:
    rows: list[dict[str, Any]] = [
        {"name": "rfm", "r": [4, 5], "f": [1, 2], "m": 3},
        {"name": "f", "f": 5},
        {"name": "rest"},
    ]
    scores = list(product(range(1, 6), repeat=3))

    result = members(Segments.model_validate({"table": rows}), pl.DataFrame(scores, SCORES, orient="row"))

    assert result == [
        [*(["rfm"] if r >= 4 and f <= 2 and m == 3 else []), *(["f"] if f == 5 else []), "rest"] for r, f, m in scores
    ]


@pytest.mark.parametrize(
    "table",
    [
        [],
        [{"name": "A", "at_least": 3}, {"name": "A", "below": 3}],
        [{"name": "A", "at_least": 3, "above": 3}],
        [{"name": "A", "at_most": 3, "below": 3}],
    ],
)
def test_a_table_that_contradicts_itself_is_refused(table: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError):
        Weighted.model_validate({"table": table})


def test_a_letter_beyond_the_four_is_refused() -> None:
    with pytest.raises(ValidationError, match="got E, F"):
        Abcd(focus={"F": "call", "A": "write", "E": "visit"})

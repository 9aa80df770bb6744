"""Totals and scores to tiers, and the contacts of each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from rfm_engine import score
from rfm_engine.grading.policies import Segments, Weighted
from rfm_engine.grading.tiering import assign_tiers
from rfm_engine.plugin_api import Tier, TierPolicy
from rfm_engine.rules import Weights

WEIGHTS = Weights(Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_a_customer_carries_the_contacts_of_the_tier_and_the_last_day_of_its_period() -> None:
    rows = [
        {"name": "A", "at_least": "4", "contacts": "1-2 per month", "focus": "visit"},
        {"name": "B", "at_least": "3", "below": "4", "contacts": "3 per 4 months"},
        {"name": "C", "below": "3", "focus": "call"},
    ]
    totals = pl.LazyFrame({"rfm_score": [Decimal(5), Decimal(2), Decimal(3), Decimal(4)]})

    result = assign_tiers(totals, Weighted.model_validate({"table": rows}), date(2024, 8, 31), ()).collect()

    a = ("A", 1, 2, 1, date(2024, 9, 30), "visit")
    b = ("B", 3, 3, 4, date(2024, 12, 31), None)
    c = ("C", None, None, None, None, "call")
    contact = ("contacts_min", "contacts_max", "contact_every_months", "next_contact_by", "focus")
    assert result.select("tier", *contact).rows() == [a, c, b, a]
    assert result.schema["tier"] == pl.Enum(["A", "B", "C"])
    types = [pl.Int32(), pl.Int32(), pl.Int32(), pl.Date(), pl.String()]
    assert [result.schema[name] for name in contact] == types


def test_the_first_segment_that_fits_wins_and_the_rest_has_no_contacts() -> None:
    policy = Segments.model_validate({"table": [{"name": "top", "r": [4, 5]}, {"name": "rest"}]})
    scores = pl.LazyFrame({"r_score": [5, 3, 4], "f_score": [1, 1, 1], "m_score": [1, 1, 1]})

    result = assign_tiers(scores, policy, date(2025, 7, 1), ()).collect()

    assert result["tier"].to_list() == ["top", "rest", "top"]
    assert result.select("contacts_min", "next_contact_by", "focus").rows() == [(None, None, None)] * 3
    assert result.schema["focus"] == pl.String


class Spenders(TierPolicy):
    """Reads a metric and has no contacts in any tier."""

    name: ClassVar[str] = "spenders"

    def tier_table(self) -> tuple[Tier, ...]:
        return (Tier(name="spender"), Tier(name="other"))

    def belongs(self, position: int) -> pl.Expr:
        return (pl.col("monetary_fen") > 10_000) == (position == 0)


def test_a_policy_without_any_contacts_gives_null_dates_lazily_and_collected() -> None:
    values = {"recency_days": [1, 2], "frequency": [1, 2], "monetary_fen": [100, 20_000]}
    totals = pl.LazyFrame({"customer_id": ["a", "b"], **values})

    result = assign_tiers(totals, Spenders(), date(2025, 7, 1), ())

    assert result.collect().schema == result.collect_schema()
    assert result.collect_schema()["next_contact_by"] == pl.Date
    assert result.collect()["next_contact_by"].to_list() == [None, None]


def test_score_with_such_a_policy_has_the_schema_that_it_promises() -> None:
    columns = ("customer_id", "order_id", "order_amount", "order_time")
    orders = pl.DataFrame([("c1", "o1", "99.90", "2025-06-28")], columns, orient="row")

    result = score(orders, as_of="2025-07-01", tiers=Spenders())

    assert result.collect().schema == result.collect_schema()
    assert result.collect()["tier"].to_list() == ["other"]


class Generates(Spenders):
    """Yields its tiers."""

    def tier_table(self) -> Iterator[Tier]:  # type: ignore[override]
        yield from super().tier_table()


def test_tiers_may_come_from_a_generator() -> None:
    frame = pl.LazyFrame({"monetary_fen": [100, 20_000]})

    assert assign_tiers(frame, Generates(), date(2025, 7, 1), ()).collect()["tier"].to_list() == ["other", "spender"]

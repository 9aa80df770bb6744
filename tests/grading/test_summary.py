"""What customers add up to by tier and score is what plain Python makes of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine import open_run
from rfm_engine.grading.summary import format_money, format_sum, observe_cut_points, pluralize, summarize_tiers

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

Row = dict[str, Any]


@pytest.fixture(scope="module", params=["national-outdoor", "taian-curtains"])
def customers(bundled: Path, request: pytest.FixtureRequest) -> pl.DataFrame:
    return open_run(bundled / request.param).customers().collect()


@pytest.mark.parametrize("by", [("region",), ()])
def test_tiers_have_their_customers_orders_spend_and_contacts(by: tuple[str, ...], customers: pl.DataFrame) -> None:
    groups: dict[Any, list[Row]] = {}
    for row in customers.to_dicts():
        groups.setdefault((*(row[name] for name in by), row["tier"]), []).append(row)

    found = summarize_tiers(customers.lazy(), by).collect()

    assert {(*(row[name] for name in by), row["tier"]) for row in found.to_dicts()} == groups.keys()
    for row in found.to_dicts():
        own = groups[*(row[name] for name in by), row["tier"]]
        assert row["customers"] == len(own)
        assert row["orders"] == sum(one["frequency"] for one in own)
        assert row["spend"] == sum(one["monetary"] for one in own)
        assert row["contacts_a_month_max"] * own[0]["contact_every_months"] == len(own) * own[0]["contacts_max"]


@pytest.mark.parametrize(("score", "value"), [("r_score", "recency_days"), ("m_score", "monetary")])
def test_the_cut_points_observed_are_the_ends_of_each_score(score: str, value: str, customers: pl.DataFrame) -> None:
    groups: dict[tuple[str, int], list[Any]] = {}
    for row in customers.to_dicts():
        groups.setdefault((row["region"], row[score]), []).append(row[value])

    found = observe_cut_points(customers.lazy(), ("region",), score, value).collect().rows()

    assert found == [(*key, min(own), max(own), len(own)) for key, own in sorted(groups.items())]


@given(st.integers(-(10**15), 10**15), st.sampled_from([("KWD", 3), ("JPY", 0), (None, 2)]))
def test_a_sum_is_shown_with_the_decimals_of_its_currency(amount: int, money: tuple[str | None, int]) -> None:
    currency, decimals = money

    text = format_sum(amount, currency, decimals)

    assert Decimal(text.replace(",", "")) == Decimal(amount).scaleb(-decimals)
    assert len(text.partition(".")[2]) == decimals


def test_a_sum_of_several_currencies_is_a_dash_and_an_amount_of_one_of_them_has_its_own_decimals() -> None:
    assert format_sum(5, "", 3) == "-"
    assert [format_money(Decimal(text)) for text in ("5", "5.1", "5.125")] == ["5.00", "5.10", "5.125"]


def test_one_is_singular_and_thousands_have_a_comma() -> None:
    assert [pluralize(number, "row") for number in (0, 1, 2, 1_000)] == ["0 rows", "1 row", "2 rows", "1,000 rows"]

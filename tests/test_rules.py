"""Rules know how many decimals a total has, and in which money they count."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rfm_engine.errors import DataError
from rfm_engine.grading.schemes import Thresholds
from rfm_engine.rules import Weights
from rfm_engine.vocabulary.currencies import SEVERAL
from tests.orders.rows import rules_of


@pytest.mark.parametrize(
    ("weights", "decimals"),
    [(("0.3", "0.30", "0.4"), 1), (("1", "2", "3"), 0), (("100", "1E+2", "0.125"), 3), (("10.0", "0.00", "1"), 0)],
)
def test_a_total_has_as_many_decimals_as_the_weight_with_the_most(weights: tuple[str, str, str], decimals: int) -> None:
    assert Weights(*map(Decimal, weights)).decimals == decimals


@pytest.mark.parametrize(
    ("codes", "currency", "decimals"),
    [
        ((), None, 2),
        (("JPY",), "JPY", 2),
        (("KWD",), "KWD", 3),
        (("JPY", "KWD"), SEVERAL, 3),
        (("CLF", "EUR"), SEVERAL, 4),
    ],
)
def test_money_is_counted_with_the_decimals_of_the_currency_that_has_the_most(
    codes: tuple[str, ...], currency: str | None, decimals: int
) -> None:
    rules = rules_of().in_currencies(codes)

    assert (rules.currency, rules.decimals) == (currency, decimals)
    assert rules.scheme.minor_units == rules.tiers.minor_units == 10**decimals


def test_cut_points_are_of_the_same_units_in_each_currency() -> None:
    cents, thousandths = (rules_of().in_currencies([code]).scheme for code in ("EUR", "KWD"))

    assert isinstance(cents, Thresholds)
    assert cents.options() == thousandths.options()


def test_a_scheme_that_is_not_for_such_money_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Thresholds, decimals: int) -> Thresholds:
        message = f"not for {decimals} decimals"
        raise ValueError(message)

    monkeypatch.setattr(Thresholds, "with_decimals", refuse)

    with pytest.raises(DataError, match=r"^not for 3 decimals$"):
        rules_of().in_currencies(["KWD"])


def test_only_columns_that_are_not_always_looked_for_are_further_ones() -> None:
    rules = rules_of(by=("region", "channel"), carry=("phone", "channel", "order_status"))

    assert rules.further_columns == ("channel", "phone")

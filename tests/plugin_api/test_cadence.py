"""The words of a cadence, where it is read alone and where a table of tiers has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from rfm_engine.grading.policies import Weighted
from rfm_engine.plugin_api import Cadence

if TYPE_CHECKING:
    from rfm_engine.plugin_api import Tier


def _tier_of(words: str) -> Tier:
    (tier,) = Weighted.model_validate({"table": [{"name": "A", "contacts": words}]}).tier_table()
    return tier


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("1-2 per month", (1, 2, 1, "1-2 per month")),
        ("2-2 per quarter", (2, 2, 3, "2 per quarter")),
        ("0 - 10 per half-year", (0, 10, 6, "0-10 per half-year")),
        (" 12 per  year ", (12, 12, 12, "12 per year")),
        ("3 per 4 months", (3, 3, 4, "3 per 4 months")),
    ],
)
def test_the_words_of_a_cadence_are_its_numbers_and_come_back(words: str, expected: tuple[int, int, int, str]) -> None:
    cadence = Cadence.model_validate(words)

    assert (cadence.contacts_min, cadence.contacts_max, cadence.every_months, str(cadence)) == expected
    assert Cadence.model_validate(str(cadence)) == cadence
    assert _tier_of(words).contacts == cadence


def test_a_cadence_of_numbers_is_that_of_its_words() -> None:
    numbers = {"contacts_min": 1, "contacts_max": 2, "every_months": 3}

    result = Cadence.model_validate(numbers)

    assert result == Cadence(contacts_min=1, contacts_max=2, every_months=3)
    assert result == Cadence.model_validate("1-2 per quarter")


@pytest.mark.parametrize("words", ["2-1 per month", "per month", "1 per week", "1 per 0 months", "1 per months"])
def test_words_that_are_no_cadence_are_refused(words: str) -> None:
    with pytest.raises(ValidationError):
        _tier_of(words)


@pytest.mark.parametrize("words", ["1001 per month", "1 per 1201 months", "99999999999 per year"])
def test_a_cadence_beyond_all_bounds_is_refused(words: str) -> None:
    with pytest.raises(ValidationError, match="less than or equal to"):
        _tier_of(words)

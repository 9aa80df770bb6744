"""A ledger counts every row once, or is refused."""

from __future__ import annotations

from typing import Any

import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.ledger import Ledger

OUTCOMES: dict[str, Any] = {
    "used": 1_000,
    "outside_window": 2,
    "other_status": 3,
    "other_region": 4,
    "duplicates": 5,
    "rejected": {"a: missing": 6, "b: odd": 7},
    "left_out": {},
}
WARNINGS: dict[str, Any] = {
    "rounded": 8,
    "repeats_without_order_id": 9,
    "customers_without_order": 10,
    "customers_before_window": 11,
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_ledger_in_which_a_row_is_lost_is_refused(outcome: str) -> None:
    counted = OUTCOMES[outcome]
    one_more = {outcome: counted | {"a: missing": 7 if counted else 1} if isinstance(counted, dict) else counted + 1}

    with pytest.raises(DataError, match="1027 rows were read but 1028 accounted for"):
        Ledger(read=1_027, **OUTCOMES | one_more)


def test_a_ledger_shows_every_term_of_its_sum() -> None:
    ledger = Ledger(read=1_027, **OUTCOMES, **WARNINGS, unmatched=("one",))

    assert str(ledger) == (
        "1,027 rows read = 1,000 used + 2 outside window + 3 other status + 4 other region + 5 duplicates"
        " + 6 rejected (a: missing) + 7 rejected (b: odd)"
    )
    assert str(Ledger(read=1, used=1)) == "1 row read = 1 used"
    assert ledger.as_table() == {
        "read": 1_027,
        **OUTCOMES,
        "rejected": 13,
        "rejected_by_reason": OUTCOMES["rejected"],
    } | {"warnings": {**WARNINGS, "unmatched": ["one"]}}

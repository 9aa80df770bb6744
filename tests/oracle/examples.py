"""One order and its rules, for hand-worked examples of the oracle."""

from dataclasses import replace
from datetime import date

from tests.oracle.scorer import OPEN, Answer, Rules, TierRule

Order = dict[str, str | None]

RULES = Rules(as_of=date(2025, 7, 1), since=date(2025, 1, 1))
NET = replace(RULES, refunds="net")
LINES = replace(RULES, grain="line")
THRESHOLDS = replace(RULES, scheme="thresholds")
ANY_TOTAL = (TierRule("any", None, OPEN, None, OPEN, 1, 1, 1, ""),)


def order(**changes: str | None) -> Order:
    whole: Order = {"customer_id": "c1", "order_id": "o1", "store_code": "s1", "region": "Sichuan"}
    whole |= {"product_name": "tent", "order_amount": "10.00", "order_time": "2025-06-01", "status": "paid"}
    return whole | changes


def without(column: str, rows: list[Order]) -> list[Order]:
    return [{name: text for name, text in row.items() if name != column} for row in rows]


def column(answer: Answer, name: str) -> list[object]:
    return [customer[name] for customer in answer.customers]


def counts(answer: Answer) -> dict[str, int]:
    return {key: count for key, count in answer.ledger.items() if count}

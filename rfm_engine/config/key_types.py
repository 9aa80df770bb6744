"""The types of the keys of a dataset file: what a text must be to be one; none of them needs Polars."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator

if TYPE_CHECKING:
    from pydantic.config import JsonDict

LAST_YEAR: Final = 2999

COUNTING: Final[JsonDict] = {"panel": "Which orders count"}
WHO: Final[JsonDict] = {"panel": "Who is a customer"}
READING: Final[JsonDict] = {"panel": "How files are read"}
FINDINGS: Final[JsonDict] = {"panel": "What is found on the way"}
GRADING: Final[JsonDict] = {"panel": "How customers are graded"}
PRIVACY: Final[JsonDict] = {"panel": "What is hidden"}
"""Where an option stands in the help; `form` says how its text becomes the key: commas, words or path."""


def option_name(key: str) -> str:
    """Return the option of a dataset key, without its dashes.

    >>> option_name("as_of"), option_name("columns")
    ('as-of', 'column')
    """
    return {"columns": "column"}.get(key, key).replace("_", "-")


def _check_folder_name(name: str) -> str:
    if not name.strip() or name.startswith(".") or any(sign in name for sign in '/\\:*?"<>|') or not name.isprintable():
        message = "expected a name that can be a folder's, without / \\ : * ? \" < > | or a leading dot"
        raise ValueError(message)
    return name


def _parse_day(value: object) -> object:
    """Return the date of a text such as `2025-07-01`, `2025/7/1` or `20250701`; a number is no date."""
    day = _parse_day_text(value) if isinstance(value, str) else value
    if not isinstance(day, date) or day.year > LAST_YEAR:
        last = f", of the year {LAST_YEAR} at the latest" if isinstance(day, date) else ""
        message = f"expected a date such as 2025-07-01{last}"
        raise ValueError(message)
    return day


def _parse_day_text(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 a calendar date
    return None


FolderName = Annotated[str, AfterValidator(_check_folder_name)]
Day = Annotated[date, BeforeValidator(_parse_day)]


_LIMIT: Final = re.compile(r"(\d{1,15}(?:\.\d{1,9})?) ?%|\d{1,15}")


def _reject_limit(value: object) -> object:
    text = str(value).strip() if isinstance(value, int) and not isinstance(value, bool) else value
    if text is None:
        return None
    found = _LIMIT.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None or Decimal(found[1] or 0) > 100:  # noqa: PLR2004 per cent
        message = "expected a number of rows such as 100, or a share of those read such as 1%"
        raise ValueError(message)
    return found[0].replace(" ", "")


RejectLimit = Annotated[str, BeforeValidator(_reject_limit)]
"""The most rejected rows that a run may have: `100`, or `1%` of the rows read."""


def _without_prefix(name: object) -> object:
    return name.removeprefix("last_") if isinstance(name, str) else name


Pseudonymized = Annotated[str, BeforeValidator(_without_prefix)]

Dropped = Annotated[
    Literal["order_id", "order_time", "order_amount", "product_name", "store_code", "region"],
    BeforeValidator(_without_prefix),
]

StateCheck = Literal["times", "digest"]
Generalized = Annotated[Literal["order_time"], BeforeValidator(_without_prefix)]

MOST_WEIGHT, WEIGHT_DECIMALS = 1_000, 9


def _check_weights(weights: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    if any(not weight.is_finite() or weight < 0 for weight in weights) or not any(weights):
        message = "expected three weights of 0 or more, not all 0"
        raise ValueError(message)
    if any(weight > MOST_WEIGHT or weight != round(weight, WEIGHT_DECIMALS) for weight in weights):
        message = f"expected weights of at most {MOST_WEIGHT:,}, with at most {WEIGHT_DECIMALS} decimals"
        raise ValueError(message)
    return weights


WeightTable = Annotated[tuple[Decimal, Decimal, Decimal], AfterValidator(_check_weights)]
"""The weights of R, F and M in the total."""

GRADED_BY = {
    *("name", "title", "description", "as_of", "since", "by", "refunds", "scheme", "tiers", "weights", "dossier"),
    *("pseudonymize", "drop", "generalize", "accept", "strict"),
}
"""Keys that say how customers are graded and published, whoever counted them."""

OF_CUSTOMERS = {
    *GRADED_BY,
    *("customers", "ledger", "orders", "columns", "orders_format", "encoding", "separator", "sheet", "skip_lines"),
}
"""Keys that mean something where customers were counted elsewhere."""

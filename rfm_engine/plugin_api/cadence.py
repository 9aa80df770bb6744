"""How often to contact the customers of a tier."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import ConfigDict, Field, PlainSerializer, model_validator

from rfm_engine.plugin_api.readable_model import ReadableModel

MOST_CONTACTS: Final = 1000
MOST_MONTHS: Final = 1200
MONTHS: Final = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
PATTERN: Final = re.compile(r"(\d+)(?:\s*-\s*(\d+))?\s+per\s+(?:(\d+)\s+months|(month|quarter|half-year|year))")
EXPECTED: Final = "such as '1-2 per month', '1 per quarter', '1 per half-year', '1 per year' or '2 per 4 months'"


class Cadence(ReadableModel):
    """From `contacts_min` to `contacts_max` contacts in every `every_months` months; read from such words, too.

    >>> Cadence.model_validate("1-2 per quarter")
    Cadence(contacts_min=1, contacts_max=2, every_months=3)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    contacts_min: int = Field(ge=0, le=MOST_CONTACTS)
    contacts_max: int = Field(ge=0, le=MOST_CONTACTS)
    every_months: int = Field(ge=1, le=MOST_MONTHS)

    @model_validator(mode="before")
    @classmethod
    def _read_words(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found = PATTERN.fullmatch(value.strip())
        if not found:
            message = f"expected a cadence {EXPECTED}"
            raise ValueError(message)
        few, many, months, period = found.groups()
        return {"contacts_min": few, "contacts_max": many or few, "every_months": months or MONTHS[period]}

    @model_validator(mode="after")
    def _check_order(self) -> Cadence:
        if self.contacts_min > self.contacts_max:
            message = f"at least {self.contacts_min} contacts but at most {self.contacts_max}"
            raise ValueError(message)
        return self

    def __str__(self) -> str:
        """Return the words that are read as this cadence."""
        few, many = self.contacts_min, self.contacts_max
        count = f"{few}" if few == many else f"{few}-{many}"
        names = {months: name for name, months in MONTHS.items()}
        return f"{count} per {names.get(self.every_months, f'{self.every_months} months')}"


CadenceWords = Annotated[Cadence, PlainSerializer(str, return_type=str)]
"""A field that takes a cadence in words, and is written in words."""

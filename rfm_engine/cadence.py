"""How often a tier is contacted: so many contacts in so many months."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

MONTHS: Final = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


PATTERN: Final = re.compile(r"(\d+)(?:\s*-\s*(\d+))?\s+per\s+(?:(\d+)\s+months|(month|quarter|half-year|year))")


EXPECTED: Final = "such as '1-2 per month', '1 per quarter', '1 per half-year', '1 per year' or '2 per 4 months'"


class Cadence(BaseModel):
    """From `contacts_min` to `contacts_max` contacts in every `every_months` months."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contacts_min: int = Field(ge=0)
    contacts_max: int = Field(ge=0)
    every_months: int = Field(ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> Cadence:
        if self.contacts_min > self.contacts_max:
            message = f"at least {self.contacts_min} contacts but at most {self.contacts_max}"
            raise ValueError(message)
        return self

    def __str__(self) -> str:
        """Return the words that `parsed` reads."""
        few, many = self.contacts_min, self.contacts_max
        count = f"{few}" if few == many else f"{few}-{many}"
        names = {months: name for name, months in MONTHS.items()}
        return f"{count} per {names.get(self.every_months, f'{self.every_months} months')}"


def parsed(words: object) -> object:
    """Return the cadence that the words state; anything but text passes through.

    >>> parsed("1-2 per quarter")
    Cadence(contacts_min=1, contacts_max=2, every_months=3)
    """
    if not isinstance(words, str):
        return words
    found = PATTERN.fullmatch(words.strip())
    if not found:
        message = f"expected a cadence {EXPECTED}"
        raise ValueError(message)
    few, many, months, period = found.groups()
    return Cadence(contacts_min=int(few), contacts_max=int(many or few), every_months=int(months or MONTHS[period]))


CadenceWords = Annotated[Cadence, BeforeValidator(parsed), PlainSerializer(str, return_type=str)]
"""A field that takes a cadence in words."""

"""What both policies share: each segment's contacts and focus, with other words where the user gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from rfm_engine.plugin_api import CadenceWords, Tier, TierPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence


class SpokenPolicy(TierPolicy):
    """A policy with fixed segments whose contacts and focus can be replaced one by one."""

    contacts: dict[str, CadenceWords] = Field(
        default={}, description="how often to contact a segment, instead of the usual, such as Lost = '1 per half-year'"
    )
    focus: dict[str, str] = Field(default={}, description="what to contact a segment about, instead of the usual")

    def segments(self) -> Sequence[Tier]:
        """Return the segments with their usual contacts and focus, best first."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        names = [segment.name for segment in self.segments()]
        strangers = sorted({*self.contacts, *self.focus}.difference(names))
        if strangers:
            message = f"no such segment: {', '.join(strangers)}; there are {', '.join(names)}"
            raise ValueError(message)
        return self

    def tier_table(self) -> tuple[Tier, ...]:
        """Return the segments with the contacts and focus in force."""
        return tuple(
            Tier(
                name=segment.name,
                contacts=self.contacts.get(segment.name, segment.contacts),
                focus=self.focus.get(segment.name, segment.focus),
            )
            for segment in self.segments()
        )

"""Findings: what a reader of the list might not expect though the run went well, and what settles each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AfterValidator

from rfm_engine.errors import DataError, nearest, printable
from rfm_engine.finding_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

SAMPLES: Final = 8
SAMPLE_LENGTH: Final = 60


def _known_code(code: str) -> str:
    if code not in KINDS:
        message = f"{code!r} is no code of a finding{nearest(code, KINDS)}; rfm-engine findings lists all"
        raise ValueError(message)
    return code


Code = Annotated[str, AfterValidator(_known_code)]
"""The code of a finding, such as `RFM401`."""


@dataclass(frozen=True)
class Finding:
    """One finding of one run: a sentence with counts, sample values from the orders, and the option that settles it.

    The words hold no customer data; that stands in `samples` alone, of which the first eight are shown.

    >>> print(Finding("RFM401", "no column holds order ids", ("a", "b"), "--column order_id=HEADER"))
    RFM401 no column holds order ids, such as 'a', 'b': --column order_id=HEADER

    Raises:
        KeyError: The code is not registered in `KINDS`.
    """

    code: str
    words: str
    samples: tuple[str, ...] = ()
    fix: str = ""

    def __post_init__(self) -> None:
        KINDS[self.code]
        short = (shorten(printable(str(sample))) for sample in self.samples[:SAMPLES])
        object.__setattr__(self, "samples", tuple(short))

    def __str__(self) -> str:
        """Return the line that is printed; it begins with the code."""
        samples = ", ".join(map(repr, self.samples))
        line = f"{self.code} {self.words}" + (f", such as {samples}" if samples else "")
        return " ".join((line + (f": {self.fix}" if self.fix else "")).split())

    def mask_samples(self, mask: str) -> Finding:
        """Return the finding with a mask for its samples."""
        return replace(self, samples=(mask,) if self.samples else ())

    def as_table(self, accepted: Collection[str] = ()) -> dict[str, Any]:
        """Return the finding as run.json keeps it."""
        samples = list(self.samples)
        about = {"code": self.code, "words": self.words, "samples": samples, "fix": self.fix}
        return about | {"accepted": self.code in accepted}


def shorten(sample: str) -> str:
    """Return a sample value, cut where it is long."""
    return sample if len(sample) <= SAMPLE_LENGTH else f"{sample[: SAMPLE_LENGTH - 3]}..."


def without_accepted(findings: Iterable[Finding], accepted: Collection[str]) -> list[Finding]:
    """Return the findings whose codes are not accepted."""
    return [finding for finding in findings if finding.code not in accepted]


def refuse_findings(findings: Iterable[Finding], accepted: Collection[str]) -> None:
    """Stop a strict run that has a finding.

    Raises:
        DataError: There is one whose code is not accepted; it lists all of them.
    """
    if left := without_accepted(findings, accepted):
        codes = " ".join(f"--accept {code}" for code in dict.fromkeys(finding.code for finding in left))
        first = f"strict refuses what is not accepted; nothing was written. Settle each, or type {codes}"
        samples = (sample for finding in left for sample in finding.samples)
        raise DataError("\n".join((first, *map(str, left))), *samples)

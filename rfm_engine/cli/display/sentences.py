"""What commands print about a run: English sentences, or their Chinese from the catalogue."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from rfm_engine.columns import CHINESE

if TYPE_CHECKING:
    from rfm_engine.findings import Finding
    from rfm_engine.report.words import Words

OPTION: Final = re.compile(r"--[a-z][a-z-]+")


class Sentences:
    """Sentences in one language; those in English stand in the code, so that no catalogue is read for them (24 ms)."""

    def __init__(self, language: str = "en") -> None:
        self.is_english = language == "en"

    def __call__(self, sentence: str, **values: object) -> str:
        """Return a sentence, given in English, with the values in their places.

        >>> Sentences("zh")("files: "), Sentences()("{n} used", n=3)
        ('文件：', '3 used')
        """
        return (sentence if self.is_english else self._words.sentence(sentence)).format(**values)

    def customers(self, number: int) -> str:
        """Return so many customers in words."""
        return self("{n} customer" if number == 1 else "{n} customers", n=f"{number:,}")

    def word(self, text: str) -> str:
        """Return one of the engine's own words, such as the name of a scheme or of an outcome."""
        return text if self.is_english else self._words.of_data(text)

    def reason(self, text: str) -> str:
        """Return why rows were rejected, such as `order_amount: missing`; the column stays as the file heads it."""
        column, _, fault = text.rpartition(": ")
        return (
            text if self.is_english or not column else self("{column}: {fault}", column=column, fault=self.word(fault))
        )

    def column(self, name: str) -> str:
        """Return a column's name as the files head it, with blanks in English."""
        return name.replace("_", " ") if self.is_english else CHINESE.get(name, name)

    def unmatched_value(self, sentence: str) -> str:
        """Return the ledger's sentence about a requested value that no row has."""
        return sentence if self.is_english else self._words.describe_unmatched(sentence)

    def finding(self, found: Finding) -> str:
        """Return the line of a finding; in Chinese what its code means, samples, and the names of options.

        >>> from rfm_engine.findings import Finding
        >>> Sentences("zh").finding(Finding("RFM302", "2 customers are in 3 lists", ("a", "b"), "--by none makes one"))
        "RFM302 有客户同时出现在多个名单中。例如 'a'、'b'。可用选项：--by"
        """
        if self.is_english:
            return str(found)
        line = f"{found.code} {self._words.finding(found.code, found.words)}"
        samples, options = "、".join(map(repr, found.samples)), "、".join(dict.fromkeys(OPTION.findall(found.fix)))
        line += self("such as {samples}.", samples=samples) if samples else ""
        return line + (self("Options: {options}", options=options) if options else "")

    @cached_property
    def _words(self) -> Words:
        from rfm_engine.report.words import Words

        return Words("zh")


ENGLISH: Final = Sentences()

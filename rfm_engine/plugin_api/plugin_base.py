"""What schemes and policies share."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import ConfigDict, PrivateAttr

from rfm_engine.plugin_api.description import Language, describe_options
from rfm_engine.plugin_api.readable_model import ReadableModel
from rfm_engine.vocabulary.currencies import CENTS


class PluginBase(ReadableModel):
    """What schemes and policies share: a name, a meaning (the docstring's first line), and typed options.

    Every field is an option: it needs a type and, unless it must be given, a default; `Field(description=...)` gives
    its one-line meaning. An option is set by `--set key=value`, by a key of the dataset file's table, or in Python.
    Objects are frozen; unknown options and wrong types are refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)

    name: ClassVar[str]
    _decimals: int = PrivateAttr(default=CENTS)

    @property
    def minor_units(self) -> int:
        """How many of `monetary_fen` are one unit of money: 100 of a yuan, 1,000 of a Kuwaiti dinar."""
        return int(10**self._decimals)

    def with_decimals(self, decimals: int) -> Self:
        """Return the object for orders whose money is counted with so many decimals; options stay as they are."""
        if decimals == self._decimals:
            return self
        copied = self.model_copy()
        copied._decimals = decimals  # noqa: SLF001 its own
        return copied

    @classmethod
    def meaning(cls) -> str:
        """Return the first line of the class's docstring."""
        return (cls.__doc__ or "").strip().partition("\n")[0]

    def describe(self, language: Language = "en") -> str:
        """Return the rules in words, for readers of a report: `en` or `zh`; name and options unless said otherwise.

        Override it to say in a sentence what is scored or graded how. Contacts and focus stand beside the tiers.
        """
        return describe_options(getattr(self, "name", type(self).__name__), self.options(), language)

    def options(self) -> dict[str, Any]:
        """Return the options in force as plain values that a TOML table can state."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

"""What schemes and policies share."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import ConfigDict

from rfm_engine.plugin_api.readable_model import ReadableModel


class PluginBase(ReadableModel):
    """What schemes and policies share: a name, a meaning (the docstring's first line), and typed options.

    Every field is an option: it needs a type and, unless it must be given, a default; `Field(description=...)` gives
    its one-line meaning. An option is set by `--set key=value`, by a key of the dataset file's table, or in Python.
    Objects are frozen; unknown options and wrong types are refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)

    name: ClassVar[str]

    @classmethod
    def meaning(cls) -> str:
        """Return the first line of the class's docstring."""
        return (cls.__doc__ or "").strip().partition("\n")[0]

    def options(self) -> dict[str, Any]:
        """Return the options in force as plain values that a TOML table can state."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

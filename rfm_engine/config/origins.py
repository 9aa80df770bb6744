"""Where each key of a dataset was given: the file, or the option that overrides it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Origins:
    """What a message names as the place of a key: its option, else `each` with the key filled in, else the whole.

    >>> origins = Origins(whole="dataset.toml", options={"scheme.bins": "option --set bins"})
    >>> origins.of("scheme.bins.0"), origins.of("scheme")
    ('option --set bins', 'dataset.toml')
    """

    whole: str
    each: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def of(self, key: str) -> str:
        """Return the place of a dotted key, that of the table around it, or the whole."""
        parts = key.split(".")
        names = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
        found = next((self.options[name] for name in names if name in self.options), None)
        return found or (self.each.format(key=key) if key and self.each else self.whole)

"""The one exception tree: every error that the engine raises on purpose is an `RfmError`.

A message says what is wrong, where, and what to do about it. One error lists all offenders.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Self

CONTROL_SIGNS: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What a terminal obeys instead of showing it."""

PLAIN_WORD: Final = re.compile(r"[\w./:@%+,=-]+")
SHELL_SIGNS: Final = re.compile(r"[\"$`\\!]")
"""What a shell obeys within double quotes."""

UNDECODED: Final = re.compile("[\ud800-\udfff]")
"""What stands in a path for bytes that are no letter in the locale."""


def printable(text: str) -> str:
    r"""Return the text with its control signs written out, for a terminal that would obey them.

    >>> print(printable("\x1b[2Jorders.csv"))
    \x1b[2Jorders.csv
    """
    return CONTROL_SIGNS.sub(lambda sign: ascii(sign[0])[1:-1], text)


def undecodable_paths(paths: Iterable[Path]) -> str:
    r"""Return what is wrong with paths that hold bytes without a letter, which Polars does not take; empty without any.

    >>> from pathlib import Path
    >>> print(undecodable_paths([Path("orders.csv"), Path("orders-\udcff.csv")]))
    not in UTF-8: 'orders-\udcff.csv'; rename it, or set PYTHONUTF8=1 where the locale lacks its letters
    """
    odd = [ascii(str(path)) for path in paths if UNDECODED.search(str(path))]
    remedy = "rename it, or set PYTHONUTF8=1 where the locale lacks its letters"
    return f"not in UTF-8: {', '.join(odd)}; {remedy}" if odd else ""


def quote_argument(text: str) -> str:
    """Return a word of a command as it is typed: in quotes where the shell would part or change it.

    >>> quote_argument("order_id=ticket"), quote_argument("order_id=ticket no")
    ('order_id=ticket', '"order_id=ticket no"')
    """
    if PLAIN_WORD.fullmatch(text):
        return text
    return f"'{text}'" if SHELL_SIGNS.search(text) and "'" not in text else f'"{text}"'


class RfmError(Exception):
    """Anything the engine refuses, with a message for the person who can fix it."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str = "", *customer_data: str) -> None:
        """Take the message, and the parts of it that came from the orders."""
        super().__init__(printable(message))
        self.customer_data = tuple(map(printable, customer_data))

    def mask(self, mask: str) -> Self:
        """Return the error with a mask for what came from the orders."""
        message = str(self)
        for part in sorted(filter(None, self.customer_data), key=len, reverse=True):
            message = message.replace(part, mask)
        return type(self)(message)


class UsageError(RfmError):
    """The request is wrong: an option, a dataset file, a name. The command exits with 2."""

    exit_code: ClassVar[int] = 2


class DatasetError(UsageError):
    """A dataset file or a set of rules that cannot be used as written."""


class PluginError(RfmError):
    """A scheme or policy that broke its promise while it was used."""


class DataError(RfmError):
    """Orders that cannot be used. The command exits with 1."""


class OutputError(RfmError):
    """Results that could not be written; what was there before is untouched."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint such as `, did you mean 'quintile'?`, or nothing when no known word is close.

    >>> nearest("quintle", ["quintile", "thresholds"])
    ", did you mean 'quintile'?"
    """
    close = get_close_matches(word, list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""

"""The one place where styled text reaches a terminal: other people's text is shown there, never obeyed.

Names of customers, lists, files, plugins and datasets may hold control signs, `[markup]` or `:codes:` of rich.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.segment import Segment

from rfm_engine.cli.display.results import results
from rfm_engine.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import ConsoleOptions, RenderableType

PIPED_WIDTH = 120


class EscapingConsole(Console):
    """A terminal without markup, which writes control signs out; styles are given by `Text` and by `style=`."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Yield the segments with their text in signs that can be seen."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control or text.isprintable() else Segment(printable(text), style)


def console() -> Console:
    """Return the terminal, or plain text of a readable width where the output is piped."""
    terminal = EscapingConsole(file=results(), highlight=False, markup=False, emoji=False)
    return terminal if terminal.is_terminal else _plain_console()


def _plain_console() -> Console:
    return EscapingConsole(
        file=results(), highlight=False, markup=False, emoji=False, width=PIPED_WIDTH, soft_wrap=False
    )

"""What the parsing of cells needs of the options that say how files are read."""

from __future__ import annotations

from typing import Protocol


class CellOptions(Protocol):
    """The options of cells; `read_options.ReadOptions` has them."""

    @property
    def unit(self) -> str:
        """The unit of the amounts: yuan, ten_thousand_yuan or fen."""

    @property
    def fen_per_unit(self) -> int:
        """How many fen one unit of the amounts is worth."""

    @property
    def has_decimal_comma(self) -> bool:
        """Whether the decimal mark of amounts in text is a comma."""

    @property
    def order_time_format(self) -> str | None:
        """A strftime format or a name of `time_formats`; None for the usual forms."""

    @property
    def time_zone(self) -> str | None:
        """The IANA time zone in which days are counted."""

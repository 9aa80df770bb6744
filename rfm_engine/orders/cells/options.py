"""What the parsing of cells needs of the options that say how files are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rfm_engine.orders.cells.amount_text import AmountStyle


class CellOptions(Protocol):
    """The options of cells; `read_options.ReadOptions` has them."""

    @property
    def unit(self) -> str:
        """The unit of the amounts: yuan, ten_thousand_yuan or fen."""

    @property
    def fen_per_unit(self) -> int:
        """How many fen one unit of the amounts is worth."""

    @property
    def currency(self) -> str | None:
        """The currency of amounts that name none; None for yuan."""

    @property
    def given_style(self) -> AmountStyle | None:
        """Which decimal mark amounts in text have; None where the data are to show it."""

    @property
    def has_decimal_comma(self) -> bool:
        """Whether the decimal mark of amounts in text is a comma."""

    @property
    def order_time_format(self) -> str | None:
        """A strftime format or a name of `time_formats`; None for the usual forms."""

    @property
    def time_zone(self) -> str | None:
        """The IANA time zone in which days are counted."""

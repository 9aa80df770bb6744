"""What the header of the amounts says of their unit: the currency is taken from it, a multiple is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.orders.cells.amount_text import HOME
from rfm_engine.orders.cells.evidence import SAMPLES, TEXT, Choice, Column, question
from rfm_engine.vocabulary.header_units import MINOR, TEN_THOUSANDS, HeaderUnit, split_unit

if TYPE_CHECKING:
    from rfm_engine.orders.read_options import ReadOptions

MEANINGS: Final = {TEN_THOUSANDS: "counts them in ten thousands", MINOR: "counts them in hundredths"}


def follow_header(amounts: Column, options: ReadOptions, *, has_currencies: bool) -> ReadOptions:
    """Return the options with the currency that the header of the amounts names, if nothing else says which it is.

    `has_currencies` is whether a column does.

    Raises:
        DataError: The header says thousands, ten thousands or hundredths, and no one gave the unit.
    """
    unit = split_unit(amounts.header)
    if unit is None:
        return options
    if unit.multiple is not None and "unit" not in options.model_fields_set:
        _ask_unit(amounts, unit)
    is_said = unit.currency in (None, HOME) or options.currency is not None or has_currencies
    return options if is_said else options.model_copy(update={"currency": unit.currency})


def _ask_unit(amounts: Column, unit: HeaderUnit) -> None:
    choices = [Choice("--unit yuan", "takes them as they stand")]
    if unit.multiple in MEANINGS:
        choices.insert(0, Choice(f"--unit {unit.multiple}", MEANINGS[unit.multiple]))
    samples = amounts.texts.select(pl.col(TEXT)).head(SAMPLES).collect()[TEXT].drop_nulls()
    words = f"the header of the amounts, {amounts.header!r}, says {unit.word}"
    raise question(amounts.where, words, choices, samples)

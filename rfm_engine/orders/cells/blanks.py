"""White space around cells, and the signs of other scripts that mean the same as ASCII ones."""

from __future__ import annotations

from typing import Final

BLANKS: Final = " \t\r\n\v\f\u3000\u00a0\ufeff"
"""What may stand around a cell's text."""

_DIGITS: Final = {chr(ord(zero) + digit): str(digit) for zero in "０٠۰" for digit in range(10)}
_SPACES: Final = dict.fromkeys("\u3000\u00a0\u202f\u2007\u2009", " ")
_UNSEEN: Final = dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069\ufeff", "")
_WIDE: Final = dict(zip("．，－−＋￥＄￡（）：／", ".,--+¥$£():/", strict=True))
PLAIN: Final = {**_DIGITS, **_SPACES, **_UNSEEN, **_WIDE}
"""Full-width, Arabic and Persian digits and marks, spaces of other widths, and what cannot be seen."""

"""Every known header is recognised."""

from __future__ import annotations

import pytest

from rfm_engine.columns import ALIASES, CHINESE, QUANTITY, REQUIRED, UNIT_PRICE
from rfm_engine.orders.headers import match_headers

WIDE = {ord(half): half_wide for half, half_wide in zip("()ID", "（）ＩＤ", strict=True)}


@pytest.mark.parametrize("name", [name for name in ALIASES if name not in (QUANTITY, UNIT_PRICE)])
def test_every_known_header_is_recognised_whatever_its_width_case_and_spaces(name: str) -> None:
    for header in (name, CHINESE[name], *ALIASES[name]):
        for spelling in (header, header.upper(), f" {header} ", f"\ufeff{header}", header.translate(WIDE)):
            others = [one for one in REQUIRED if one != name]

            assert match_headers([*others, spelling], {}, (), "a.csv")[name] == spelling

"""Each finding says what to type: the test types every option that its line and its meaning name, and it goes away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from rfm_engine.finding_kinds import KINDS
from tests.cli.refusals.found_orders import FOUND

if TYPE_CHECKING:
    from pathlib import Path

OPTION: Final = re.compile(r"--[a-z]+(?:-[a-z]+)*")


@pytest.mark.parametrize("code", FOUND)
def test_what_a_finding_names_can_be_typed_and_takes_it_away(code: str, tmp_path: Path) -> None:
    found = FOUND[code]

    first = found.run(tmp_path, "")

    line = next(
        line for line in (first.out + first.err.removeprefix("error: o: ")).splitlines() if line.startswith(code)
    )
    named = {*OPTION.findall(line), *OPTION.findall(KINDS[code].fix)}
    typed = {option for answer in found.answers for option in OPTION.findall(answer)}
    assert named - typed <= found.spared | {"--accept"}
    for answer in found.answers:
        again = found.run(tmp_path, answer)
        assert (again.code, again.err) == (0, ""), answer
        assert not [line for line in again.out.splitlines() if line.startswith(code)], answer


def test_each_code_has_orders_of_its_own() -> None:
    assert KINDS.keys() - FOUND.keys() == {"RFM106"}

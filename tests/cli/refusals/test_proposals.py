"""Each refusal of orders says what to type: the test types every option that its message names, and the run goes well.

`HEADER`, `DATE` and the like stand for what only the user knows; the answers have it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

import rfm_engine
from tests.cli.refusals.refused_orders import REFUSALS

ROOMS: Final = ("orders", "preparation", "customers/conflicts.py", "review/no_orders.py", "review/scientific_ids.py")
"""Where orders are refused."""

OPTION: Final = re.compile(r"--[a-z]+(?:-[a-z]+)*")


@pytest.mark.parametrize("name", REFUSALS)
def test_what_a_refusal_names_can_be_typed(name: str, tmp_path: Path) -> None:
    refusal = REFUSALS[name]

    code, message = refusal.run(tmp_path, refusal.given)

    assert code in (1, 2)
    typed = {option for answer in refusal.answers for option in OPTION.findall(answer)} | refusal.spared
    assert {*OPTION.findall(message)} - {*OPTION.findall(refusal.given)} <= typed
    assert {*OPTION.findall(message)} & typed
    for answer in refusal.answers:
        assert refusal.run(tmp_path, answer) == (0, ""), answer


def test_every_option_that_a_refusal_can_name_is_typed_above() -> None:
    package = Path(rfm_engine.__file__).parent
    modules = [path for room in ROOMS for path in sorted((package / room).rglob("*.py")) or [package / room]]
    texts = (
        node.value
        for path in modules
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    named = {option for text in texts for option in OPTION.findall(text)}
    typed = {option for refusal in REFUSALS.values() for answer in refusal.answers for option in OPTION.findall(answer)}

    elsewhere = {
        "--orders",
        "--remote",
        "--exclude",
        "--exclude-customer",
        "--latest-export",
        "--decimal-comma",
        "--ledger",
    }
    assert named - typed <= elsewhere

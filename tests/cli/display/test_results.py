"""A command's stdout holds its own results alone, whatever a plugin prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.faulty import twenty_orders
from tests.terminal import done

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faulty import Install


@pytest.mark.parametrize("command", [("schemes", "--json"), ("plugins", "list", "--json")])
def test_json_is_json_whatever_a_plugin_prints(command: tuple[str, ...], install: Install) -> None:
    install("prints-to-stdout")

    result = done(*command)

    assert "prints-to-stdout" in json.dumps(json.loads(result.out))
    assert "a word at import\na word in the hook\n" in result.err


def test_a_run_prints_what_it_prints_without_the_words_of_a_plugin(install: Install, tmp_path: Path) -> None:
    install("prints-to-stdout")
    orders, tiers = twenty_orders(tmp_path), "table=[{name='all'}]"
    rules = ("--as-of", "2025-02-01", "--scheme", "prints-to-stdout", "--tiers", "weighted", "--set", tiers)

    result = done("run", "--orders", orders, *rules, "--output", tmp_path / "o")

    assert "a word" not in result.out
    assert "customers.csv" in result.out
    assert "a word about M" in result.err


def test_help_goes_to_stdout() -> None:
    assert "Usage" in done("plugins", "check", "--help").out
    assert "Usage" in done("run", "--help").out

"""The list of plugins is a table that shows each fault, and JSON that is clean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.faulty import command
from tests.plugins.faults import FAULTS

if TYPE_CHECKING:
    from tests.faulty import Install

SOUND = ("slow-import", "ten-best", "prints-to-stdout", "duplicate-name", "breaks-promises")


@pytest.mark.parametrize("fault", [*FAULTS, *SOUND])
def test_a_fault_shows_in_the_list_even_under_strict_plugins_and_leaves_its_json_clean(
    fault: str, install: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(fault)
    monkeypatch.setenv("RFM_STRICT_PLUGINS", "1")
    assert command("plugins", "list", "--json") == 0
    rows = {row["distribution"]: row for row in json.loads(capsys.readouterr().out)}
    row = rows.get(fault) or rows[f"{fault}-one"]
    assert row["status"] == ("failed" if fault in FAULTS else "ok")
    assert row["stage"] == FAULTS.get(fault, (None,))[0]
    assert rows["rfm-engine"]["status"] == "ok"


def test_the_list_is_a_table_that_shows_each_fault_below(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install("hook-raises", "slow-import")
    assert command("plugins", "list") == 0
    shown = capsys.readouterr().out
    assert "slow-import" in shown
    assert "failed at collect: RuntimeError: no configuration found" in " ".join(shown.split())

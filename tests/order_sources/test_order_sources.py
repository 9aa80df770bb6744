"""Known exports are recognised by their headers, said so, stated or turned off; plugins bring more by the same hook."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rfm_engine.columns import ALIASES
from tests.order_sources.sources import SOURCES, export, spends
from tests.terminal import AS_OF, done, rfm

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", SOURCES)
def test_an_export_is_recognised_read_as_its_source_says_and_said_so(name: str, tmp_path: Path) -> None:
    path = export(tmp_path, SOURCES[name])
    words = ("run", "--orders", path, *AS_OF, "--time-zone", "UTC", "--by", "none", "--output", tmp_path / "out")

    answer = done(*words)

    expected = {"kim": "30.00"} | ({} if SOURCES[name].statuses else {"lee": "40.00"})
    assert spends(tmp_path / "out") == expected
    assert f"RFM102 read as an export of {SOURCES[name].title}" in answer.out
    assert f"--source {name} states it" in answer.out
    assert "RFM102" not in done(*words, "--source", name).out
    assert spends(tmp_path / "out") == expected


@pytest.mark.parametrize("name", SOURCES)
def test_no_signature_is_that_of_another_source(name: str) -> None:
    own = {*SOURCES[name].signature, *SOURCES[name].columns.values()}

    assert [other for other in SOURCES if other != name and {*SOURCES[other].signature} <= own] == []
    assert {*SOURCES[name].columns} <= {*ALIASES}


def test_an_unknown_source_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    answer = rfm("check", "--orders", export(tmp_path, SOURCES["jd"]), *AS_OF, "--source", "shopifi")

    assert answer.code == 2
    assert "did you mean 'shopify'?" in answer.err


def test_the_command_lists_every_source_with_its_columns() -> None:
    listed = json.loads(done("sources", "--json").out)

    assert [one["name"] for one in listed] == list(SOURCES)
    shown = " ".join(done("sources").out.split())
    assert "customer_id = Email" in shown
    assert "a row is a line; money is GBP" in shown

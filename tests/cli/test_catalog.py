"""Datasets, schemes, policies and findings are listed for people and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rfm_engine.finding_kinds import KINDS
from tests.conftest import DATASETS
from tests.terminal import done, record_of, run

if TYPE_CHECKING:
    from pathlib import Path


def test_datasets_are_listed_for_people_and_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATASETS.parent)
    names = sorted(path.name for path in DATASETS.iterdir() if path.is_dir())

    listed, as_json = done("datasets").out, json.loads(done("datasets", "--json").out)

    assert [row["name"] for row in as_json] == names
    assert all(f"{name}  " in listed for name in names)
    assert all(row["as_of"] and row["title"] and row["description"] and row["file"] for row in as_json)


@pytest.mark.parametrize(
    ("command", "names"),
    [("schemes", {"thresholds", "quintile", "frozen"}), ("tiers", {"abcd", "weighted", "segments"})],
)
def test_schemes_and_policies_are_listed_with_options_defaults_and_meanings(command: str, names: set[str]) -> None:
    listed, rows = done(command).out, json.loads(done(command, "--json").out)

    assert names <= {row["name"] for row in rows}
    for row in rows:
        assert row["name"] in listed
        assert row["meaning"]
        assert all(option["meaning"] and option["name"] in listed for option in row["options"])


@pytest.mark.parametrize(("command", "option"), [("schemes", "--scheme"), ("tiers", "--tiers")])
def test_a_listed_default_set_by_hand_changes_nothing(command: str, option: str, shop: Path, tmp_path: Path) -> None:
    for row in json.loads(done(command, "--json").out):
        if row["distribution"] != "rfm-engine" or any(known["required"] for known in row["options"]):
            continue
        settings = [("--set", f"{known['name']}={toml(known['default'])}") for known in row["options"]]
        words = (option, row["name"])

        plain = record_of(run(shop, tmp_path, *words))
        record = record_of(run(shop, tmp_path, *words, *(word for pair in settings for word in pair)))

        assert record["scheme"] == plain["scheme"]
        assert record["tiers"] == plain["tiers"]


def toml(value: object) -> str:
    """Return a plain value as a TOML value."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + "}"
    return json.dumps(value)


def test_the_command_lists_every_code_with_its_meaning() -> None:
    printed = " ".join(done("findings").out.split())

    assert [code for code, kind in KINDS.items() if f"{code} {kind.meaning} {kind.fix}" not in printed] == []

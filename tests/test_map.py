"""The map of the code names every room and module, and its layers are those that are checked."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

MOST_MODULES = 15
ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "rfm_engine"
TESTS = ROOT / "tests"
MAP = (PACKAGE / "README.md").read_text("utf-8")
TOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
CONTRACTS = TOOLS["importlinter"]["contracts"]
TESTED_WITH: dict[str, dict[str, str]] = tomllib.loads((TESTS / "tested_with.toml").read_text("utf-8"))
MODULES = [
    path.relative_to(PACKAGE)
    for path in sorted(PACKAGE.rglob("*.py"))
    if "template" not in path.parts and path.stem not in {"__init__", "__main__"}
]


def has_own_tests(module: Path) -> bool:
    """Return whether a module's tests are where its room says; those of a single module may have a folder."""
    name = f"test_{module.stem}.py"
    places = [module.parent] if module.parent.name else [Path(), Path(module.stem)]
    return any((TESTS / place / name).is_file() for place in places)


def test_every_room_is_on_the_map_and_every_place_on_the_map_is_there() -> None:
    rooms = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("__init__.py")} - {"."}
    named = set(re.findall(r"^\| `([a-z_/]+)/` \|", MAP, re.MULTILINE))
    assert named == rooms


def test_no_room_has_more_than_fifteen_modules() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if path.stem != "__init__"]
    rooms = Counter(path.parent.relative_to(PACKAGE).as_posix() for path in modules)
    assert [room for room, many in rooms.items() if many > MOST_MODULES] == []


def test_every_single_module_is_named() -> None:
    single = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    text = MAP.partition("Single modules:")[2].partition("##")[0]
    assert set(re.findall(r"`([a-z_]+)`", text)) == single


def test_the_layers_are_those_of_the_contract() -> None:
    layers = next(contract["layers"] for contract in CONTRACTS if contract["type"] == "layers")
    drawn = MAP.partition("```text\n")[2].partition("```")[0].splitlines()
    assert drawn == [layer.replace("rfm_engine.", "") for layer in layers[1:]]


def test_every_room_but_that_of_the_commands_is_held_to_know_neither_typer_nor_rich() -> None:
    held = next(
        contract["source_modules"] for contract in CONTRACTS if "typer" in contract.get("forbidden_modules", ())
    )
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} | {path.stem for path in PACKAGE.glob("*.py")}
    assert {name.removeprefix("rfm_engine.") for name in held} == rooms - {"cli", "__init__", "__main__"}


def test_every_path_that_is_named_exists() -> None:
    paths = re.findall(r"`([a-z_]+(?:/[a-z_]+)*\.py)`", MAP)
    assert paths
    assert not [path for path in paths if not (PACKAGE / path).is_file()]


def test_the_tests_of_each_module_are_found_by_its_name() -> None:
    elsewhere = {Path(room, f"{module}.py") for room, listed in TESTED_WITH.items() for module in listed}
    assert [module.as_posix() for module in MODULES if not has_own_tests(module) and module not in elsewhere] == []


@pytest.mark.parametrize("room", TESTED_WITH)
def test_a_module_that_is_tested_with_others_is_there_and_so_are_those_tests(room: str) -> None:
    modules = {module: Path(room, f"{module}.py") for module in TESTED_WITH[room]}
    assert [name for name, module in modules.items() if module not in MODULES or has_own_tests(module)] == []
    assert [tests for tests in TESTED_WITH[room].values() if not (TESTS / tests).is_file()] == []


def test_the_modules_and_tests_of_mutants_are_there() -> None:
    named = (*TOOLS["mutmut"]["only_mutate"], *TOOLS["mutmut"]["pytest_add_cli_args_test_selection"])
    assert [path for path in named if not (ROOT / path).exists()] == []

"""Packages under plugins/, and the package that `plugins new` writes, import what the engine publishes for authors."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PUBLIC = {"rfm_engine", "rfm_engine.plugin_api", "rfm_engine.conformance"}
TEMPLATE = ROOT / "rfm_engine" / "plugins" / "template"
FILES = [*sorted((ROOT / "plugins").glob("*/src/**/*.py")), *sorted((ROOT / "plugins").glob("*/tests/*.py"))]


def imported_modules(text: str) -> set[str]:
    tree = list(ast.walk(ast.parse(text)))
    whole = {alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names}
    return whole | {node.module or "" for node in tree if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_plugin_imports_public_names_alone(path: Path) -> None:
    engine = {name for name in imported_modules(path.read_text("utf-8")) if name.split(".")[0] == "rfm_engine"}
    assert engine <= PUBLIC


@pytest.mark.parametrize("path", sorted(TEMPLATE.rglob("*.py.template")), ids=lambda path: path.name)
def test_a_new_package_imports_public_names_alone(path: Path) -> None:
    text = (
        path.read_text("utf-8")
        .replace("$package", "package")
        .replace("$class_name", "Example")
        .replace("$module", "name")
    )
    lines = [line for line in text.splitlines() if line.startswith(("import ", "from "))]
    engine = {name for name in imported_modules("\n".join(lines)) if name.split(".")[0] == "rfm_engine"}
    assert engine or "__init__" in path.name
    assert engine <= PUBLIC


def test_the_plugins_of_the_repository_are_among_the_files() -> None:
    assert {path.relative_to(ROOT / "plugins").parts[0] for path in FILES} >= {
        "rfm-engine-compat",
        "rfm-engine-decay",
        "rfm-engine-segments",
    }

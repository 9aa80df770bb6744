"""`plugins new` writes a package that is whole as written, and never writes over anything."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from rfm_engine import conformance
from rfm_engine.errors import OutputError, UsageError
from rfm_engine.plugins import scaffold
from rfm_engine.plugins.loading import PluginSource, load
from rfm_engine.plugins.scaffold import Kind, create_plugin

KINDS = get_args(Kind)


def test_the_package_has_its_entry_point_scheme_tests_and_readme(tmp_path: Path) -> None:
    folder = create_plugin("big-spender", tmp_path / "mine")
    assert folder == tmp_path / "mine" / "rfm-engine-big-spender"
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "README.md",
        "pyproject.toml",
        "src/rfm_engine_big_spender/__init__.py",
        "src/rfm_engine_big_spender/big_spender.py",
        "tests/test_big_spender.py",
    ]
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == "rfm-engine-big-spender"
    assert project["entry-points"] == {"rfm_engine": {"big-spender": "rfm_engine_big_spender.big_spender"}}
    assert project["dependencies"][0].startswith("rfm-engine")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_to_fill_in(kind: Kind, tmp_path: Path) -> None:
    folder = create_plugin("bank", tmp_path, kind)
    assert [path for path in folder.rglob("*") if path.is_file() and "$" in path.read_text("utf-8")] == []


def test_every_template_is_written_out() -> None:
    folder = Path(scaffold.__file__).parent / "template"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {*scaffold.PACKAGE_FILES, *(name for names in scaffold.MODULE_FILES.values() for name in names)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_class_loads_by_its_entry_point_and_conforms(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = f"bank_of_{kind}"
    monkeypatch.syspath_prepend(create_plugin("top", tmp_path, kind, package.replace("_", "-")) / "src")

    record = load(PluginSource(package, "0.1.0", "top", lambda: importlib.import_module(f"{package}.top"), package))

    assert record.error is None
    (entry,) = record.provides
    assert (entry.kind, entry.name) == ({"scheme": "scheme", "policy": "tier policy"}[kind], "top")
    assert [outcome for outcome in conformance.report(entry.cls()) if outcome.fault] == []


def test_the_tests_of_a_scheme_and_of_a_policy_added_to_its_package_pass_as_written(tmp_path: Path) -> None:
    folder = create_plugin("bank", tmp_path, package="my-bank-rfm")
    assert create_plugin("key-accounts", tmp_path, "policy", "my-bank-rfm") == folder
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    points = project["entry-points"]["rfm_engine"]
    assert points == {"bank": "my_bank_rfm.bank", "key-accounts": "my_bank_rfm.key_accounts"}
    metadata = tmp_path / "on-the-path" / "my_bank_rfm-0.1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: my-bank-rfm\nVersion: 0.1.0\n", "utf-8")
    lines = "".join(f"{name} = {module}\n" for name, module in points.items())
    (metadata / "entry_points.txt").write_text(f"[rfm_engine]\n{lines}", "utf-8")
    paths = [folder / "src", metadata.parent, Path(__file__).parents[2]]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))}
    program = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]

    done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert len(list(folder.rglob("test_*.py"))) == 2


def test_a_module_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    folder = create_plugin("bank", tmp_path, package="my-bank-rfm")
    before = {path: path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}

    with pytest.raises(OutputError, match=r"cannot write .*bank\.py: File exists"):
        create_plugin("bank", tmp_path, "policy", "my-bank-rfm")

    assert {path: path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()} == before


def test_a_package_without_entry_points_is_refused_with_the_line_that_it_needs(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()

    with pytest.raises(UsageError, match=r"has no line \[project\.entry-points\.rfm_engine\]; add it"):
        create_plugin("bank", tmp_path, "policy", "other")

    assert list((tmp_path / "other").iterdir()) == []


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    readme = create_plugin("bank", tmp_path) / "README.md"
    readme.write_text("mine", "utf-8")
    with pytest.raises(OutputError, match="File exists"):
        create_plugin("bank", tmp_path)
    assert readme.read_text("utf-8") == "mine"


def test_the_full_name_of_the_distribution_is_taken_too(tmp_path: Path) -> None:
    assert create_plugin("rfm-engine-bank", tmp_path).name == "rfm-engine-bank"


@pytest.mark.parametrize(
    "name", ["", "Bank", "big_spender", "../bank", "bank/one", "1bank", "bank-", "银行", "rfm-engine-"]
)
def test_a_name_that_is_no_lower_case_word_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lower-case words joined by hyphens"):
        create_plugin(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_name_of_a_built_in_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'quintile' is built in and cannot be replaced"):
        create_plugin("quintile", tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UsageError, match="the tier policy 'abcd' is built in"):
        create_plugin("abcd", tmp_path, "policy")

"""`plugins new` writes a package that is whole as written, and never writes over anything."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rfm_engine import conformance
from rfm_engine.errors import OutputError, UsageError
from rfm_engine.plugins import scaffold as plugin_starter
from rfm_engine.plugins.loading import PluginSource, load
from rfm_engine.plugins.scaffold import create_plugin


def test_the_package_has_its_entry_point_scheme_tests_and_readme(tmp_path: Path) -> None:
    folder = create_plugin("big-spender", tmp_path / "mine")
    assert folder == tmp_path / "mine" / "rfm-engine-big-spender"
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "README.md",
        "pyproject.toml",
        "src/rfm_engine_big_spender/__init__.py",
        "tests/test_rfm_engine_big_spender.py",
    ]
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == "rfm-engine-big-spender"
    assert project["entry-points"] == {"rfm_engine": {"big-spender": "rfm_engine_big_spender"}}
    assert project["dependencies"][0].startswith("rfm-engine")


def test_nothing_is_left_to_fill_in(tmp_path: Path) -> None:
    folder = create_plugin("bank", tmp_path)
    assert [path for path in folder.rglob("*") if path.is_file() and "$" in path.read_text("utf-8")] == []


def test_every_template_is_written_out() -> None:
    folder = Path(plugin_starter.__file__).parent / "template"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == set(plugin_starter.WHERE)


def test_the_scheme_loads_by_its_entry_point_and_conforms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(create_plugin("metric", tmp_path) / "src")
    package = "rfm_engine_metric"
    record = load(
        PluginSource("rfm-engine-metric", "0.1.0", "metric", lambda: importlib.import_module(package), package)
    )
    assert record.error is None
    (scheme,) = record.schemes
    assert scheme.name == "metric"
    assert [outcome for outcome in conformance.report(scheme.cls()) if outcome.fault] == []


def test_its_own_tests_pass_as_written(tmp_path: Path) -> None:
    folder = create_plugin("bank", tmp_path)
    metadata = tmp_path / "on-the-path" / "rfm_engine_bank-0.1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: rfm-engine-bank\nVersion: 0.1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[rfm_engine]\nbank = rfm_engine_bank\n", "utf-8")
    paths = [folder / "src", metadata.parent, Path(__file__).parents[2]]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))}
    program = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    readme = create_plugin("bank", tmp_path) / "README.md"
    readme.write_text("mine", "utf-8")
    with pytest.raises(OutputError, match="nothing was overwritten"):
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

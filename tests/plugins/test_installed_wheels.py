"""The built wheels of the engine and of every plugin work in an empty environment, away from the checkout."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))
pytestmark = pytest.mark.wheels
OF_THE_CHECKOUT = (
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "RFM_STRICT_PLUGINS",
    "RFM_DISABLE_PLUGINS",
    "PYTEST_ADDOPTS",
)


class Environment(NamedTuple):
    """A virtual environment, and the wheels that are installed in it."""

    scripts: Path
    wheels: Path

    def run(self, program: str, *arguments: str | Path, folder: Path) -> str:
        clean = {name: value for name, value in os.environ.items() if name not in OF_THE_CHECKOUT}
        command = [str(self.scripts / program), *map(str, arguments)]
        done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def install(self, *requirements: str | Path, folder: Path) -> None:
        self.run("python", "-m", "pip", "install", "--quiet", *requirements, folder=folder)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return one environment for all tests here, with the engine and every plugin, and what their tests need."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    environment = Environment(scripts, folder / "wheels")
    for source in (ROOT, *PLUGINS):
        options = ("--quiet", "--no-deps", "--wheel-dir", environment.wheels)
        environment.run("python", "-m", "pip", "wheel", *options, source, folder=folder)
    engine, *plugins = (wheel_of(environment, source.name) for source in (Path("rfm-engine"), *PLUGINS))
    environment.install(engine, *(f"{plugin}[test]" for plugin in plugins), "pytest", folder=folder)
    return environment


def wheel_of(environment: Environment, distribution: str) -> Path:
    (wheel,) = environment.wheels.glob(f"{distribution.replace('-', '_')}-[0-9]*.whl")
    return wheel


def test_there_are_plugins_to_install() -> None:
    assert {"rfm-engine-compat", "rfm-engine-decay", "rfm-engine-segments"} <= {plugin.name for plugin in PLUGINS}


def test_the_engine_is_the_installed_one(environment: Environment, tmp_path: Path) -> None:
    where = environment.run("python", "-c", "import rfm_engine; print(rfm_engine.__file__)", folder=tmp_path)
    assert Path(where.strip()).is_relative_to(environment.scripts.parent)


def test_the_engines_wheel_holds_the_package_alone(environment: Environment) -> None:
    names = zipfile.ZipFile(wheel_of(environment, "rfm-engine")).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"rfm_engine"}
    assert {"rfm_engine/py.typed", "rfm_engine/plugins/template/README.md.template"} <= set(names)


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_a_plugins_own_tests_pass_on_its_wheel(plugin: Path, environment: Environment, tmp_path: Path) -> None:
    shutil.copytree(plugin / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(plugin / "pyproject.toml", tmp_path)
    environment.run("python", "-m", "pytest", "-q", "tests", folder=tmp_path)


def test_every_plugin_loads_and_what_it_provides_conforms(environment: Environment, tmp_path: Path) -> None:
    records = json.loads(environment.run("rfm-engine", "plugins", "list", "--json", folder=tmp_path))
    assert {record["distribution"]: record["status"] for record in records} | {
        "rfm-engine-bank": "ok"
    } == dict.fromkeys(["rfm-engine", "rfm-engine-bank", *(plugin.name for plugin in PLUGINS)], "ok")
    for record in records:
        if record["distribution"] in [plugin.name for plugin in PLUGINS]:
            for name in (*record["schemes"], *record["tier_policies"]):
                environment.run("rfm-engine", "plugins", "check", name, folder=tmp_path)


def test_a_new_plugin_installs_passes_its_tests_and_scores(environment: Environment, tmp_path: Path) -> None:
    environment.run("rfm-engine", "plugins", "new", "bank", "--into", tmp_path, folder=tmp_path)
    package = tmp_path / "rfm-engine-bank"
    environment.install(f"{package}[test]", folder=tmp_path)
    environment.run("python", "-m", "pytest", "-q", "tests", folder=package)
    environment.run("rfm-engine", "plugins", "check", "bank", folder=tmp_path)
    orders = tmp_path / "orders.csv"
    rows = [f"c{n:02},o{n},{n * 10},2025-01-{n:02},Sichuan" for n in range(1, 21)]
    orders.write_text("\n".join(["customer_id,order_id,order_amount,order_time,region", *rows]), "utf-8")
    output = ("--as-of", "2025-02-01", "--output", tmp_path / "output")
    environment.run("rfm-engine", "run", "--scheme", "bank", "--orders", orders, *output, folder=tmp_path)
    (customers,) = (tmp_path / "output").rglob("customers.csv")
    with customers.open(encoding="utf-8-sig") as lines:
        scores = [row["m_score"] for row in csv.DictReader(lines)]
    assert scores == ["1"] * 10 + ["2"] * 8 + ["3"] * 2

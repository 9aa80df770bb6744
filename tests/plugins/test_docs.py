"""What `plugins/README.md` says is so: its blocks run, its tables are complete, its messages are the engine's own."""

from __future__ import annotations

import inspect
import os
import re
import shlex
import subprocess
import sys
import tomllib
from datetime import date
from decimal import Decimal
from importlib import invalidate_caches
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.errors import PluginError
from rfm_engine.grading.guard import attribute_plugin_errors, verify_grades
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Quintile
from rfm_engine.grading.scoring import score_metrics
from rfm_engine.grading.tiering import assign_tiers
from rfm_engine.plugin_api import PROJECT, PluginBase, Scheme, TierPolicy
from rfm_engine.plugins import hookspecs
from rfm_engine.plugins.host import PluginHost, PluginOptions
from rfm_engine.rules import Weights
from tests.plugins.guide_faults import BREACHES, FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

PLUGINS = Path(__file__).parents[2] / "plugins"
README = (PLUGINS / "README.md").read_text("utf-8")
PACKAGES = sorted(path.parent for path in PLUGINS.glob("*/pyproject.toml"))
WEIGHTS = Weights(Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def table(head: str) -> list[list[str]]:
    rows = README.partition(head)[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def install(project: str, module: str, into: Path) -> None:
    """Make a distribution as pip would leave it: its metadata and its module."""
    project_table = tomllib.loads(project)["project"]
    info = into / f"{project_table['name'].replace('-', '_')}-{project_table['version']}.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(
        f"Name: {project_table['name']}\nVersion: {project_table['version']}\n", "utf-8"
    )
    lines = "".join(f"{name} = {at}\n" for name, at in project_table["entry-points"][PROJECT].items())
    info.joinpath("entry_points.txt").write_text(f"[{PROJECT}]\n{lines}", "utf-8")
    if module:
        into.joinpath("my_bank_rfm.py").write_text(module, "utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder for the distributions of one test; what is imported from it is forgotten afterwards."""
    folder = tmp_path / "site"
    monkeypatch.syspath_prepend(folder)
    invalidate_caches()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield folder
    sys.modules.pop("my_bank_rfm", None)


def host_with(module: str, site: Path) -> PluginHost:
    install(blocks("toml")[0], module, site)
    return PluginHost(PluginOptions())


def test_the_complete_plugin_has_about_fifteen_lines_and_loads_as_printed(site: Path) -> None:
    module = blocks("python")[0]
    code = [line for line in module.splitlines() if line.strip() and "import" not in line]

    result = host_with(module, site).scheme("my-bank-rfm/top-share")

    assert result.meaning() == "The best share of each list scores 2, everybody else 1."
    assert len(code) <= 15


def test_the_console_blocks_print_what_they_show(site: Path, tmp_path: Path) -> None:
    install(blocks("toml")[0], blocks("python")[0], site)
    for package in PACKAGES:
        install(package.joinpath("pyproject.toml").read_text("utf-8"), "", site)
    sources = [package / "src" for package in PACKAGES]

    for command, shown in [step for block in blocks("console") for step in steps(block)]:
        done = python(command.replace("rfm-engine", "-m rfm_engine", 1), tmp_path, site, *sources)

        assert (done.returncode == 0) == ("error:" not in shown), done.stdout
        assert re.fullmatch(pattern(shown), done.stdout), done.stdout


def python(arguments: str, folder: Path, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder with these paths, errors printed among the rest, on a wide terminal."""
    places = os.pathsep.join(map(str, (*paths, PLUGINS.parent)))
    return subprocess.run(
        [sys.executable, *shlex.split(arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": places, "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def steps(block: str) -> list[tuple[str, str]]:
    """Return each command of a console block with the output shown below it."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, shown) for command, _, shown in (part.partition("\n") for part in parts)]


def pattern(shown: str) -> str:
    """Return the expression of a printed text: `...` stands for any text, white space for any white space."""
    exact = re.escape(shown.strip()).replace(r"\.\.\.", ".*")
    return "(?s)" + re.sub(r"(\\\s)+", r"\\s+", exact) + r"\s*"


def test_the_printed_tests_pass_on_the_printed_plugin(site: Path, tmp_path: Path) -> None:
    install(blocks("toml")[0], blocks("python")[0], site)
    tmp_path.joinpath("test_printed.py").write_text(blocks("python")[-1], "utf-8")

    result = python("-m pytest -q -p no:cacheprovider test_printed.py", tmp_path, site)

    assert result.returncode == 0, result.stdout


def test_the_walk_shows_the_code_of_decay_as_it_is_in_the_order_in_which_it_stands() -> None:
    source = (PLUGINS / "rfm-engine-decay/src/rfm_engine_decay/__init__.py").read_text("utf-8")

    result = [
        source.find(block) for block in blocks("python")[3:-1]
    ]  # after those of a scheme, a gatherer and a connector

    assert -1 not in result
    assert result == sorted(result)


@pytest.mark.parametrize("hook", [name for name, thing in vars(hookspecs).items() if hasattr(thing, f"{PROJECT}_spec")])
def test_each_hook_is_documented_with_each_of_its_arguments(hook: str) -> None:
    arguments = list(inspect.signature(getattr(hookspecs, hook)).parameters)
    chapter = README.partition(f"### `{hook}({', '.join(arguments)})`\n")[2].partition("#")[0]

    assert chapter
    assert [argument for argument in arguments if f"`{argument}`" not in chapter] == []


@pytest.mark.parametrize("parent", [Scheme, TierPolicy])
def test_everything_that_an_author_may_define_is_documented(parent: type[PluginBase]) -> None:
    public = {name for name in {**vars(parent), **PluginBase.__annotations__} if not name.startswith(("_", "model_"))}
    chapter = README.partition(f"| of `{parent.__name__}` |")[2].partition("\n\n")[0]

    result = {name for name in public if re.search(rf"`{name}\b", chapter)}

    assert result == public


def test_the_packages_are_listed_with_all_that_they_bring() -> None:
    expected = {package.name: names_in(package) for package in PACKAGES}

    result = {
        re.findall(r"\[(.+?)\]", row[0])[0]: sorted(re.findall(r"`(.+?)`", row[1])) for row in table("| package |")
    }

    assert result == expected


def names_in(package: Path) -> list[str]:
    code = "".join(path.read_text("utf-8") for path in package.glob("src/**/*.py"))
    return sorted(re.findall(r'name: ClassVar\[str\] = "(.+?)"', code))


def test_the_error_tables_tell_of_each_fault_and_breach_tried_here() -> None:
    result = [row[1] for row in table("| stage |")], [row[0] for row in table("| promise |")]

    assert result == (list(FAULTS), list(BREACHES))


@pytest.mark.parametrize(("stage", "fault", "shown"), table("| stage |"))
def test_a_broken_plugin_shows_what_the_table_says(stage: str, fault: str, shown: str, site: Path) -> None:
    host = host_with(FAULTS[fault], site)

    result = next(str(record) for record in host.records() if record.distribution == "my-bank-rfm")

    assert re.fullmatch(pattern(f"plugin my_bank of my-bank-rfm 1.0 failed at {stage}: {shown.strip('`')}"), result)
    assert host.scheme("quintile") is Quintile


@pytest.mark.parametrize(("promise", "shown"), table("| promise |"))
def test_a_broken_promise_shows_what_the_table_says(promise: str, shown: str, site: Path) -> None:
    host = host_with(BREACHES[promise], site)
    scheme = Quintile() if "tier" in promise else host.scheme("mine")()
    policy = host.tier_policy("mine")() if "tier" in promise else Abcd()

    with pytest.raises(PluginError) as raised:
        grade(scheme, policy)

    assert re.fullmatch(pattern(shown.strip("`")), str(raised.value))


def grade(scheme: Scheme, policy: TierPolicy) -> None:
    metrics = {"recency_days": 9, "frequency": 1, "monetary_fen": 4990}
    customers = pl.DataFrame({"region": "Sichuan", CUSTOMER_ID: ["c1", "c2"], **metrics})
    with attribute_plugin_errors(scheme, policy, WEIGHTS, customers, ["region"]):
        lists = assign_tiers(
            score_metrics(customers.lazy(), scheme, WEIGHTS, ["region"]), policy, date(2025, 7, 1), ["region"]
        )
        verify_grades(lists.collect(), scheme, policy, ["region"])

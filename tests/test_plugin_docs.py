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

from rfm_engine import hookspecs
from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.errors import PluginError
from rfm_engine.plugin_api import Plugged, Scheme, TierPolicy
from rfm_engine.plugin_guard import blamed, verify
from rfm_engine.plugin_host import PluginHost, PluginOptions
from rfm_engine.policies import Abcd
from rfm_engine.schemes import Quintile
from rfm_engine.scoring import Weights, scored
from rfm_engine.tiering import graded

if TYPE_CHECKING:
    from collections.abc import Iterator

PLUGINS = Path(__file__).parent.parent / "plugins"
README = (PLUGINS / "README.md").read_text("utf-8")
PACKAGES = sorted(path.parent for path in PLUGINS.glob("*/pyproject.toml"))
WEIGHTS = Weights(Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))
ORDERS = """\
customer_id,order_id,region,order_amount,order_time
c1,o1,Sichuan,128.50,2025-06-25
c1,o2,Sichuan,640.00,2025-03-02
c2,o3,Sichuan,89.00,2024-11-11
c3,o4,Shandong,2300.00,2025-06-30
"""

HOOK = "from rfm_engine import Metric, Scheme, TierPolicy, hookimpl\n\n\n@hookimpl\ndef rfm_register_schemes():\n    "
CLASS = (
    "import polars as pl\nfrom rfm_engine import Metric, Scheme, Tier, TierPolicy, hookimpl\n\n\nclass Mine({parent}):\n"
    "    {body}\n\n\n@hookimpl\ndef rfm_register_{hook}():\n    return [{brings}]\n"
)
SCORE = "def score(self, metric): return {}"


def mine(*body: str, brings: str = "Mine", parent: str = "Scheme", hook: str = "schemes") -> str:
    return CLASS.format(body="\n    ".join(body), brings=brings, parent=parent, hook=hook)


FAULTS = {
    "a module that is not installed": "import nowhere\n",
    "a typing error": "def broken(:\n",
    "the module ends Python": "raise SystemExit(3)\n",
    "a misspelled hook": HOOK.replace("schemes", "scheme") + "return []\n",
    "a hook with an argument": HOOK.replace("()", "(customers)") + "return []\n",
    "no hook": "name = 'mine'\n",
    "a hook that raises": HOOK + "raise OSError('no licence')\n",
    "a hook that returns nothing": HOOK + "pass\n",
    "another class": HOOK + "return [int]\n",
    "an object": mine('"""Mine."""', 'name = "mine"', SCORE.format(1), brings="Mine()"),
    "no name": mine('"""Mine."""', SCORE.format(1)),
    "no docstring": mine('name = "mine"', SCORE.format(1)),
    "no method": mine('"""Mine."""', 'name = "mine"'),
    "a default of the wrong type": mine('"""Mine."""', 'name = "mine"', 'bins: int = "five"', SCORE.format(1)),
    "the name of a built-in": mine('"""Mine."""', 'name = "quintile"', SCORE.format(1)),
    "one name twice": mine('"""Mine."""', 'name = "mine"', SCORE.format(1), brings="Mine, Mine"),
}
BREACHES = {
    "the expression works": mine('"""Mine."""', 'name = "mine"', SCORE.format('pl.col("orders")')),
    "scores are whole numbers": mine('"""Mine."""', 'name = "mine"', SCORE.format("metric.worth * 0.5")),
    "scores are within `score_range`, never null": mine('"""Mine."""', 'name = "mine"', SCORE.format("metric.worth")),
    "each customer has a tier": mine(
        '"""Mine."""',
        'name = "mine"',
        'def tier_table(self): return (Tier(name="regular"),)',
        'def belongs(self, position): return pl.col("frequency") > 1',
        parent="TierPolicy",
        hook="tier_policies",
    ),
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def table(head: str) -> list[list[str]]:
    rows = README.partition(head)[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def install(project: str, module: str, into: Path) -> None:
    """Make a distribution as pip would leave it: its metadata and its module."""
    stated = tomllib.loads(project)["project"]
    info = into / f"{stated['name'].replace('-', '_')}-{stated['version']}.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(f"Name: {stated['name']}\nVersion: {stated['version']}\n", "utf-8")
    points = stated["entry-points"][hookspecs.PROJECT].items()
    lines = "".join(f"{name} = {package}\n" for name, package in points)
    info.joinpath("entry_points.txt").write_text(f"[{hookspecs.PROJECT}]\n{lines}", "utf-8")
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
    tmp_path.joinpath("orders.csv").write_text(ORDERS, "utf-8")
    paths = [str(path) for path in (site, *(package / "src" for package in PACKAGES), PLUGINS.parent)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "120"}

    for command, shown in [step for block in blocks("console") for step in steps(block)]:
        done = subprocess.run(  # noqa: S603 the README's own commands
            [sys.executable, *spelled(command)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        printed = done.stdout + done.stderr
        assert (done.returncode == 0) == ("error:" not in shown), printed
        assert re.fullmatch(pattern(shown), printed), printed


def steps(block: str) -> list[tuple[str, str]]:
    """Return each command of a console block with the output shown below it."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, shown) for command, _, shown in (part.partition("\n") for part in parts)]


def spelled(command: str) -> list[str]:
    program, *arguments = shlex.split(command)
    return ["-m", program.replace("-", "_"), *arguments]


def pattern(shown: str) -> str:
    """Return the expression of the output: `...` ends a line that goes on, or stands alone for any lines."""
    return "".join(
        r"(?:.*\n)*" if line == "..." else re.escape(line.removesuffix("...")) + ".*" * line.endswith("...") + r"\n"
        for line in shown.splitlines()
    )


def test_the_printed_tests_pass_on_the_printed_plugin(site: Path, tmp_path: Path) -> None:
    install(blocks("toml")[0], blocks("python")[0], site)
    tmp_path.joinpath("test_printed.py").write_text(blocks("python")[-1], "utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(site), str(PLUGINS.parent)])}

    result = subprocess.run(  # noqa: S603 the README's own tests
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_printed.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout


def test_the_walk_shows_the_code_of_decay_as_it_is_in_the_order_in_which_it_stands() -> None:
    source = (PLUGINS / "rfm-engine-decay/src/rfm_engine_decay/__init__.py").read_text("utf-8")

    result = [source.find(block) for block in blocks("python")[1:-1]]

    assert -1 not in result
    assert result == sorted(result)


@pytest.mark.parametrize(
    "hook", [name for name, thing in vars(hookspecs).items() if hasattr(thing, f"{hookspecs.PROJECT}_spec")]
)
def test_each_hook_is_documented_with_each_of_its_arguments(hook: str) -> None:
    arguments = list(inspect.signature(getattr(hookspecs, hook)).parameters)
    chapter = README.partition(f"### `{hook}({', '.join(arguments)})`\n")[2].partition("#")[0]

    assert chapter
    assert [argument for argument in arguments if f"`{argument}`" not in chapter] == []


@pytest.mark.parametrize("parent", [Scheme, TierPolicy])
def test_everything_that_an_author_may_define_is_documented(parent: type[Plugged]) -> None:
    public = {name for name in {**vars(parent), **Plugged.__annotations__} if not name.startswith(("_", "model_"))}
    chapter = README.partition(f"| of `{parent.__name__}` |")[2].partition("\n\n")[0]

    result = {name for name in public if re.search(rf"`{name}\b", chapter)}

    assert result == public


def test_the_three_packages_are_listed_with_all_that_they_bring() -> None:
    listed = {re.findall(r"\[(.+?)\]", row[0])[0]: re.findall(r"`(.+?)`", row[1]) for row in table("| package | brings |")}

    result = {package.name: names_in(package) for package in PACKAGES}

    assert result == {name: sorted(names) for name, names in listed.items()}


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

    assert re.fullmatch(pattern(f"plugin my_bank of my-bank-rfm 1.0 failed at {stage}: {shown.strip('`')}"), f"{result}\n")
    assert host.scheme("quintile") is Quintile


@pytest.mark.parametrize(("promise", "shown"), table("| promise |"))
def test_a_broken_promise_shows_what_the_table_says(promise: str, shown: str, site: Path) -> None:
    host = host_with(BREACHES[promise], site)
    policy = host.tier_policy("mine")() if "tier" in promise else Abcd()
    scheme = Quintile() if "tier" in promise else host.scheme("mine")()
    customers = pl.DataFrame(
        {"region": "Sichuan", CUSTOMER_ID: ["c1", "c2"], "recency_days": 9, "frequency": 1, "monetary_fen": 4990}
    )

    with pytest.raises(PluginError) as raised, blamed(scheme, policy, WEIGHTS, customers, ["region"]):
        lists = graded(scored(customers.lazy(), scheme, WEIGHTS, ["region"]), policy, date(2025, 7, 1))
        verify(lists.collect(), scheme, policy)

    assert re.fullmatch(pattern(shown.strip("`")), f"{raised.value}\n")

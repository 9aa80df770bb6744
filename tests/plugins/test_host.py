"""A plugin is found, loaded and looked up by name, and a bad one harms no other."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import PluginError, UsageError
from rfm_engine.grading.schemes import Quintile
from rfm_engine.plugins.host import PluginHost, PluginOptions
from tests.faulty import FOLDER, command, twenty_orders
from tests.plugins.faults import FAULTS

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

    from rfm_engine.plugins.loading import PluginRecord
    from tests.faulty import Install

SOUND = ("slow-import", "ten-best", "prints-to-stdout", "duplicate-name", "breaks-promises")


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return twenty_orders(tmp_path)


def third_party(host: PluginHost) -> list[PluginRecord]:
    return [record for record in host.records() if record.distribution != "rfm-engine"]


def test_every_faulty_plugin_is_tested() -> None:
    assert {folder.name for folder in FOLDER.iterdir() if folder.is_dir() and "-" in folder.name} == {*FAULTS, *SOUND}


@pytest.mark.parametrize("fault", [*FAULTS, *SOUND])
def test_a_fault_leaves_a_run_with_a_built_in_scheme_working(
    fault: str, install: Install, orders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(fault)
    result = command(
        "run", "--orders", orders, "--as-of", "2025-02-01", "--scheme", "quintile", "--output", tmp_path / "o"
    )
    assert result == 0
    assert capsys.readouterr().err == ""
    assert list((tmp_path / "o").rglob("customers.csv"))


def test_all_faults_at_once_leave_the_sound_ones_working(install: Install) -> None:
    install(*FAULTS, *SOUND)
    host = PluginHost()
    assert host.scheme("prints-to-stdout").meaning() == "Scores everybody 3."
    assert len(host.warnings) == len(FAULTS)


def test_an_unknown_name_lists_the_known_the_nearest_and_who_list_possible_providers(install: Install) -> None:
    install("import-error", "slow-import")
    with pytest.raises(UsageError) as refused:
        PluginHost().scheme("slow-inport")
    first, second = str(refused.value).splitlines()
    assert first == (
        "unknown scheme 'slow-inport', did you mean 'slow-import'?; known: thresholds, quintile, frozen, slow-import"
    )
    assert second.startswith(
        "it might come from a plugin that failed: plugin import-error of import-error 1.0 failed at"
    )


def test_a_name_that_two_provide_is_requested_with_its_distribution(install: Install) -> None:
    install("duplicate-name")
    host = PluginHost()
    with pytest.raises(UsageError) as refused:
        host.scheme("duplicate-name")
    assert str(refused.value) == (
        "duplicate-name-one 1.0 and duplicate-name-other 1.0 each provide a scheme 'duplicate-name'; "
        "use duplicate-name-one/duplicate-name or duplicate-name-other/duplicate-name"
    )
    assert host.scheme("duplicate-name-other/duplicate-name").meaning() == "Scores everybody 4."
    assert host.scheme("Duplicate_Name.one/duplicate-name").meaning() == "Scores everybody 3."
    with pytest.raises(UsageError, match="known: thresholds, quintile, frozen, duplicate-name-one/duplicate-name"):
        host.scheme("unknown")


def test_strict_plugins_stop_with_every_failure(install: Install) -> None:
    install("import-error", "hook-raises", "slow-import")
    with pytest.raises(PluginError) as stopped:
        PluginHost(PluginOptions(strict=True)).scheme("quintile")
    assert [line.split()[1] for line in str(stopped.value).splitlines()] == ["hook-raises", "import-error"]


def test_strict_plugins_mind_nothing_when_all_are_sound(install: Install) -> None:
    install("slow-import")
    assert PluginHost(PluginOptions(strict=True)).scheme("quintile") is Quintile


def test_without_third_parties_none_is_loaded_and_an_unknown_name_says_so(install: Install) -> None:
    install("import-error", "slow-import")
    host = PluginHost(PluginOptions(third_party=False))
    with pytest.raises(UsageError, match="third-party plugins are off"):
        host.scheme("slow-import")
    assert third_party(host) == []


@pytest.mark.parametrize(("value", "strict"), [("1", True), ("yes", True), ("0", False), ("false", False), ("", False)])
def test_strictness_is_read_from_the_environment(value: str, strict: bool) -> None:  # noqa: FBT001 the expected
    assert PluginOptions.from_environment(environment={"RFM_STRICT_PLUGINS": value}).strict is strict


def test_options_of_the_command_line_win() -> None:
    assert PluginOptions.from_environment(no_plugins=True, strict=True, environment={}) == (False, True, frozenset())


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--scheme", "quintile"]], ids=["help", "run"])
def test_nothing_of_third_parties_is_imported_for_built_ins(arguments: list[str], orders: Path, tmp_path: Path) -> None:
    if arguments[0] == "run":
        arguments = [*arguments, "--orders", str(orders), "--as-of", "2025-02-01", "--output", str(tmp_path / "o")]
    program = (
        "import sys\nfrom rfm_engine.cli import main\n"
        f"sys.argv = ['rfm-engine', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as left:\n    assert not left.code, left.code\n"
        "assert not [module for module in sys.modules if module.startswith('faulty_')]\n"
    )
    paths = [str(folder) for folder in FOLDER.iterdir() if folder.is_dir()]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(FOLDER.parents[1]), *paths])}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_looking_up_a_built_in_takes_no_time_to_speak_of(benchmark: BenchmarkFixture) -> None:
    assert benchmark(lambda: PluginHost(PluginOptions()).scheme("quintile")) is Quintile

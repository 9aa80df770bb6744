"""`run --compare-with LAST --plan --report`: one command a month, every file that it names is there and linked."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.terminal import done, read_rows, rfm

DATASETS = sorted((Path(__file__).parents[3] / "datasets").iterdir())


@pytest.fixture(scope="module")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The output of June and July of all bundled datasets, and what the second command printed."""
    output = tmp_path_factory.mktemp("months")
    done("run", *DATASETS, "--as-of", "2025-06-01", "--output", output / "06", "--plan", "--report", "--quiet")
    words = ("--as-of", "2025-07-01", "--output", output / "07", "--compare-with", output / "06", "--plan", "--report")
    return output / "07", done("run", *DATASETS, *words).out


def test_every_file_that_is_named_exists(two_months: tuple[Path, str]) -> None:
    output, out = two_months
    named = files_named(out)
    kinds = [kind for kind, _ in named]
    assert [kind for kind, before in zip(kinds, ["", *kinds], strict=False) if kind != before] == [
        *("files", "movement", "plan", "report")
    ] * len(DATASETS)
    assert [place for _, place in named if not place.is_file()] == []
    assert all((output / f"{dataset.name}.report.html").is_file() for dataset in DATASETS)


def files_named(out: str) -> list[tuple[str, Path]]:
    """Return every file that the command printed, with the word at the beginning of its line."""
    lines = re.findall(r"^(files|movement|plan|report): (\S+?)(?:/ (.+))?$", out, re.MULTILINE)
    return [
        (kind, Path(place) / name if name else Path(place))
        for kind, place, names in lines
        for name in names.split(", ")
    ]


def test_the_head_of_each_report_links_to_every_file_that_is_named(two_months: tuple[Path, str]) -> None:
    output, out = two_months
    for dataset in DATASETS:
        page = (output / f"{dataset.name}.report.html").read_text("utf-8").partition("</header>")[0]
        linked = {unquote(link) for link in re.findall(r'href="\./([^"]+)"', page)}
        named = {path.relative_to(output).as_posix() for kind, path in files_named(out) if kind != "report"}
        assert linked == {name for name in named if name.startswith((f"{dataset.name}/", f"{dataset.name}."))}


def test_calls_of_last_month_that_were_not_made_are_overdue(two_months: tuple[Path, str]) -> None:
    output, _ = two_months
    calls = read_rows(output / "sichuan-hiking.plan" / "2025-07" / "plan.csv")
    assert {row["why"] for row in calls} >= {"overdue"}


def test_derived_folders_are_verified(two_months: tuple[Path, str]) -> None:
    output, _ = two_months
    for folder in [*output.glob("*.plan/*"), *output.glob("*.movement/*")]:
        done("verify", folder)


@pytest.mark.parametrize("form", ["csv", "parquet", "ndjson", "xlsx"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_run_makes_of_its_customers_is_what_commands_make_of_its_files(
    tmp_path: Path, form: str, language: str
) -> None:
    speaks, name = ("--language", language), DATASETS[0].name
    done("run", DATASETS[0], "--format", form, *speaks, "--output", tmp_path, "--plan", "--report", "--quiet")
    made = read_made(tmp_path, name)
    done("plan", tmp_path / name, *speaks)
    done("report", tmp_path / name, "--plan", tmp_path / f"{name}.plan" / "2025-07", *speaks)
    assert read_made(tmp_path, name) == made


def read_made(output: Path, name: str) -> dict[str, bytes]:
    """Return the files of a plan and the report, by name; the record of the plan aside."""
    files = [*(output / f"{name}.plan").rglob("*"), output / f"{name}.report.html"]
    return {path.name: path.read_bytes() for path in files if path.is_file() and path.name != "run.json"}


def test_a_run_that_would_replace_what_it_is_compared_with_is_refused(tmp_path: Path) -> None:
    done("run", DATASETS[0], "--output", tmp_path, "--quiet")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    answer = rfm("run", DATASETS[0], "--output", tmp_path, "--compare-with", tmp_path)
    assert answer.code == 2
    assert "--output output/2025-07" in answer.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_dataset_without_a_run_last_month_is_reported_and_keeps_no_other(tmp_path: Path) -> None:
    done("run", DATASETS[0], "--as-of", "2025-06-01", "--output", tmp_path / "old", "--quiet")
    words = ("--as-of", "2025-07-01", "--output", tmp_path / "new", "--compare-with", tmp_path / "old")
    answer = rfm("run", *DATASETS[:2], *words)
    assert answer.code == 2
    assert f"error: {DATASETS[1].name}: " in answer.err
    assert (tmp_path / "new" / f"{DATASETS[0].name}.movement").is_dir()
    assert (tmp_path / "new" / DATASETS[1].name / "customers.csv").is_file()

"""Of several small datasets one is graded while the last one is written; what is printed keeps their order."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine import pipeline
from rfm_engine.cli import run as command
from rfm_engine.errors import OutputError
from rfm_engine.output import writer as results
from tests.conftest import DATASETS
from tests.terminal import AS_OF, ORDERS, done, everything_below, rfm

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("first", "second", "third")
PATIENCE_SECONDS = 30.0


def datasets(folder: Path, form: str = "csv") -> list[Path]:
    for name in NAMES:
        place = folder / name
        place.mkdir()
        (place / "orders.csv").write_text(ORDERS, "utf-8")
        if form == "parquet":
            pl.read_csv(place / "orders.csv", infer_schema=False).write_parquet(place / "orders.parquet")
            (place / "orders.csv").unlink()
        (place / "dataset.toml").write_text(f'orders = ["orders.{form}"]\nas_of = {AS_OF[1]}\n', "utf-8")
    return [folder / name for name in NAMES]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is begun and done, in turn."""
    taken: list[str] = []
    graded, written = pipeline.run, results.write

    def grade(job: Any, *more: Any) -> Any:  # noqa: ANN401 as their own
        taken.append(f"grade {job.dataset.name}")
        return graded(job, *more)

    def write(run: Any, job: Any, *more: Any) -> Any:  # noqa: ANN401 as their own
        folder = written(run, job, *more)
        taken.append(f"wrote {job.dataset.name}")
        return folder

    monkeypatch.setattr(pipeline, "run", grade)
    monkeypatch.setattr(results, "write", write)
    return taken


def test_the_next_small_dataset_is_graded_while_the_last_one_is_written(
    steps: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded, written, second = pipeline.run, results.write, Event()

    def grade(job: Any, *more: Any) -> Any:  # noqa: ANN401 as their own
        if job.dataset.name == "second":
            second.set()
        return graded(job, *more)

    def write(run: Any, job: Any, *more: Any) -> Any:  # noqa: ANN401 as their own
        assert second.wait(PATIENCE_SECONDS)
        return written(run, job, *more)

    monkeypatch.setattr(pipeline, "run", grade)
    monkeypatch.setattr(results, "write", write)
    answer = rfm("run", *datasets(tmp_path), "--output", tmp_path / "output")

    assert answer.code == 0, answer.err
    assert [step for step in steps if step.startswith("wrote")] == [f"wrote {name}" for name in NAMES]
    assert [line for line in answer.out.splitlines() if line in NAMES] == [*NAMES]
    assert {path.name for path in (tmp_path / "output").iterdir()} == {*NAMES}


@pytest.mark.parametrize(("form", "small"), [("parquet", command.SMALL_BYTES), ("csv", 10)])
def test_columnar_files_and_large_ones_wait_until_all_before_them_is_written(
    form: str, small: int, steps: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "SMALL_BYTES", small)

    answer = rfm("run", *datasets(tmp_path, form), "--output", tmp_path / "output")

    assert answer.code == 0, answer.err
    assert steps == [f"{step} {name}" for name in NAMES for step in ("grade", "wrote")]


def test_failures_to_grade_and_to_write_are_reported_in_the_order_of_the_datasets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = datasets(tmp_path)
    (tmp_path / "second" / "orders.csv").write_text("no,orders\n1,2\n", "utf-8")
    written = results.write

    def write(run: Any, job: Any, *more: Any) -> Any:  # noqa: ANN401 as its own
        if job.dataset.name == "first":
            message = "the disk is full"
            raise OutputError(message)
        return written(run, job, *more)

    monkeypatch.setattr(results, "write", write)
    answer = rfm("run", *folders, "--output", tmp_path / "output")

    assert answer.code == 1
    assert [line.split(": ")[1] for line in answer.err.splitlines() if line.startswith("error")] == ["first", "second"]
    assert "error: first: the disk is full\n" in answer.err
    assert set(everything_below(tmp_path / "output")) == {
        f"third/{name}" for name in ("customers.csv", "rejects.csv", "run.json")
    }


def test_items_come_in_order_behind_those_that_were_drawn() -> None:
    drawn: list[int] = []

    def numbers() -> Any:  # noqa: ANN401 a generator
        for number in range(3):
            drawn.append(number)
            yield number

    assert [(number, len(drawn)) for number in command.with_lookahead(numbers(), 1)] == [(0, 2), (1, 3), (2, 3)]
    assert list(command.with_lookahead([], 1)) == []


def test_quiet_prints_nothing(shop: Path, tmp_path: Path) -> None:
    answer = done("run", "--orders", shop, *AS_OF, "--quiet", "--output", tmp_path)

    assert answer == (0, "", "")


def test_without_a_name_every_dataset_below_the_folder_datasets_is_run(
    bundled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(DATASETS.parent)

    done("run", "--output", tmp_path, "--quiet")

    names = {path.name for path in DATASETS.iterdir() if path.is_dir()}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert all(
        (tmp_path / name / "customers.csv").read_bytes() == (bundled / name / "customers.csv").read_bytes()
        for name in names
    )


def test_one_failing_dataset_keeps_none_of_the_others_from_running(tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "dataset.toml").write_text("orders = ['o.csv']\nas_of = 2025-07-01\n", "utf-8")
    (bad / "o.csv").write_text("customer_id,order_amount,order_time\nc,x,2025-01-01\n", "utf-8")

    answer = rfm("run", bad, DATASETS / "sichuan-hiking", "--output", tmp_path / "output")

    assert answer.code == 1
    assert answer.err.startswith("error: bad: ")
    assert [path.name for path in (tmp_path / "output").iterdir()] == ["sichuan-hiking"]

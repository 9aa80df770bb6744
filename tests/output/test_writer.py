"""The files of a run: the same bytes for the same orders, with a record that can be checked against them."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rfm_engine import pipeline
from rfm_engine.errors import OutputError
from rfm_engine.output import writer
from rfm_engine.output.folder import replace_folder
from rfm_engine.output.writer import OutputOptions, write
from rfm_engine.state import folder as state_folder
from tests.laws.months import FEBRUARY, JANUARY, job_of, write_month
from tests.terminal import done, read_rows, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.config.job import Job


def test_every_rejected_row_is_written_with_its_file_row_and_reason(national: Path) -> None:
    rejects = read_rows(national / "rejects.csv")

    assert len(rejects) == record_of(national)["ledger"]["rejected"] > 0
    for row in rejects:
        source = read_rows(Path(row["file"]))[int(row["row"]) - 2]
        assert source[row["column"]] == row["value"]
        assert row["reason"] == ("missing" if row["column"] == "客户编号" else "not positive")


def test_rows_are_sorted_by_list_then_customer(national: Path) -> None:
    keys = [(row["region"], row["customer_id"]) for row in read_rows(national / "customers.csv")]

    assert keys == sorted(set(keys))


def test_a_second_run_writes_the_same_bytes_in_every_format(shop: Path, shop_run: Path, tmp_path: Path) -> None:
    formats = [word for form in ("xlsx", "ndjson", "parquet", "csv") for word in ("--format", form)]

    done("run", "--orders", shop, "--as-of", "2025-07-01", *formats, "--output", tmp_path, "--quiet")

    names = sorted(path.name for path in shop_run.iterdir() if path.name != "run.json")
    assert len(names) == 5
    assert all((tmp_path / "shop" / name).read_bytes() == (shop_run / name).read_bytes() for name in names)
    first, second = record_of(shop_run), record_of(tmp_path / "shop")
    assert first | {"seconds": {}} == second | {"seconds": {}}


@pytest.fixture
def second_month(tmp_path: Path) -> tuple[pipeline.Run, Job, OutputOptions, Path]:
    """Return a run that brings a kept state up to date, what it is written with, and the folder of the state."""
    write_month(tmp_path, "m1", JANUARY)
    options, job = OutputOptions(tmp_path / "lists"), job_of(tmp_path, state="state")
    write(pipeline.run(job), job, options)
    write_month(tmp_path, "m2", FEBRUARY)
    job = job_of(tmp_path, state="state")
    return pipeline.run(job), job, options, tmp_path / "state"


def _end(*_: object) -> None:
    raise OSError(28, "full")


def test_where_lists_are_not_written_the_state_stays_as_it_was(
    second_month: tuple[pipeline.Run, Job, OutputOptions, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, job, options, state = second_month
    before = (state / "manifest.json").read_bytes()
    monkeypatch.setattr(writer, "make_record", _end)

    with pytest.raises(OutputError):
        write(run, job, options)

    assert (state / "manifest.json").read_bytes() == before
    assert [path.name for path in state.parent.glob(".*")] == []


def test_where_the_state_can_not_be_written_the_lists_are(
    second_month: tuple[pipeline.Run, Job, OutputOptions, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, job, options, state = second_month
    before = (state / "manifest.json").read_bytes()
    monkeypatch.setattr(state_folder, "_to_manifest", _end)

    with pytest.raises(OutputError, match="the state could not be written"):
        write(run, job, options)

    assert len(read_rows(options.output / "x" / "customers.csv")) == run.customers.collect().height
    assert record_of(options.output / "x")["state"]["used"]
    assert (state / "manifest.json").read_bytes() == before


def test_the_state_takes_its_place_when_the_lists_have_theirs(
    second_month: tuple[pipeline.Run, Job, OutputOptions, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, job, options, state = second_month
    before = (state / "manifest.json").read_bytes()
    seen: list[bool] = []

    @contextmanager
    def record(folder: Path) -> Iterator[Path]:
        with replace_folder(folder) as partial:
            yield partial
        seen.append((state / "manifest.json").read_bytes() == before)

    monkeypatch.setattr(writer, "replace_folder", record)

    write(run, job, options)

    assert seen == [True]
    assert (state / "manifest.json").read_bytes() != before

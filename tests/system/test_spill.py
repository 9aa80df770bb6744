"""What exceeds the memory budget is spilled, the answer stays the same, and a disk without room is told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pytest

from rfm_engine import pipeline
from tests.processes import began, ended, small_disk, without_record
from tests.terminal import AS_OF, done, everything_below

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 150_000
TOLD = "no space left for what exceeds the memory budget; free some, name another place with --spill-folder, or raise"


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, row = tmp_path_factory.mktemp("many") / "many.parquet", pl.int_range(ROWS)
    pl.select(
        customer_id=pl.format("customer {}", row * 7919 % (ROWS // 3)),
        order_id=pl.format("order {}", row),
        region=pl.format("region {}", row % 7),
        product_name=pl.format("product {}", row * 31 % 1000),
        order_amount=pl.format("{}.50", row % 900 + 1),
        order_time=pl.lit("2024-01-01").str.to_datetime() + pl.duration(minutes=row * 37 % 700_000),
    ).write_parquet(path)
    return path


def test_a_spill_folder_that_cannot_be_written_is_refused(orders: Path, tmp_path: Path) -> None:
    place = tmp_path / "nowhere"

    answer = ended(began("run", "--orders", orders, *AS_OF, "--output", tmp_path, "--spill-folder", place))

    message = f"option --spill-folder {place}: no folder that can be written (No such file or directory)"
    assert answer == (2, "", f"error: {message}\n")


@pytest.mark.parametrize("command", ["run", "check"])
def test_under_the_least_budget_the_answer_has_the_same_bytes_and_nothing_is_left(
    command: str, orders: Path, tmp_path: Path
) -> None:
    spill = tmp_path / "spill"
    spill.mkdir()
    where = ["--output", tmp_path / "output", "--quiet"] if command == "run" else []
    words = [command, "--orders", orders, *AS_OF, *where]
    variables = {"POLARS_OOC_SPILL_MIN_BYTES": "1"}

    roomy = ended(began(*words))
    expected = without_record(tmp_path / "output/many") if where else {}
    tight = [*words, "--memory-budget", "1MB", "--spill-folder", spill]
    result = ended(began(*tight, variables=variables))
    refused = ended(began(*tight, variables=variables | {"POLARS_OOC_DISK_BUDGET_MB": "0"}))

    assert (roomy[0], result) == (0, roomy)
    assert (without_record(tmp_path / "output/many") if where else {}) == expected
    assert refused == (1, "", f"error: many: {spill}: {TOLD} --memory-budget\n"), "so the other one did spill"
    assert not list(spill.iterdir())


@pytest.mark.parametrize("disk_budget", ["", "99999"], ids=["full when it begins", "filled while it runs"])
def test_a_full_spill_folder_is_reported_and_nothing_is_left(disk_budget: str, orders: Path, tmp_path: Path) -> None:
    variables = {"POLARS_OOC_SPILL_MIN_BYTES": "1"}
    if disk_budget:  # as if there had been room
        variables["POLARS_OOC_DISK_BUDGET_MB"] = disk_budget
    with small_disk(tmp_path / "disk", 100) as disk:  # at times no more than 500 kB are spilled
        words = ["run", "--orders", orders, *AS_OF, "--output", tmp_path / "output", "--memory-budget", "1MB"]

        code, out, err = ended(began(*words, "--spill-folder", disk, variables=variables))

        assert (code, out) == (1, "")
        assert err.endswith(f"{disk}: {TOLD} --memory-budget\n"), err
        assert not list(disk.iterdir())
        assert not everything_below(tmp_path / "output")


@pytest.mark.parametrize("options", [(), ("--scheme", "quintile", "--by", "region,store_code"), ("--by", "none")])
def test_no_window_is_computed_in_batches_for_polars_spills_them_and_may_wait_for_ever(
    options: tuple[str, ...], shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, *rows = shop.read_text("utf-8").splitlines(keepends=True)
    orders = tmp_path / "shop.csv"
    orders.write_text("".join((header, *rows, *rows)), "utf-8")  # so that there are repeats
    collect, told = pl.LazyFrame.collect, set[tuple[bool, object]]()

    def record_call(frame: pl.LazyFrame, **options: Any) -> pl.DataFrame:  # noqa: ANN401 as theirs
        told.add((".over(" in frame.explain(optimized=False), options.get("engine", "auto")))
        return cast("pl.DataFrame", collect(frame, **options))

    monkeypatch.setattr(pl.LazyFrame, "collect", record_call)
    done("run", "--orders", orders, *AS_OF, *options, "--output", tmp_path)
    done("explain", "007", "--run", tmp_path / "shop")

    windows = {engine for has_window, engine in told if has_window}
    assert windows == (set() if "none" in options else {"in-memory"})


@pytest.mark.parametrize(("most", "engine"), [(1_000_000, "in-memory"), (10, None)])
def test_small_files_alone_are_computed_whole(
    most: int, engine: str | None, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str | None] = []
    graded = pipeline.run

    def record_call(*given: Any) -> pipeline.Run:  # noqa: ANN401 as its own
        told.append(os.environ.get("POLARS_ENGINE_AFFINITY"))
        return graded(*given)

    monkeypatch.delenv("POLARS_ENGINE_AFFINITY", raising=False)
    monkeypatch.setattr(pipeline, "run", record_call)
    monkeypatch.setattr("rfm_engine.cli.run.SMALL_BYTES", most)
    done("run", "--orders", shop, *AS_OF, "--output", tmp_path)

    assert (told, os.environ.get("POLARS_ENGINE_AFFINITY")) == ([engine], None)

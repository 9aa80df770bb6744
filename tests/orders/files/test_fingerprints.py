"""Order files that change while a run reads them are refused."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine import pipeline
from rfm_engine.orders import reading
from tests.processes import (
    Place,
    began,
    ended,
    succeeded,
)
from tests.terminal import Answer, everything_below, rfm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rfm_engine.orders.files.order_file import OrderFile
    from rfm_engine.orders.reading import Orders


def append_row(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"c1,o9999999,s1,north,tent,5.00,2025-06-01\n")


def rewrite(path: Path) -> None:
    path.write_bytes(path.read_bytes().swapcase())


def replace(path: Path) -> None:
    shutil.copy2(path, path.with_suffix(".new"))
    path.with_suffix(".new").rename(path)


def cut(path: Path) -> None:
    os.truncate(path, 1000)


def rewrite_with_old_time(path: Path) -> None:
    before = path.stat()
    rewrite(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: list[Callable[[Path], None]] = [append_row, rewrite, rewrite_with_old_time, replace, cut, os.unlink]


@pytest.mark.parametrize("when", ["before it is read", "between two looks"])
@pytest.mark.parametrize("change", CHANGES)
def test_an_order_file_that_changes_during_the_run_is_refused(
    change: Callable[[Path], None], when: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeeded(*place.words())
    old = everything_below(place.folder)

    def disturb(files: list[OrderFile], *given: Any, **named: Any) -> Orders:  # noqa: ANN401 as `read`
        if when == "before it is read":
            change(place.orders)
        found = reading.read(files, *given, **named)
        if when == "between two looks":
            change(place.orders)
        return found

    monkeypatch.setattr("rfm_engine.orders.cache.read", disturb)
    answer = rfm(*place.words("2025-07-02"))

    message = f"changed while the run read it: {place.orders}; run again when nobody writes to it"
    assert answer == Answer(1, "", f"error: orders: {message}\n")
    assert everything_below(place.folder) == old


def test_a_file_that_two_datasets_share_and_changes_between_them_is_refused_for_the_second(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders, graded = tmp_path / "shop.csv", pipeline.run
    shutil.copy(shop, orders)
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(f'name = "{name}"\norders = ["shop.csv"]\nas_of = 2025-07-01\n')

    def disturb(job: Any, *given: Any) -> pipeline.Run:  # noqa: ANN401 as `run`
        if job.dataset.name == "b":
            append_row(orders)
        return graded(job, *given)

    monkeypatch.setattr(pipeline, "run", disturb)
    answer = rfm("run", tmp_path / "a.toml", tmp_path / "b.toml", "--output", tmp_path / "output", "--quiet")

    assert (answer.code, answer.err.count("error"), "error: b: changed while" in answer.err) == (1, 1, True), answer.err
    assert [path.name for path in (tmp_path / "output").iterdir()] == ["a"]


def test_an_order_file_that_somebody_keeps_writing_to_is_refused(place: Place) -> None:
    succeeded(*place.words())
    old = everything_below(place.folder)

    process = began(*place.words("2025-07-02"))
    while process.poll() is None:
        append_row(place.orders)
    code, _, err = ended(process)

    assert (code, "changed while the run read it" in err) == (1, True), err
    assert everything_below(place.folder) == old

"""The file of the report: whole or not at all, where it is said, and no more open than its run."""

from __future__ import annotations

import json
import os
from stat import S_IMODE
from typing import TYPE_CHECKING

import pytest

from rfm_engine.report import page
from tests.report.page_reader import read_page
from tests.terminal import done, rfm

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(shop: Path, tmp_path: Path) -> Path:
    """The folder of a run of the small order file."""
    done("run", "--orders", shop, "--as-of", "2025-07-01", "--output", tmp_path, "--quiet")
    return tmp_path / "shop"


def test_a_page_that_fails_leaves_the_old_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done("report", folder)
    old = folder.with_name("shop.report.html").read_bytes()
    monkeypatch.setattr(page, "make_how", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        rfm("report", folder, "--language", "zh")

    assert folder.with_name("shop.report.html").read_bytes() == old
    assert sorted(path.name for path in folder.parent.iterdir()) == ["shop", "shop.report.html"]


def test_a_folder_that_takes_no_file_is_reported(folder: Path) -> None:
    folder.with_name("shop.report.html").mkdir()

    answer = rfm("report", folder)

    assert answer.code == 1
    assert "shop.report.html: could not be written" in answer.err
    assert sorted(path.name for path in folder.parent.iterdir()) == ["shop", "shop.report.html"]


def test_the_report_is_no_more_open_than_its_run(folder: Path) -> None:
    done("report", folder)
    usual = S_IMODE(folder.with_name("shop.report.html").stat().st_mode)
    folder.chmod(0o700)
    done("report", folder)

    assert usual == 0o644 & ~current_umask()
    assert S_IMODE(folder.with_name("shop.report.html").stat().st_mode) == 0o600


def current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("inside", [".", "..", "../shop"])
def test_a_run_is_named_by_any_path(folder: Path, monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below" if inside == ".." else folder)

    done("report", inside)

    assert read_page(folder.with_name("shop.report.html")).headlines


def test_without_the_scheme_what_needs_it_is_left_out(folder: Path) -> None:
    record = json.loads((folder / "run.json").read_text("utf-8"))
    record["scheme"] = {"name": "of a plugin that is gone"}
    (folder / "run.json").write_text(json.dumps(record), "utf-8")

    done("report", folder)
    text = " ".join(read_page(folder.with_name("shop.report.html")).text)

    assert "Highest spend" in text
    assert "About to drop" not in text
    assert "of a plugin that is gone" in text

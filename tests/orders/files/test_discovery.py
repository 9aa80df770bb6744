"""Folders, globs and links: every order file is found, or the search is refused."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import UsageError
from rfm_engine.orders.files.paths import find_confined_files, find_order_files

if TYPE_CHECKING:
    from pathlib import Path


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def find(folder: Path, *patterns: str) -> list[str]:
    return [file.path.relative_to(folder).as_posix() for file in find_order_files(patterns, folder)]


@pytest.mark.parametrize("pattern", ["data", "data/**/*.csv", "data/*", "data/**", "*"])
def test_a_link_to_a_folder_is_followed_whatever_names_it(pattern: str, tmp_path: Path) -> None:
    touch(tmp_path, "data/a.csv", ".elsewhere/b.csv")
    (tmp_path / "data" / "may").symlink_to(tmp_path / ".elsewhere")

    assert find(tmp_path, pattern) == ["data/a.csv", "data/may/b.csv"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list any folder")
@pytest.mark.parametrize("pattern", ["data", "data/**/*.csv", "data/*"])
def test_a_folder_that_cannot_be_listed_is_an_error(pattern: str, tmp_path: Path) -> None:
    touch(tmp_path, "data/a.csv", "data/closed/b.csv")
    (tmp_path / "data" / "closed").chmod(0)

    try:
        with pytest.raises(UsageError, match="closed: cannot be listed"):
            find(tmp_path, pattern)
    finally:
        (tmp_path / "data" / "closed").chmod(0o700)


@pytest.mark.parametrize("pattern", ["data", "data/**/*.csv"])
def test_an_error_of_listing_is_passed_on(pattern: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "data/a.csv", "data/closed/b.csv")
    scan = os.scandir

    def refuse(place: Path) -> object:
        if "closed" in str(place):
            raise PermissionError(13, "Permission denied", str(place))
        return scan(place)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(UsageError, match="closed: cannot be listed or read"):
        find(tmp_path, pattern)


@pytest.mark.parametrize("pattern", ["data", "data/**/*.csv"])
def test_a_link_to_a_folder_above_ends_no_search(pattern: str, tmp_path: Path) -> None:
    touch(tmp_path, "data/deep/a.csv")
    (tmp_path / "data" / "deep" / "up").symlink_to(tmp_path / "data")

    assert find(tmp_path, pattern) == ["data/deep/a.csv"]


@pytest.mark.parametrize("pattern", ["data", "data/*", "data/**/*.*"])
def test_hidden_names_and_lock_files_are_passed_over_alike(pattern: str, tmp_path: Path) -> None:
    touch(tmp_path, "data/a.csv", "data/.b.csv", "data/_c.csv", "data/~$d.xlsx", "data/_tmp/e.csv", "data/.x/f.csv")

    assert find(tmp_path, pattern) == ["data/a.csv"]
    assert find(tmp_path, "data/_c.csv", "data/_tmp") == ["data/_c.csv", "data/_tmp/e.csv"]


def test_a_pattern_of_two_hundred_levels_is_no_trouble(tmp_path: Path) -> None:
    touch(tmp_path, "a/b.csv")

    assert find(tmp_path, "**/" * 200 + "*.csv") == ["a/b.csv"]


@pytest.mark.parametrize("name", ["pipe.csv", "gone.csv"])
@pytest.mark.parametrize("pattern", [".", "NAME", "*.csv"])
def test_what_is_no_file_is_refused_in_words(pattern: str, name: str, tmp_path: Path) -> None:
    touch(tmp_path, "a.csv")
    if name == "pipe.csv":
        os.mkfifo(tmp_path / name)
    else:
        (tmp_path / name).symlink_to(tmp_path / "nowhere.csv")

    words = "a pipe or a device" if name == "pipe.csv" else "a link to a file that is not there"
    with pytest.raises(UsageError, match=f"{name}: {words}"):
        find(tmp_path, pattern.replace("NAME", name))


def test_a_link_out_of_the_folder_is_not_searched(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.csv", "out/b.csv")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "out")

    for pattern in (".", "*", "**/*.csv", "*/b.csv"):
        with pytest.raises(UsageError, match=r"outside the dataset's folder .*link"):
            find_confined_files([pattern], tmp_path / "in")


def test_only_folders_below_the_named_one_give_columns(tmp_path: Path) -> None:
    name = "region=Ghost/orders/region=X/store_code=7/o.csv"
    touch(tmp_path, name)
    patterns = {
        "region=Ghost/orders": {"region": "X", "store_code": "7"},
        "region=Ghost/orders/*/*/*.csv": {"region": "X", "store_code": "7"},
        "region=Ghost/orders/region=X": {"store_code": "7"},
        name: {},
    }

    for pattern, columns in patterns.items():
        for named in (pattern, str(tmp_path / pattern)):
            (file,) = find_order_files([named], tmp_path)
            assert file.folder_columns == columns


def test_the_results_of_an_earlier_run_are_no_orders(tmp_path: Path) -> None:
    touch(tmp_path, "o.csv", "output/o/run.json", "output/o/customers.csv", "output/o/north/customers.csv")

    assert find(tmp_path, ".") == ["o.csv"]
    assert find(tmp_path, "output/o") == ["output/o/customers.csv", "output/o/north/customers.csv"]

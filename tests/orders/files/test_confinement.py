"""A file that must not leave a folder is read from what was opened and looked at, whatever its path names later."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import UsageError
from rfm_engine.orders.files.confinement import hold_confined
from rfm_engine.orders.files.paths import find_confined_files
from rfm_engine.orders.reading import read
from tests.orders.readers.files import WRITERS, orders_frame

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.orders.files.order_file import OrderFile

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights there")


def make_folder(tmp_path: Path, suffix: str = ".csv") -> tuple[list[OrderFile], Path]:
    """Return the files found in a folder, and one outside that was never meant."""
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    secret = orders_frame().head(1)
    WRITERS[suffix](orders_frame(), tmp_path / "in" / f"o{suffix}")
    WRITERS[suffix](secret, tmp_path / "out" / f"secret{suffix}")
    return find_confined_files(["."], tmp_path / "in"), tmp_path / "out" / f"secret{suffix}"


def swap(path: Path, target: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(target)
    link.replace(path)


def test_a_link_put_in_the_place_of_a_file_after_it_was_found_is_refused(tmp_path: Path) -> None:
    files, secret = make_folder(tmp_path)
    swap(files[0].path, secret)

    with pytest.raises(UsageError, match="replaced by a link to"), hold_confined(files):
        pass


def test_a_folder_swapped_for_a_link_after_its_file_was_found_is_refused(tmp_path: Path) -> None:
    for name in ("in/deep", "out"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "o.csv").touch()
    files = find_confined_files(["."], tmp_path / "in")
    (tmp_path / "in" / "deep").rename(tmp_path / "in" / ".deep")
    (tmp_path / "in" / "deep").symlink_to(tmp_path / "out")

    with pytest.raises(UsageError, match="replaced by a link to"), hold_confined(files):
        pass


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_link_put_there_while_the_file_is_read_is_never_followed(suffix: str, tmp_path: Path) -> None:
    files, secret = make_folder(tmp_path, suffix)

    with hold_confined(files) as held:
        swap(files[0].path, secret)
        frame = read(held).frame.collect()

    assert frame.height == orders_frame().height
    assert frame["source_file"].unique().to_list() == [str(files[0].path)]


def test_a_pipe_put_there_is_refused_and_waits_for_nobody(tmp_path: Path) -> None:
    files, _ = make_folder(tmp_path)
    files[0].path.unlink()
    os.mkfifo(files[0].path)

    with pytest.raises(UsageError, match="no file any more"), hold_confined(files):
        pass

"""What a record says of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rfm_engine.output.record import digest_file, digest_folder, list_files

if TYPE_CHECKING:
    from pathlib import Path


def test_the_files_of_a_folder_stand_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for name in ("a b/x", "a/x", "a/y z", "a-b/c/x", "run", "吉林/x", "a.csv"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, "utf-8")
    expected = [digest_file(path, path.relative_to(tmp_path).as_posix()) for path in list_files(tmp_path)]
    assert digest_folder(tmp_path) == expected
    assert [digest.file for digest in expected][:3] == ["a/x", "a/y z", "a b/x"]

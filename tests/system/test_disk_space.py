"""On a full or read-only disk the old run stays whole, and the message names the disk."""

from __future__ import annotations

import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.processes import (
    ROOT,
    STAGED_ON_DISK,
    Place,
    began,
    ended,
    fill,
    orders_file,
    small_disk,
)
from tests.terminal import Answer, everything_below, record_of, rfm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FULL = ("no space left on the disk", "the disk is full, or fails")


@pytest.mark.parametrize(
    ("form", "free_kilobytes"),
    [
        ("csv", (0, 4, 16, 40, 64, 120, 900)),
        ("parquet", (0, 4, 16, 40, 900)),
        ("ndjson", (0, 40, 900)),
        ("xlsx", (0, 16, 60, 1_500)),
    ],
)
def test_on_a_full_disk_the_old_run_stays_whole(
    form: str, free_kilobytes: Sequence[int], place: Place, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 4_096) as disk:
        full = place._replace(output=disk / "output")
        done = rfm(*full.words("2025-07-01", "--format", form))
        assert done.code == 0, done.err
        old, outcomes = everything_below(full.folder), Counter[int]()
        for free in free_kilobytes:
            fill(disk, free)
            words = full.words("2025-07-02", "--format", form)
            # the library leaves its temporary files to the collector, which the tests take for an error
            answer = Answer(*ended(began(*words))) if form == "xlsx" else rfm(*words)
            outcomes[answer.code] += 1
            (disk / "ballast").unlink()
            assert [path.name for path in full.output.iterdir()] == ["orders"]
            if answer.code:
                reason = answer.err.removeprefix(f"error: orders: {full.folder}: could not be written (")
                assert reason in {f"{why}); what was there before is untouched\n" for why in FULL}
                assert everything_below(full.folder) == old
        assert outcomes == {1: outcomes[1], 0: outcomes[0]}
        assert outcomes[0]
        assert outcomes[1] > 1
        assert record_of(full.folder)["dataset"]["as_of"] == "2025-07-02"


def test_without_room_for_temporary_files_the_message_names_their_place(place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 32) as disk:
        variables = {"TMPDIR": str(disk)}

        recoded = ended(began(*place.words(), variables=variables))
        plain = orders_file(tmp_path / "plain.csv", 8_000)
        words = ["run", "--orders", plain, "--as-of", "2025-07-01", "--output", place.output]
        staged = ended(began(*words, variables=variables, before=STAGED_ON_DISK))

        message = f"{disk}: no space left for temporary files; free some, or name another place in TMPDIR\n"
        assert recoded == (1, "", f"error: orders: {message}")
        assert staged == (1, "", f"error: plain: {message}")
        assert not list(disk.iterdir())


def test_a_read_only_folder_is_reported_and_its_run_stays(place: Place, tmp_path: Path) -> None:
    def expect_refusal(output: Path) -> None:
        full = place._replace(output=output)
        old = everything_below(full.folder)
        answer = rfm(*full.words("2025-07-02"))
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.startswith(f"error: orders: {full.folder}: could not be written (")
        assert answer.err.endswith("); what was there before is untouched\n")
        assert everything_below(full.folder) == old

    if ROOT:
        with small_disk(tmp_path / "disk", 4_096) as disk:
            assert rfm(*place._replace(output=disk).words()).code == 0
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)  # noqa: S607
            expect_refusal(disk)
    else:
        assert rfm(*place.words()).code == 0
        place.output.chmod(0o555)
        expect_refusal(place.output)
        place.output.chmod(0o755)

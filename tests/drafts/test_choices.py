"""What a refusal asks stands as commented keys, and each makes the file run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.cli.refusals.refused_orders import REFUSALS
from tests.drafts.drafted import HEADER, read
from tests.terminal import done, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_asked_stands_as_a_commented_choice(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(f"{HEADER}\neva,1,9.00,10 to 5\n", "utf-8")

    answer = rfm("init", tmp_path / "o.csv", "--refunds", "net")

    text = (tmp_path / "dataset.toml").read_text("utf-8")
    assert answer.code == 1
    assert "written with a question" in answer.err
    assert "# asked: no order is left to grade" in text
    assert '# order_time_format = "%d/%m/%Y"' in text
    assert read(tmp_path / "dataset.toml") == {"refunds": "net", "orders": ["o.csv"]}


CHOICES = (
    *("amounts in two styles", "dates in two orders", "years of an era", "instants", "several encodings"),
    *("ids that lost digits", "amounts of two currencies", "lines of orders", "totals on each line", "null bytes"),
    *("tickets of each store", "two headers for a column", "another separator"),
    *("a quote that may swallow rows", "two headers with spaces"),
)


@pytest.mark.parametrize("name", CHOICES)
def test_each_choice_makes_the_file_run_when_its_comment_sign_is_taken_away(name: str, tmp_path: Path) -> None:
    refusal = REFUSALS[name]
    (tmp_path / refusal.file).write_bytes(
        refusal.content if isinstance(refusal.content, bytes) else refusal.content.encode()
    )

    assert rfm("init", tmp_path / refusal.file, "--as-of", "2025-07-01").code == 1

    text = (tmp_path / "dataset.toml").read_text("utf-8")
    choices = [line for line in text.splitlines() if re.match(r"# [a-z_.]+ = ", line) and "HEADER" not in line]
    assert len(choices) >= (2 if name in ("a quote that may swallow rows", "two headers with spaces") else 1)
    for choice in choices:
        (tmp_path / "dataset.toml").write_text(text.replace(choice, choice.removeprefix("# ")), "utf-8")
        done("run", tmp_path, "--output", tmp_path / "out")

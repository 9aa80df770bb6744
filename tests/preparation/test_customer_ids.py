"""Spellings of one customer are joined on request alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.preparation.ids import spends, write
from tests.terminal import record_of, rfm, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("kind", "ids", "joined"),
    [
        ("case", ("Mia@lake.example", "mia@lake.example"), "mia@lake.example"),
        ("width", ("Ｍ７", "M7"), "M7"),
        ("invisible", ("m\u200b7", "m7"), "m7"),
        ("point-zero", ("4711.0", "4711"), "4711"),
        ("apostrophe", ("'4711", "4711"), "4711"),
        ("space", ("13 900", "13900"), "13900"),
        ("case,width", ("ｍ7", "M7"), "m7"),
    ],
)
def test_spellings_of_one_customer_are_joined_on_request_alone(
    tmp_path: Path, kind: str, ids: tuple[str, str], joined: str
) -> None:
    orders = write(tmp_path, *ids)

    assert len(spends(run(orders, tmp_path / "apart"))) == 2
    assert spends(run(orders, tmp_path / "out", "--same-id", kind)) == {joined: "3.00"}


def test_an_unknown_kind_of_sameness_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    answer = rfm("run", "--orders", write(tmp_path, "a"), "--as-of", "2025-07-01", "--same-id", "colour")

    assert answer.code == 2
    assert "'case'" in answer.err


def test_a_customer_is_left_out_in_each_spelling_that_is_joined(tmp_path: Path) -> None:
    orders = write(tmp_path, "Mia@lake.example", "mia@lake.example", "lou@lake.example")

    folder = run(orders, tmp_path / "out", "--same-id", "case", "--exclude-customer", "MIA@lake.example")

    assert spends(folder) == {"lou@lake.example": "3.00"}
    assert record_of(folder)["ledger"]["left_out"] == {"excluded customers": 2}

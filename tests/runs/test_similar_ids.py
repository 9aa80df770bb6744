"""An id that no customer has is answered with those that are written alike, also among millions."""

from __future__ import annotations

import polars as pl
import pytest

from rfm_engine.runs.similar_ids import MOST_COMPARED, find_similar_ids


@pytest.mark.parametrize(
    ("ids", "asked", "hint"),
    [
        (["17850.0", "1785", "178500"], "17850", ", did you mean '17850.0'?"),
        (["17850"], "17850.0", ", did you mean '17850'?"),
        (["C1", "c02"], "c1", ", did you mean 'C1'?"),
        (["A12", "a12", "0a12"], " A12", ", did you mean '0a12' or 'A12' or 'a12'?"),
        (["SC00000001"], "SC0000001", ", did you mean 'SC00000001'?"),
        (["四川甲店", "x"], "四川乙店", ", did you mean '四川甲店'?"),
        (["abc"], "xyz", ""),
        (["a"], "", ""),
    ],
)
def test_ids_that_are_written_alike_are_proposed(ids: list[str], asked: str, hint: str) -> None:
    assert find_similar_ids(pl.LazyFrame({"customer_id": ids}), asked) == hint


def test_no_more_than_so_many_ids_are_compared_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []

    def note(_: str, ids: list[str]) -> str:
        compared.append(len(ids))
        return ""

    monkeypatch.setattr("rfm_engine.runs.similar_ids.nearest", note)
    customers = pl.LazyFrame({"customer_id": [f"C{number:07}" for number in range(50_000)]})

    find_similar_ids(customers, "C99999999")

    assert compared[0] <= MOST_COMPARED

"""Cells are counted by kind, with the first of each as samples, and a question quotes them."""

from __future__ import annotations

from collections import Counter

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders.cells.evidence import (
    FILE,
    HEADS,
    NONE,
    PLAIN,
    SAMPLES,
    TEXT,
    Choice,
    Column,
    Seen,
    question,
    weigh,
)

KINDS = (
    pl.col(PLAIN).str.extract("([,.])", 1).alias("mark"),
    pl.when(pl.col(PLAIN).str.starts_with("-")).then(pl.lit("minus")).alias("sign"),
)


def kind_of(text: str) -> tuple[str | None, str | None]:
    return next((one for one in text if one in ",."), None), "minus" if text.startswith("-") else None


@given(st.lists(st.tuples(st.sampled_from("ab"), st.text("-,.5", max_size=4)), max_size=40))
def test_each_combination_of_kinds_of_each_file_is_counted_with_its_first_cells(cells: list[tuple[str, str]]) -> None:
    frame = pl.LazyFrame(cells, schema={FILE: pl.String, TEXT: pl.String}, orient="row")
    present = [(file, text) for file, text in cells if text]
    expected = Counter((file, kind_of(text)) for file, text in present)

    found = {(file, kinds): seen for file, kinds, seen in weigh(frame, pl.col(TEXT), *KINDS)}

    assert {key: seen.count for key, seen in found.items()} == expected
    for (file, kinds), seen in found.items():
        own = [text for one, text in present if (one, kind_of(text)) == (file, kinds)]
        assert Counter(seen.samples) <= Counter(own)
        assert len(seen.samples) == min(SAMPLES, len(own))


def test_cells_of_one_kind_add_up_and_keep_the_first_samples() -> None:
    total = Seen(count=2, samples=("a", "b")) + NONE + Seen(count=5, samples=("c", "d"))

    assert total == Seen(count=7, samples=("a", "b", "c"))
    assert (bool(total), bool(NONE)) == (True, False)


def test_ever_more_of_a_file_is_looked_at_and_of_several_all_at_once() -> None:
    texts = pl.LazyFrame({TEXT: [str(number) for number in range(6_000)]})

    of_one = [(frame.collect().height, is_all) for frame, is_all in Column(texts, (), "o.csv").heads()]
    of_many = [is_all for _, is_all in Column(texts.with_columns(pl.lit("a").alias(FILE)), (), "2 files").heads()]

    assert of_one == [(1_000, False), (5_000, False), (6_000, False), (6_000, True)]
    assert (len(HEADS), of_many) == (4, [True])


def test_a_question_names_the_samples_once_and_the_options_that_answer_it() -> None:
    choices = [Choice("--amount-style point", "1.5"), Choice("--unit fen", "150")]

    error = question("o.csv", "amounts may be either", choices, ["1,5", "1,5", "2,5", "3,5", "4,5"])

    assert str(error).splitlines() == [
        "o.csv: amounts may be either, such as '1,5', '2,5', '3,5'; choose one:",
        "  --amount-style point  1.5",
        "  --unit fen            150",
    ]
    assert error.customer_data == ("1,5", "2,5", "3,5")

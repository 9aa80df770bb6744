"""Ids of new rows that a known file may have."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.state.memo import FileFacts
from rfm_engine.state.reopened import find_known_ids

IDS = st.text("ab", max_size=3)
FILES = st.lists(
    st.one_of(st.none(), st.tuples(IDS, IDS).map(sorted)).map(
        lambda span: FileFacts(
            sha256="", bytes=0, first_id=None if span is None else span[0], last_id=None if span is None else span[1]
        )
    ),
    max_size=4,
)


@given(st.lists(IDS, max_size=6), FILES)
def test_a_known_id_lies_between_the_first_and_the_last_of_a_file(ids: list[str], files: list[FileFacts]) -> None:
    spans = [facts.id_span for facts in files if facts.id_span is not None]
    known = sorted({each for each in ids if any(first <= each <= last for first, last in spans)})
    found = find_known_ids(pl.Series(ids, dtype=pl.String), files)

    assert found.to_list() == known
    for facts in files:
        span = facts.id_span
        assert facts.may_have(found) == (span is not None and any(span[0] <= each <= span[1] for each in known))

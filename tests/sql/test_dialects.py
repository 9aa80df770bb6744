"""Names and texts are quoted so that a warehouse reads them as they are, and lines stay short."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.orders.cells.blanks import BLANKS
from rfm_engine.sql.dialects import DIALECTS, WIDTH, wrap

DUCKDB, POSTGRESQL = DIALECTS["duckdb"], DIALECTS["postgresql"]
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(TEXTS)
def test_a_name_and_a_text_are_read_as_they_are(text: str) -> None:
    with duckdb.connect() as connection:
        found = connection.sql(f"select {DUCKDB.literal(text)} as {DUCKDB.name(text)}")

        assert (found.columns, found.fetchall()) == ([text], [(text,)])


@given(st.lists(st.text("ab, ", min_size=1, max_size=60), min_size=1, max_size=20), st.integers(0, 12))
def test_wrapped_terms_are_the_terms_in_lines_of_at_most_a_hundred_signs(terms: list[str], indent: int) -> None:
    lines = wrap(terms, indent).split(f",\n{' ' * indent}")

    assert ", ".join(lines) == ", ".join(terms)
    assert all(indent + len(line) <= WIDTH for line in lines if ", " in line and line not in terms)


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("orders", '"orders"'),
        ("sales.orders", '"sales"."orders"'),
        ('sales."Orders.2025"', '"sales"."Orders.2025"'),
        ('"a""b".c', '"a""b"."c"'),
    ],
)
def test_a_table_is_named_by_its_parts(name: str, quoted: str) -> None:
    assert {dialect.table(name) for dialect in DIALECTS.values()} == {quoted}


def test_columns_of_the_engine_need_no_quotes_and_others_do() -> None:
    assert [DUCKDB.column(name) for name in ("customer_id", "order_day", "Kanal")] == [
        "customer_id",
        "order_day",
        '"Kanal"',
    ]


def test_blanks_are_the_white_space_around_cells() -> None:
    with duckdb.connect() as connection:
        assert connection.sql(f"select {DUCKDB.blanks}").fetchall() == [(BLANKS,)]


def test_a_day_begins_at_midnight_and_texts_stand_in_a_list() -> None:
    assert DUCKDB.moment(date(2025, 7, 1)) == "timestamp '2025-07-01 00:00:00'"
    assert POSTGRESQL.listing(["a", "it's"]) == "('a', 'it''s')"
    assert (DUCKDB.collation, POSTGRESQL.collation) == ("", ' collate "C"')

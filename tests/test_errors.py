"""An error shows no sign that a terminal obeys, hides what came from the orders on request, and says what to type."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.errors import (
    DataError,
    DatasetError,
    OutputError,
    PluginError,
    RfmError,
    UsageError,
    nearest,
    printable,
    quote_argument,
    undecodable_paths,
)


@given(st.text())
def test_what_is_printed_has_no_control_sign_and_plain_text_stays_as_it_is(text: str) -> None:
    shown = printable(text)

    assert not [sign for sign in shown if (ord(sign) < 32 and sign not in "\t\n") or 127 <= ord(sign) < 160]
    assert printable(shown) == shown
    if text.isprintable():
        assert shown == text


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1).filter(lambda text: "'" not in text))
def test_a_quoted_argument_is_read_by_a_shell_as_it_was(text: str) -> None:
    assert shlex.split(quote_argument(text)) == [text]


def test_plain_words_need_no_quotes() -> None:
    assert [quote_argument(word) for word in ("order_id=ticket", "a b", "$x", "it's")] == [
        "order_id=ticket",
        '"a b"',
        "'$x'",
        '"it\'s"',
    ]


def test_a_mask_stands_for_all_that_came_from_the_orders_the_longest_first() -> None:
    error = DataError("row 3: 'Ann Lee', not 'Ann'", "Ann", "Ann Lee", "")

    masked = error.mask("***")

    assert (str(masked), type(masked)) == ("row 3: '***', not '***'", DataError)
    assert error.customer_data == ("Ann", "Ann Lee", "")


def test_what_the_command_ends_with_depends_on_whose_fault_it_is() -> None:
    kinds = (RfmError, DataError, OutputError, PluginError, UsageError, DatasetError)

    assert [kind.exit_code for kind in kinds] == [1, 1, 1, 1, 2, 2]
    assert all(issubclass(kind, RfmError) for kind in kinds)


@pytest.mark.parametrize(("word", "hint"), [("quintle", ", did you mean 'quintile'?"), ("xyz", ""), ("", "")])
def test_a_close_word_is_proposed(word: str, hint: str) -> None:
    assert nearest(word, ["quintile", "thresholds"]) == hint


def test_all_paths_with_bytes_that_are_no_letter_are_named() -> None:
    paths = [Path("a.csv"), Path("b\udcff.csv"), Path("c\udc80")]

    assert undecodable_paths(paths[:1]) == ""
    assert undecodable_paths(paths).startswith(r"not in UTF-8: 'b\udcff.csv', 'c\udc80'; rename it")

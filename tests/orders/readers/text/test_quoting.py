"""Quotes that are inches: no row is lost in silence, and a file that can be read in two ways is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.orders.readers.files import collect, order_files, write

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id\tamount\tdate\tproduct_name\n"
INCHES = HEADER + 'a\t1\t2025-07-01\tscreen 24"\nb\t2\t2025-07-01\tlamp\nc\t3\t2025-07-01\t5" rope\n'
OPEN = HEADER + 'a\t1\t2025-07-01\t"9 in\nb\t2\t2025-07-01\tlamp\nc\t3\t2025-07-01\tx\n'
SWALLOWED = HEADER + 'a\t1\t2025-07-01\t"9 in\nb\t2\t2025-07-01\tlamp"\nc\t3\t2025-07-01\tx\n'
SEVERAL_LINES = HEADER + 'a\t1\t2025-07-01\t"two\nlines"\nb\t2\t2025-07-01\t"a ""b"""\n'
PLAIN = ReadOptions(quote="none")


@pytest.mark.parametrize("text", [INCHES, OPEN])
def test_quotes_that_cannot_guard_text_are_plain_signs_and_that_is_a_finding(text: str, tmp_path: Path) -> None:
    orders = read(order_files([write(tmp_path, text, "o.tsv")]))

    assert orders.frame.collect()["customer_id"].to_list() == ["a", "b", "c"]
    assert [finding.code for finding in orders.findings] == ["RFM103"]


@pytest.mark.parametrize("rows", [3, 1_000])
def test_rows_that_a_quote_swallows_are_asked_about_with_the_line(rows: int, tmp_path: Path) -> None:
    more = "".join(f"d{number}\t1\t2025-07-01\tx\n" for number in range(rows))
    path = write(tmp_path, HEADER + more + SWALLOWED.removeprefix(HEADER), "o.tsv")

    message = f"a quote opens in line {rows + 2} and closes only in line {rows + 3}.*--quote none .*--quote '\"'"
    with pytest.raises(DataError, match=message):
        collect([path])
    assert collect([path], PLAIN).height == rows + 3
    assert collect([path], ReadOptions(quote='"')).height == rows + 2


def test_whole_rows_within_a_text_of_several_lines_are_asked_about(tmp_path: Path) -> None:
    inside = "b\t2\t2025-07-01\tlamp\nc\t3\t2025-07-01\tx\n"
    path = write(tmp_path, f'{HEADER}a\t1\t2025-07-01\t"two\n{inside}lines"\nd\t4\t2025-07-01\tx\n', "o.tsv")

    with pytest.raises(DataError, match="a quote opens in line 2 and closes only in line 5"):
        collect([path])
    assert collect([path], ReadOptions(quote='"'))["customer_id"].to_list() == ["a", "d"]


def test_text_that_goes_over_several_lines_is_no_trouble(tmp_path: Path) -> None:
    orders = read(order_files([write(tmp_path, SEVERAL_LINES, "o.tsv")]))

    assert orders.frame.collect()["product_name"].to_list() == ["two\nlines", 'a "b"']
    assert orders.findings == ()


def test_plain_quotes_stay_in_the_text(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + 'a\t1\t2025-07-01\t"x"\n', "o.tsv")

    assert collect([path], PLAIN)["product_name"].to_list() == ['"x"']
    assert collect([path])["product_name"].to_list() == ["x"]


def test_a_file_that_ends_within_a_quote_may_be_cut_off_and_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + 'a\t1\t2025-07-01\tx\nb\t2\t2025-07-01\t"y\n', "o.tsv")

    with pytest.raises(DataError, match=r"a quote is left open .* --quote none"):
        collect([path])

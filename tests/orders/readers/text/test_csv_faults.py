"""A place where a file breaks the rules of CSV is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import DataError
from tests.orders.readers.files import (
    collect,
    csv_text,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_row_with_far_too_many_fields_stops_with_its_number(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text() + "d,a4,1,2025-07-01,r,1,2,3\n")

    with pytest.raises(DataError, match=r"orders\.csv: more fields than headers in row 5;"):
        collect([path])


@pytest.mark.parametrize("row", ['d,"a4,1,2025-07-01,r', 'd,a"4,1,2025-07-01,r', 'd,"a"4,1,2025-07-01,r'])
def test_a_stray_quote_stops_with_its_place(tmp_path: Path, row: str) -> None:
    path = write(tmp_path, f"{csv_text()}{row}\n{csv_text().partition(chr(10))[2]}")

    with pytest.raises(DataError, match=r"orders\.csv: .*quote.* near line"):
        collect([path])


def test_an_open_quote_in_a_column_that_nobody_needs_loses_no_row_silently(tmp_path: Path) -> None:
    text = (
        'customer_id,amount,date,note\na,1,2025-07-01,"5 inch\nb,2,2025-07-01,x\nc,3,2025-07-01,"y\nd,4,2025-07-01,z\n'
    )

    assert collect([write(tmp_path, text)])["customer_id"].to_list() == ["a", "b", "c", "d"]

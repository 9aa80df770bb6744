"""What goes beyond a bound is refused in a few lines, before it takes the memory; what stays within it is not."""

from __future__ import annotations

import gzip
import struct
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.config.dataset_file import SETTINGS_BYTES, SETTINGS_LEVELS, is_deep, read_bounded_text
from rfm_engine.errors import DataError, DatasetError
from rfm_engine.orders.ledger import Ledger, refuse_rejects, reject_allowance
from rfm_engine.orders.readers.limits import LINE_BLOCK, UNPACKED_SMALL, refuse_long_lines
from rfm_engine.orders.rejects import REJECT_SCHEMA
from tests.terminal import AS_OF, done, everything_below, rfm

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_amount,order_time\n"
KEYS = "orders = ['o.csv']\nas_of = 2025-07-01\n"


def orders_with_rejects(folder: Path, rows: int, missing: int, negative: int) -> Path:
    path = folder / "o.csv"
    lines = [",1,2025-01-01"] * missing + ["c,-1,2025-01-01"] * negative
    lines += [f"c{number},1,2025-01-01" for number in range(rows - len(lines))]
    path.write_text(HEADER + "\n".join(lines), "utf-8")
    return path


def dataset(folder: Path, keys: str) -> Path:
    (folder / "o.csv").write_text(f"{HEADER}c,5,2025-01-01\n", "utf-8")
    (folder / "dataset.toml").write_text(KEYS + keys, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("limit", "fits"), [("5", True), ("4", False), ("0", False), ("2.5%", True), ("2.49 %", False), ("100%", True)]
)
@pytest.mark.parametrize("command", ["check", "run"])
def test_more_rejected_rows_than_allowed_stop_the_run(command: str, limit: str, *, fits: bool, tmp_path: Path) -> None:
    orders = orders_with_rejects(tmp_path, 200, 3, 2)
    output = ("--output", tmp_path / "output") if command == "run" else ()

    answer = rfm(command, "--orders", orders, *AS_OF, "--max-rejects", limit, *output)

    assert answer.code == (0 if fits else 1)
    assert (tmp_path / "output").exists() == (fits and command == "run")
    if not fits:
        told = f"5 of 200 rows read were rejected (2.50 %), more than max_rejects {limit.replace(' ', '')} allows"
        reasons = f"3 customer_id: missing (first in {orders}, row 2); "
        reasons += f"2 order_amount: not positive, such as '-1' (first in {orders}, row 5)"
        assert f"{told}: {reasons}." in answer.err


def test_a_dataset_file_states_the_limit_and_an_option_wins(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text(f"{KEYS}max_rejects = 4\n", "utf-8")
    orders_with_rejects(tmp_path, 200, 3, 2)

    assert rfm("check", tmp_path).code == 1
    assert "rejects: 5, of 6 allowed" in done("check", tmp_path, "--max-rejects", "3%").out


def test_a_run_that_stops_leaves_the_old_output(tmp_path: Path) -> None:
    orders, output = orders_with_rejects(tmp_path, 200, 3, 2), tmp_path / "output"
    done("run", "--orders", orders, *AS_OF, "--output", output)
    before = everything_below(output)

    assert rfm("run", "--orders", orders, *AS_OF, "--output", output, "--max-rejects", "4").code == 1
    assert everything_below(output) == before


@pytest.mark.parametrize("limit", ["-1", "101%", "1e3", "many", "true", "[1]", "1.5", "%", "'1 per cent'"])
def test_a_limit_that_is_none_is_refused(limit: str, tmp_path: Path) -> None:
    bare = limit if limit[0] in "['t-1" and limit != "101%" else f"'{limit}'"

    answer = rfm("check", dataset(tmp_path, f"max_rejects = {bare}\n"))

    assert answer.code == 2
    assert "max_rejects: expected a number of rows such as 100, or a share of those read such as 1%" in answer.err


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 10_000))
def test_a_share_is_compared_exactly(read: int, rejected: int, hundredths: int) -> None:
    limit, rejected = f"{hundredths // 100}.{hundredths % 100:02}%", min(read, rejected)
    ledger = Ledger(read=read, used=read - rejected, rejected={"order_amount: missing": rejected})
    expected = rejected * 10_000 > hundredths * read

    try:
        refuse_rejects(ledger, limit, pl.DataFrame(schema=REJECT_SCHEMA))
        result = False
    except DataError:
        result = True

    assert result == expected == (rejected > reject_allowance(read, limit))


def test_a_dataset_file_of_more_than_a_mebibyte_is_refused(tmp_path: Path) -> None:
    fits, larger = tmp_path / "fits.toml", tmp_path / "larger.toml"
    fits.write_bytes(b"#" * SETTINGS_BYTES)
    larger.write_bytes(b"#" * (SETTINGS_BYTES + 1))

    assert len(read_bounded_text(fits)) == SETTINGS_BYTES
    with pytest.raises(DatasetError, match="larger than 1,048,576 bytes"):
        read_bounded_text(larger)
    assert rfm("check", larger).code == 2


HOSTILE_KEYS = {
    "lists within lists": "x = " + "[" * 100_000 + "]" * 100_000,
    "tables within tables": "[a" + ".a" * 3_000 + "]",
    "a little too deep": "x = " + "[" * 22 + "]" * 22,
    "a number of 5,000 digits": "skip_lines = " + "9" * 5_000,
    "a weight of a billion digits": "weights = [1e999999999, 0.3, 0.4]",
    "a weight with a billion decimals": "weights = [1e-999999999, 0.3, 0.4]",
    "the last of all days": "since = 9999-12-31",
    "a null byte": "x = '\0'",
}


@pytest.mark.parametrize("keys", HOSTILE_KEYS.values(), ids=HOSTILE_KEYS)
def test_a_hostile_dataset_file_is_refused_without_a_traceback(keys: str, tmp_path: Path) -> None:
    answer = rfm("check", dataset(tmp_path, keys))

    assert answer.code == 2
    assert answer.err.startswith("error: ")


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 5_000])
def test_a_hostile_setting_is_refused_without_a_traceback(text: str, tmp_path: Path) -> None:
    answer = rfm("check", dataset(tmp_path, ""), "--set", f"frequency={text}")

    assert (answer.code, answer.err[:13]) == (2, "error: option")


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_more_than_2000_columns_are_refused_in_one_file_and_in_many(form: str, tmp_path: Path) -> None:
    known = {"customer_id": ["c"], "order_amount": [5], "order_time": ["2025-01-01"]}
    for number, columns in enumerate((1_998, 1_998, 10_000, 10_000)):
        frame = pl.DataFrame(known | {f"x{column}": [1] for column in range(columns - 1)})
        getattr(frame, f"write_{form}")(tmp_path / f"{number}.{form}")

    assert rfm("check", "--orders", tmp_path / f"[01].{form}", *AS_OF).code == 0
    for name in (f"2.{form}", f"[23].{form}"):
        answer = rfm("check", "--orders", tmp_path / name, *AS_OF)
        assert answer.code == 1
        assert "10,002 columns, more than 2,000" in answer.err


def sparse(path: Path, start: bytes, size: int) -> Path:
    """Write a file that claims a size but takes no room: null bytes stand behind its start."""
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size)
    return path


@pytest.mark.parametrize("suffix", ["csv", "ndjson"])
def test_a_line_of_a_gigabyte_is_refused_from_a_few_pages_of_it(suffix: str, tmp_path: Path) -> None:
    start = {"csv": HEADER + "c,5,2025-01-01\n", "ndjson": '{"customer_id":"c"}\n'}[suffix]
    path = sparse(tmp_path / f"o.{suffix}", start.encode(), 1 << 30)

    answer = rfm("check", "--orders", path, *AS_OF)

    assert answer.code == 1
    assert "no line ends between bytes 1,048,576 and 2,097,152" in answer.err


@given(st.lists(st.integers(0, 3 * LINE_BLOCK), min_size=1, max_size=4))
def test_a_line_of_two_mebibytes_is_never_passed_and_one_of_one_never_refused(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "lines.csv"
    with path.open("wb") as file:
        for length in lengths:
            file.seek(length, 1)
            file.write(b"\n")

    try:
        refuse_long_lines(path, path)
        refused = False
    except DataError:
        refused = True

    assert refused or max(lengths) < 2 * LINE_BLOCK
    assert not refused or max(lengths) >= LINE_BLOCK


@pytest.mark.parametrize("end", [b"", b"\n", b"\nshort\n"])
@pytest.mark.parametrize("above", [1, 2, LINE_BLOCK - 1, LINE_BLOCK, LINE_BLOCK + 1])
def test_a_line_of_just_two_mebibytes_is_refused_wherever_it_stands(above: int, end: bytes, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_bytes(b"h" * (above - 1) + b"\n" + b"x" * 2 * LINE_BLOCK + end)

    with pytest.raises(DataError, match="no line ends between"):
        refuse_long_lines(path, path)


def test_twenty_levels_of_tables_within_tables_are_enough() -> None:
    value: list[object] = []
    for _ in range(SETTINGS_LEVELS):
        value = [value]

    assert not is_deep(value)
    assert is_deep([value])
    assert is_deep({"a": {"b": value}})


def lying_workbook(path: Path, megabytes: int) -> Path:
    """Write a workbook whose directory says that its sheet, of so many megabytes, has 500 bytes."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
        for _ in range(megabytes):
            sheet.write(b" " * (1 << 20))
    true, said = struct.pack("<I", megabytes << 20), struct.pack("<I", 500)
    assert true in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(true, said))
    return path


def test_a_workbook_whose_directory_hides_a_bomb_is_refused(tmp_path: Path) -> None:
    answer = rfm("check", "--orders", lying_workbook(tmp_path / "o.xlsx", 80), *AS_OF)

    assert answer.code == 1
    assert "would unpack to" in answer.err


def test_a_compressed_file_that_unpacks_to_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "o.csv.gz"
    with gzip.open(path, "wb") as file:
        file.write(HEADER.encode())
        for _ in range((UNPACKED_SMALL >> 20) + 4):
            file.write(b"c,5,2025-01-01 \n" * (1 << 16))

    answer = rfm("check", "--orders", path, *AS_OF)

    assert answer.code == 1
    assert "which no table of orders does" in answer.err

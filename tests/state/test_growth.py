"""Text files: one for each month, or one that grows at its end."""

from __future__ import annotations

import gzip
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rfm_engine.orders.readers.limits import BLOCK
from rfm_engine.state import growth, rereading, unchanged
from rfm_engine.state.base import take_sha256
from rfm_engine.state.growth import cut_tail
from rfm_engine.state.memo import FileFacts, UnusableStateError
from rfm_engine.state.rereading import read_files
from rfm_engine.system.temp_dir import process_temp_dir
from tests.laws.months import refresh as run_twice
from tests.laws.months import row, why_not, write_text

JANUARY = [row("o1", 1), row("o2", 2, customer_id="c2", product_name='two\nlines, 3"'), row("o3", 30)]
FEBRUARY = [row("o4", 31), row("o2", 2, customer_id="c2"), row("o5", 33, customer_id=None), row("o6", 33)]


def _reason(folder: Path, **keys: Any) -> str | None:  # noqa: ANN401 keys of a dataset
    reason = why_not(run_twice(folder, latest_export="rejected", **keys))
    return None if reason is None else reason.replace(f"{folder}/", "")


@pytest.fixture(params=["csv", "ndjson"])
def orders(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a file of January's orders that a state knows."""
    path = tmp_path / f"orders.{request.param}"
    write_text(path, JANUARY)
    assert _reason(tmp_path) == "nothing is kept yet"
    return path


def test_a_month_of_text_is_read_alone(orders: Path) -> None:
    write_text(orders.with_stem("orders-2"), FEBRUARY)
    assert _reason(orders.parent) is None


def test_of_a_file_that_grew_the_new_lines_are_read_alone(orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def record(job: Any, files: Any, *rest: Any) -> Any:  # noqa: ANN401 as the function in its place
        read.extend(file.source.stat().st_size for file in files)
        return read_files(job, files, *rest)

    monkeypatch.setattr(rereading, "read_files", record)
    write_text(orders, [row("o4", 31), row(None, 32), row("o6", 33)])
    assert _reason(orders.parent) is None
    assert read[0] < orders.stat().st_size
    assert len(read) == 1
    write_text(orders, FEBRUARY)
    assert _reason(orders.parent) is None


def test_a_file_that_grew_is_read_beside_a_new_one(orders: Path) -> None:
    write_text(orders.with_stem("a"), [row("o1", 1), row("o7", 3, order_amount="free"), row("o8", 4, customer_id="c3")])
    write_text(orders, [row("o9", 31, order_amount="free"), row("o3", 30, order_amount="1.00"), *FEBRUARY])
    assert _reason(orders.parent) is None
    write_text(orders.with_stem("z"), [row("o9", 31), row("o10", 32), row("o8", 4, customer_id="c3")])
    write_text(orders, [row("o12", 34), row("o10", 32), row(None, 34)])
    assert _reason(orders.parent) is None


def test_new_lines_are_numbered_and_told_from_those_of_other_files(tmp_path: Path) -> None:
    write_text(tmp_path / "m.csv", JANUARY[::2])
    assert _reason(tmp_path) == "nothing is kept yet"
    third = [row("a1", 31, order_amount="free"), row("a2", 31), row("o3", 30)]
    write_text(tmp_path / "a.csv", third)
    write_text(tmp_path / "m.csv", [row("o4", 31, order_amount="free"), row("o3", 30)])

    assert _reason(tmp_path) is None


@pytest.mark.parametrize(("old", "new"), [(b"o1", b"o9"), (b"tent", b"tents"), (b"tent", b"ten")])
def test_a_file_that_grew_and_is_another_above_is_read_again(orders: Path, old: bytes, new: bytes) -> None:
    write_text(orders, FEBRUARY)
    orders.write_bytes(orders.read_bytes().replace(old, new, 1))
    assert _reason(orders.parent) in {f"{orders.name} changed", "it does not answer"}


def test_an_order_whose_rows_go_on_in_the_new_lines_is_read_with_them(orders: Path) -> None:
    write_text(orders, [row("o3", 30, order_amount=None, customer_id=None), *FEBRUARY])
    assert str(_reason(orders.parent)).endswith("goes on in its new lines")


@pytest.mark.parametrize(
    "tail",
    [
        "\nc1,o4,north,s,tent,paid,5.00,2025-01-20 00:00\n",
        "c1,o4,north,s,tent,paid,5.00,2025-01-20 00:00\rc1,o5,north,s,tent,paid,5.00,2025-01-20 00:00\n",
        "c1,o4,north,s,tent,paid,5.00,20/01/2025 00:00\n",
    ],
)
def test_new_lines_that_may_be_read_otherwise_are_read_with_the_old_ones(tmp_path: Path, tail: str) -> None:
    path = tmp_path / "orders.csv"
    write_text(path, JANUARY)
    assert _reason(tmp_path) == "nothing is kept yet"
    with path.open("a", newline="") as file:
        file.write(tail)
    assert _reason(tmp_path) is not None


@pytest.mark.parametrize("end", ["c1,o4,north,s,te", 'c1,o4,north,s,"tent,paid,5.00,2025-01-20 00:00\n'])
def test_a_file_that_ended_within_a_record_is_read_again(tmp_path: Path, end: str) -> None:
    path = tmp_path / "orders.csv"
    write_text(path, JANUARY)
    with path.open("a", newline="") as file:
        file.write(end)
    _reason_if_read(tmp_path)
    with path.open("a", newline="") as file:
        file.write('",paid,5.00,2025-01-20 00:00\nc2,o5,north,s,tent,paid,5.00,2025-01-20 00:00\n')
    assert _reason_if_read(tmp_path) != "used"


def _reason_if_read(folder: Path) -> str | None:
    run = run_twice(folder, latest_export="rejected")
    return None if run is None else why_not(run) or "used"


def test_a_compressed_file_that_grew_is_read_again(tmp_path: Path) -> None:
    plain, packed = tmp_path / "orders.csv", tmp_path / "orders.csv.gz"
    write_text(plain, JANUARY)
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    assert _reason(tmp_path) == "nothing is kept yet"
    with packed.open("ab") as file:
        file.write(gzip.compress(b"c1,o4,north,s,tent,paid,5.00,2025-01-20 00:00\n"))
    assert _reason(tmp_path) == "orders.csv.gz changed"


HEADER, LINE = b"a,b\n", b"3,4\n"


def _cut(path: Path, known: bytes, tail: bytes, form: str, quote: str) -> Path:
    """Return the file that has the new lines of a file alone; its header is a line of its own."""
    path.write_bytes(known + tail)
    options = SimpleNamespace(quote=quote)
    file: Any = SimpleNamespace(source=path, path=path, format=form, options=options, read_from=lambda place: place)
    cut: Any = cut_tail(file, FileFacts(sha256="", bytes=len(known), lines_above=1))
    return Path(cut)


@pytest.mark.parametrize(
    ("known", "tail"),
    [
        (b"1\n", LINE),
        (b"1\r\n", b"3\r\n"),
        (HEADER + b'"1","2"\n', LINE),
        (HEADER + b'"1","a ""b"""\n', b"3,[4\n"),
    ],
)
def test_new_lines_stand_below_the_header(tmp_path: Path, known: bytes, tail: bytes) -> None:
    place = _cut(tmp_path / "orders.csv", known, tail, "csv", "minimal")
    assert place.read_bytes() == known[: known.index(b"\n") + 1] + tail
    assert place.parent == process_temp_dir()


@pytest.mark.parametrize(("form", "quote"), [("ndjson", "minimal"), ("csv", "none")])
def test_where_a_quote_sign_opens_nothing_any_number_of_them_may_stand(tmp_path: Path, form: str, quote: str) -> None:
    assert _cut(tmp_path / "orders", HEADER + b'1,2"\n', LINE, form, quote).read_bytes() == HEADER + LINE


@pytest.mark.parametrize(
    ("known", "tail"),
    [
        (b"\x1f\x8b,b\n", LINE),
        (b"a\0,\0b\0\n", LINE),
        (b" [\n", LINE),
        (HEADER + b"1,2", LINE),
        (HEADER + b"\n", LINE),
        (b"a,b\r\n\r\n", LINE),
        (b"\n", LINE),
        (b'"a,b\n', LINE),
        (HEADER + b'1,"2\n', LINE),
        (HEADER, b"\n" + LINE),
        (HEADER, b"\r\n" + LINE),
        (HEADER, b"3,4\r5,6\n"),
    ],
)
@pytest.mark.parametrize("block", [1, BLOCK])
def test_a_file_whose_records_may_not_end_where_it_ended_is_not_cut(
    tmp_path: Path, known: bytes, tail: bytes, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "BLOCK", max(block, len(known) // 2 + 1))
    with pytest.raises(UnusableStateError, match=r"orders\.csv changed"):
        _cut(tmp_path / "orders.csv", known, tail, "csv", "minimal")


def test_files_that_are_new_or_grew_are_named_and_each_is_known_as_it_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "YOUNG_NS", -(10**18))
    known, grown, new = paths = [tmp_path / f"{name}.csv" for name in "abc"]
    for path in (known, grown):
        write_text(path, [row(f"{path.stem}1", 1), row(f"{path.stem}2", 2)])
    assert _reason(tmp_path) == "nothing is kept yet"
    write_text(grown, [row("b3", 3)])
    write_text(new, [row("c1", 1)])

    run = run_twice(tmp_path, latest_export="rejected")

    assert run is not None
    assert run.state is not None
    assert run.state.read_anew == (str(grown), str(new))
    assert run.state.memo is not None
    assert {name: (one.bytes, one.sha256, one.state) for name, one in run.state.memo.files.items()} == {
        str(path): (path.stat().st_size, take_sha256(path.read_bytes()), run.state.states[str(path)]) for path in paths
    }

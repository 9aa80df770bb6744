"""Every fault that is planted in orders is found where it was planted, and no other."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, NamedTuple

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.terminal import read_rows, record_of, rfm

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.terminal import Answer

HEADERS = ("客户编号", "订单号", "省份", "产品名称", "订单金额(元)", "下单时间", "订单状态")
WHO, ORDER, REGION, GOODS, AMOUNT, TIME, STATUS = range(len(HEADERS))
RULES = (
    *("--as-of", "2025-07-01", "--since", "2024-07-01", "--keep-status", "paid", "--quiet"),
    *("--amount-style", "point", "--order-time-format", "ymd", "--latest-export", "rejected"),
)
Cells = tuple[str, ...]


class Fault(NamedTuple):
    """What is written into a sound row, and what becomes of it: a fate, or a reject's reason."""

    place: int
    text: str
    fate: str


class Source(NamedTuple):
    """A kind of file: its name, the row that its first record is, what is said of it, and how it is written."""

    name: str
    first_row: int
    options: tuple[str, ...]
    written: Callable[[Path, list[Cells]], object]


REASONS = {
    "missing": [(WHO, ""), (ORDER, ""), (REGION, ""), (AMOUNT, ""), (TIME, "")],
    "not a time": [(TIME, text) for text in ("soon", "2025-02-29", "2025-13-01", "2025-06-31", "1.5", "20256-01-01")],
    "not an amount": [(AMOUNT, text) for text in ("abc", "1,23", "1.234,50", "1 2", "five", "五", "1e", "0x1F", "NaN")],
    "out of range": [(AMOUNT, text) for text in ("100000000000", "99999999999.995", "1e11", "9" * 40)],
    "not positive": [(AMOUNT, text) for text in ("0", "-5.00", "-¥1,234.50", "0.004", "-0")],
    "outside_window": [(TIME, "2025-07-02"), (TIME, "2024-06-30 23:59:59"), (TIME, "2999-01-01")],
    "other_status": [(STATUS, "cancelled"), (STATUS, "")],
}
FAULTS = [Fault(place, text, fate) for fate, cells in REASONS.items() for place, text in cells]
TORN, REPEAT, CONFLICT = Fault(TIME, "", "too many fields"), Fault(0, "", "duplicates"), Fault(0, "", "conflicting")


def frame(rows: list[Cells]) -> pl.DataFrame:
    return pl.DataFrame(rows, HEADERS, orient="row", infer_schema_length=None)


def csv_source(separator: str, encoding: str, end: str, *options: str) -> Source:
    quoting: Literal[0, 1] = (
        csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL
    )  # Python leaves "\n" bare beside other line ends

    def written(path: Path, rows: list[Cells]) -> None:
        with path.open("w", newline="", encoding=encoding) as file:
            writer = csv.writer(file, delimiter=separator, lineterminator=end, quoting=quoting)
            writer.writerows([HEADERS, *rows])

    return Source("csv", 2, options, written)


def write_json(path: Path, rows: list[Cells]) -> None:
    lines = [json.dumps(dict(zip(HEADERS, row, strict=True)), ensure_ascii=False) + "\n" for row in rows]
    path.write_text("".join(lines), "utf-8")


CSV = [
    csv_source(",", "utf-8", "\n"),
    csv_source(";", "utf-8-sig", "\r\n"),
    csv_source("\t", "utf-16", "\r\n"),
    csv_source(",", "gb18030", "\r", "--encoding", "gb18030"),
]
SOURCES = [
    *CSV,
    Source("parquet", 1, (), lambda path, rows: frame(rows).write_parquet(path)),
    Source("arrow", 1, (), lambda path, rows: frame(rows).write_ipc(path)),
    Source("ndjson", 1, (), write_json),
    Source("xlsx", 2, (), lambda path, rows: frame(rows).write_excel(path)),
]


def sound(number: int) -> Cells:
    """Return an order that counts; no two share an order id."""
    time = datetime(2024, 7, 1) + timedelta(hours=number * 37 % 8_700)
    goods = ("帐篷", "rope, 5 m", 'a "quoted" lamp', "two\nlines", "")[number % 5]
    amount = (f"{number}.50", f"¥{number * 1_000:,}.10", f"{number}e2", f"０{number}")[number % 4]
    return (f"{number % 7:03}", f"A{number}", ("四川省", "山东省")[number % 2], goods, amount, str(time), "paid")


def plant(order: Cells, fault: Fault) -> list[tuple[Cells, str]]:
    """Return the rows that a fault makes of a sound order, each with what becomes of it."""
    if fault is REPEAT:
        return [(order, "used"), (order, "duplicates")]
    if fault is CONFLICT:
        return [(order, "conflicting"), ((*order[:AMOUNT], "7.77", *order[TIME:]), "conflicting")]
    if fault is TORN:
        return [((*order, "x"), "too many fields")]
    return [((*order[: fault.place], fault.text, *order[fault.place + 1 :]), fault.fate)]


def reject(cells: Cells, fate: str, fault: Fault) -> tuple[str, str, str]:
    """Return the column, the value and the reason that rejects.csv tells."""
    place = ORDER if fault is CONFLICT else fault.place
    return HEADERS[place], f"{cells[TIME]} [too many fields]" if fault is TORN else cells[place], fate


@settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(SOURCES), st.integers(1, 3), st.integers(30, 60))
def test_every_planted_fault_is_found_where_it_was_planted(
    data: st.DataObject, source: Source, files: int, orders: int
) -> None:
    kinds = [*FAULTS, REPEAT, CONFLICT, *([TORN] if source in CSV else [])]
    faults = data.draw(st.lists(st.sampled_from(kinds), max_size=12))
    faults = [fault for fault in faults if fault is not CONFLICT] + [CONFLICT] * min(faults.count(CONFLICT), 4)
    rows = [(sound(number), "used", REPEAT) for number in range(1, orders)]
    for number, fault in enumerate(faults, start=orders):
        rows += [(*made, fault) for made in plant(sound(number), fault)]
    rows = data.draw(st.permutations(rows))
    parts = [rows[part::files] for part in range(files)]

    with TemporaryDirectory() as folder:
        paths = [Path(folder) / f"part-{part}.{source.name}" for part in range(files)]
        for path, part in zip(paths, parts, strict=True):
            source.written(path, [cells for cells, _, _ in part])
        answer = run(Path(folder), source)
        assert answer.code == 0, answer.err
        ledger = record_of(Path(folder) / "output" / "planted")["ledger"]
        found = lost(Path(folder))

    fates = Counter(fate for _, fate, _ in rows)
    counted = ("used", "duplicates", "outside_window", "other_status")
    expected = sorted(
        (str(path), row, *reject(cells, fate, fault))
        for path, part in zip(paths, parts, strict=True)
        for row, (cells, fate, fault) in enumerate(part, start=source.first_row)
        if fate not in counted
    )
    assert found == expected
    assert {fate: ledger[fate] for fate in counted} == {fate: fates[fate] for fate in counted}
    assert ledger["read"] == len(rows)
    assert ledger["rejected"] == len(expected)
    assert ledger["rejected_by_reason"] == Counter(f"{column}: {why}" for _, _, column, _, why in expected)


def run(folder: Path, source: Source) -> Answer:
    orders = folder / f"*.{source.name}"
    return rfm("run", "--orders", orders, *RULES, *source.options, "--name", "planted", "--output", folder / "output")


def lost(folder: Path) -> list[tuple[str, int, str, str, str]]:
    """Return the rejects; the quote before a value that a spreadsheet would run is none of it."""
    rows = read_rows(folder / "output" / "planted" / "rejects.csv")
    return [
        (row["file"], int(row["row"]), row["column"], row["value"].removeprefix("'"), row["reason"]) for row in rows
    ]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_kind_of_fault_at_once_is_found_in_every_format(source: Source, tmp_path: Path) -> None:
    kinds = [*FAULTS, *([TORN] if source in CSV else [])]
    rows = [(plant(sound(number), fault)[0][0], fault) for number, fault in enumerate(kinds, start=1)]
    source.written(tmp_path / f"all.{source.name}", [*(cells for cells, _ in rows), sound(999)])

    answer = run(tmp_path, source)

    assert answer.code == 0, answer.err
    expected = [
        (str(tmp_path / f"all.{source.name}"), row, *reject(cells, fault.fate, fault))
        for row, (cells, fault) in enumerate(rows, start=source.first_row)
        if fault.fate not in ("outside_window", "other_status")
    ]
    assert lost(tmp_path) == expected


TYPED_TIMES = [datetime(2025, 1, 5), None, datetime(2025, 7, 2), datetime(2025, 1, 6), datetime(2025, 1, 7)]


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_faults_of_typed_columns_are_found_too(form: str, tmp_path: Path) -> None:
    times = pl.Series(TYPED_TIMES).cast(pl.Datetime("ms"))
    beyond = pl.Series([2**62], dtype=pl.Int64).cast(pl.Datetime("ms"))
    amounts = pl.Series([10**12, 100, 100, -5, None, 100], dtype=pl.Int64)
    orders = pl.DataFrame({"customer_id": [1, 2, 3, 4, 5, 6], "order_amount": amounts, "date": times.append(beyond)})
    orders = pl.concat([orders, orders[:1].with_columns(order_amount=pl.lit(7, pl.Int64))])
    path = tmp_path / f"typed.{form}"
    orders.write_parquet(path) if form == "parquet" else orders.write_ipc(path)

    answer = rfm("run", "--orders", path, "--as-of", "2025-07-01", "--output", tmp_path, "--quiet")

    assert (answer.code, answer.err) == (0, "")
    found = [tuple(row.values())[1:] for row in read_rows(tmp_path / "typed" / "rejects.csv")]
    assert found == [
        ("1", "order_amount", "1000000000000", "out of range"),
        ("2", "date", "", "missing"),
        ("4", "order_amount", "-5", "not positive"),
        ("5", "order_amount", "", "missing"),
        ("6", "date", str(2**62), "not a time"),
    ]
    ledger = record_of(tmp_path / "typed")["ledger"]
    assert (ledger["read"], ledger["used"], ledger["outside_window"], ledger["rejected"]) == (7, 1, 1, 5)

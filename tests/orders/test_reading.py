"""Files as they come: right rows, or one clear error."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rfm_engine.errors import DataError, RfmError, UsageError
from rfm_engine.orders.parsing import time_fault
from rfm_engine.orders.paths import find_order_files
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.readers.columnar import INFERRED_LINES
from rfm_engine.orders.readers.diagnosis import diagnose
from rfm_engine.orders.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

HEADER = ["customer_id", "order_id", "order_amount", "order_time", "region"]
ROWS = [
    ["007", "a1", "0.29", "2025-07-01", "四川"],
    ["17850", "a2", "1234.50", "2025-07-02 13:04:05", "山东"],
    ["c,3", "a3", "-5.00", "2024-02-29", "四川"],
]
TYPED = [
    ("007", "a1", "四川", 29, datetime(2025, 7, 1)),
    ("17850", "a2", "山东", 123450, datetime(2025, 7, 2, 13, 4, 5)),
    ("c,3", "a3", "四川", -500, datetime(2024, 2, 29)),
]
COLUMNS = ("customer_id", "order_id", "region", "order_amount_fen", "order_time")


def csv_text(separator: str = ",", end: str = "\n") -> str:
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in [HEADER, *ROWS]]
    return "".join(separator.join(row) + end for row in quoted)


def write(folder: Path, content: bytes | str, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def collect(paths: Sequence[Path], options: ReadOptions | None = None) -> pl.DataFrame:
    """Return the rows as a run does: a fault that shows while they are collected is explained."""
    orders = read(paths, options or ReadOptions())
    try:
        return orders.frame.collect(engine="streaming").sort("source_file", "source_row")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise diagnose(error, orders.paths, options) from error


def is_whole(frame: pl.DataFrame, first_row: int = 2) -> bool:
    rows = list(range(first_row, first_row + len(ROWS)))
    return frame.select(COLUMNS).rows() == TYPED and frame["source_row"].to_list() == rows


def test_the_columns_stand_in_the_promised_order(tmp_path: Path) -> None:
    result = collect([write(tmp_path, csv_text())])

    assert result.columns == [
        "customer_id",
        "order_id",
        "region",
        "order_amount_fen",
        "order_amount_rounded",
        "order_time",
        "order_amount_text",
        "order_time_text",
        "source_file",
        "source_row",
        "row",
    ]
    assert result["source_file"].unique().to_list() == [str(tmp_path / "orders.csv")]


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_the_separator_is_the_one_in_the_header(tmp_path: Path, separator: str) -> None:
    options = ReadOptions(separator=separator if separator == "|" else None)

    assert is_whole(collect([write(tmp_path, csv_text(separator))], options))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-8-sig", "utf-8"),
        ("utf-16", None),
        ("utf-32", None),
        ("gbk", "gbk"),
        ("gb18030", "gb18030"),
        ("utf-16-le", "utf-16-le"),
    ],
)
def test_the_encoding_and_the_line_ends_change_nothing(
    tmp_path: Path, end: str, encoding: str, declared: str | None
) -> None:
    path = write(tmp_path, csv_text(end=end).encode(encoding))

    assert is_whole(collect([path], ReadOptions(encoding=declared)))


def test_line_ends_may_be_mixed(tmp_path: Path) -> None:
    lines = csv_text().split("\n")

    assert is_whole(collect([write(tmp_path, f"{lines[0]}\r\n{lines[1]}\n{lines[2]}\r{lines[3]}")]))


@pytest.mark.parametrize("end", ["\n", ""])
def test_the_last_line_needs_no_end(tmp_path: Path, end: str) -> None:
    assert is_whole(collect([write(tmp_path, csv_text().rstrip("\n") + end)]))


def test_quotes_guard_line_ends_separators_and_quotes(tmp_path: Path) -> None:
    text = '"customer\nid ",amount ,"date"\n"a\nb","1,234.50",2025-07-01\n"say ""x""",2,2025-07-02\n'

    result = collect([write(tmp_path, text)], ReadOptions(columns={"customer_id": "customer\nid"}))

    assert result["customer_id"].to_list() == ["a\nb", 'say "x"']
    assert result["order_amount_fen"].to_list() == [123450, 200]
    assert result["source_row"].to_list() == [2, 3]


def test_headers_may_have_trailing_blanks_and_full_width_brackets(tmp_path: Path) -> None:
    result = collect([write(tmp_path, '\ufeff客户编号 ,"订单金额（元） ",下单时间\na,1,2025-07-01\n')])

    assert result["order_amount_fen"].to_list() == [100]


def test_white_space_around_text_is_none_of_it(tmp_path: Path) -> None:
    result = collect([write(tmp_path, "customer_id,amount,date,region\n\u3000a\u00a0, 1 ,2025-07-01 ,\u3000\n")])

    assert result.select("customer_id", "region", "order_amount_fen").row(0) == ("a", None, 100)


def test_lines_above_the_header_are_skipped_when_stated_and_hinted_at_when_not(tmp_path: Path) -> None:
    path = write(tmp_path, f"店铺订单导出 2025-07\n\n{csv_text()}")

    assert is_whole(collect([path], ReadOptions(skip_lines=2)), first_row=4)
    with pytest.raises(DataError, match=r"line 3: state --skip-lines 2"):
        read([path], ReadOptions())


def test_compressed_csv_is_read_and_a_cut_one_refused(tmp_path: Path) -> None:
    packed = gzip.compress(csv_text().encode("gb18030"))
    whole = write(tmp_path, packed, "a.csv.gz")

    assert is_whole(collect([whole], ReadOptions(encoding="gb18030")))
    with pytest.raises(DataError, match="cut off"):
        read([write(tmp_path, packed[:-9], "b.csv.gz")], ReadOptions())


@pytest.mark.parametrize("extra", [1, 2])
def test_a_row_with_too_many_fields_is_a_reject(tmp_path: Path, extra: int) -> None:
    text = csv_text() + "d,a4,1,2025-07-01,r" + ",9" * extra + "\n"

    result = collect([write(tmp_path, text)])

    torn = result.filter(pl.col("order_time").is_null())
    assert torn.select("source_row", time_fault().alias("fault")).rows() == [(5, "too many fields")]
    assert result.height == 4


def test_separators_at_the_end_of_a_row_are_no_fields(tmp_path: Path) -> None:
    result = collect([write(tmp_path, csv_text() + "d,a4,1,2025-07-01,r,,\n")])

    assert result["order_time"].null_count() == 0


def test_a_row_with_far_too_many_fields_stops_with_its_number(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text() + "d,a4,1,2025-07-01,r,1,2,3\n")

    with pytest.raises(DataError, match=r"orders\.csv: more fields than headers in row 5;"):
        collect([path])


def test_a_row_with_too_few_fields_lacks_the_last(tmp_path: Path) -> None:
    result = collect([write(tmp_path, csv_text() + "合计,,1234.50\n")])

    assert result.filter(pl.col("order_time").is_null())["source_row"].to_list() == [5]


@pytest.mark.parametrize("row", ['d,"a4,1,2025-07-01,r', 'd,a"4,1,2025-07-01,r', 'd,"a"4,1,2025-07-01,r'])
def test_a_stray_quote_stops_with_its_place(tmp_path: Path, row: str) -> None:
    path = write(tmp_path, f"{csv_text()}{row}\n{csv_text().partition(chr(10))[2]}")

    with pytest.raises(DataError, match=r"orders\.csv: .*quote.* near line"):
        collect([path])


def test_an_open_quote_in_a_column_that_nobody_needs_loses_no_row_silently(tmp_path: Path) -> None:
    text = (
        'customer_id,amount,date,note\na,1,2025-07-01,"5 inch\nb,2,2025-07-01,x\nc,3,2025-07-01,"y\nd,4,2025-07-01,z\n'
    )

    with pytest.raises(DataError, match="quote"):
        collect([write(tmp_path, text)])


@pytest.mark.parametrize(
    ("content", "declared", "offset"),
    [
        (csv_text().encode("gbk"), None, 55),
        (b"customer_id,amount,date\na\xff,1,2025-07-01\n", None, 25),
        (b"customer_id,amount,date\na\xff,1,2025-07-01\n", "gb18030", 25),
        (b"customer_id,amount,date\n" + b"a,1,2025-07-01\n" * 200_000 + b"\xe5", None, 24 + 15 * 200_000),
    ],
)
def test_undecodable_bytes_are_refused_with_their_offset(
    tmp_path: Path, content: bytes, declared: str | None, offset: int
) -> None:
    path = write(tmp_path, content)

    with pytest.raises(DataError, match=r"orders\.csv: byte \d+ .*--encoding") as refused:
        collect([path], ReadOptions(encoding=declared))
    with pytest.raises(UnicodeDecodeError) as python:
        content.decode(declared or "utf-8")
    assert f"byte {python.value.start} " in str(refused.value)
    assert offset <= python.value.start + 100


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xef\xbb\xbf", "header"),
        (b"\0" * 40, "null bytes"),
        (csv_text().encode("utf-16-le"), "--encoding utf-16"),
        (b"a,b,c\n1,2,3\n", "--column customer_id="),
        (",".join(f"c{number}" for number in range(2_001)).encode(), "2,001 columns"),
        (b"x" * (1 << 20), "longer than"),
        (b"PK\x03\x04 and so on", "--column"),
    ],
)
def test_what_is_no_table_of_orders_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words) as refused:
        collect([write(tmp_path, content)])

    assert len(str(refused.value)) < 1_000


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_header_alone_is_no_orders(tmp_path: Path, end: str) -> None:
    assert collect([write(tmp_path, ",".join(HEADER) + end)]).height == 0


def test_a_null_byte_in_a_cell_is_no_digit(tmp_path: Path) -> None:
    result = collect([write(tmp_path, "customer_id,amount,date\na,1\x002,2025-07-01\nb,2,2025-07-01\n")])

    assert result["order_amount_fen"].to_list() == [None, 200]


def test_times_with_an_offset_need_a_time_zone(tmp_path: Path) -> None:
    path = write(tmp_path, "customer_id,amount,date\na,1,2025-06-30T16:30:00Z\n")

    with pytest.raises(DataError, match="--time-zone"):
        read([path], ReadOptions())
    assert collect([path], ReadOptions(time_zone="Asia/Shanghai"))["order_time"].item().date() == date(2025, 7, 1)


def test_files_of_different_columns_and_types_stand_below_each_other(tmp_path: Path) -> None:
    csv = write(tmp_path, "region,customer_id,amount,date\nr,007,1.50,2025-07-01\n")
    parquet = tmp_path / "b.parquet"
    pl.DataFrame({"user id": [7], "金额": [2], "date": [date(2025, 7, 2)], "shop": ["s"]}).write_parquet(parquet)

    result = read([csv, parquet], ReadOptions())

    frame = result.frame.collect().sort("source_file")
    assert frame.columns[:3] == ["customer_id", "store_code", "region"]
    assert set(frame.select("customer_id", "store_code", "region", "order_amount_fen", "source_row").rows()) == {
        ("7", "s", None, 200, 1),
        ("007", None, "r", 150, 2),
    }
    assert result.mapping[str(parquet)]["order_amount"] == "金额"
    assert result.dtypes[str(parquet)]["order_time"] == "Date"


WRITERS: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    ".csv": pl.DataFrame.write_csv,
    ".parquet": pl.DataFrame.write_parquet,
    ".ndjson": pl.DataFrame.write_ndjson,
    ".arrow": pl.DataFrame.write_ipc,
    ".xlsx": pl.DataFrame.write_excel,
}


def orders_frame() -> pl.DataFrame:
    amounts, times = pl.col("order_amount").cast(pl.Float64), pl.Series([row[4] for row in TYPED])
    return pl.DataFrame(ROWS, schema=HEADER, orient="row").with_columns(amounts, order_time=times)


def test_parquet_and_arrow_and_json_lines_are_read(tmp_path: Path) -> None:
    orders_frame().write_parquet(tmp_path / "a.parquet")
    orders_frame().write_ipc(tmp_path / "a.arrow")
    lines = [json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in ROWS]

    assert is_whole(collect([tmp_path / "a.parquet"]), first_row=1)
    assert is_whole(collect([tmp_path / "a.arrow"]), first_row=1)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = write(tmp_path, "\n".join(lines).encode(encoding), "a.ndjson")
        assert is_whole(collect([path]), first_row=1)


@pytest.mark.parametrize(
    "late", ['"order_status":"cancelled"', '"order_status" : "cancelled"', '"order\\u005fstatus":"x"']
)
def test_a_key_of_json_is_seen_wherever_it_first_stands(tmp_path: Path, late: str) -> None:
    row = json.dumps(dict(zip(HEADER, ROWS[0], strict=True)))[:-1]
    path = write(tmp_path, f"{row}}}\n" * (INFERRED_LINES + 1) + f"{row},{late}}}\n", "a.ndjson")

    result = read([path], ReadOptions())

    assert "order_status" in result.mapping[str(path)]
    assert result.frame.collect()["order_status"].null_count() == INFERRED_LINES + 1


def test_hive_folders_give_columns_of_text_and_rows_are_counted_within_their_file(tmp_path: Path) -> None:
    for number, row in enumerate(ROWS):
        folder = tmp_path / f"region={row[4]}" / f"store_code=00{number}"
        folder.mkdir(parents=True)
        pl.concat([orders_frame()[number : number + 1]] * 2).drop("region").write_parquet(folder / "0.parquet")

    result = read(find_order_files(["."], tmp_path), ReadOptions())

    frame = result.frame.collect().sort("source_file", "source_row")
    assert sorted(frame["source_row"]) == [1, 1, 1, 2, 2, 2]
    assert set(frame.select("customer_id", "region", "store_code").rows()) == {
        ("007", "四川", "000"),
        ("17850", "山东", "001"),
        ("c,3", "四川", "002"),
    }
    assert result.frame.explain().count("Parquet SCAN") == 1


def test_numbers_of_a_row_and_its_file_cost_nothing_when_not_selected(tmp_path: Path) -> None:
    for number in range(2):
        orders_frame().write_parquet(tmp_path / f"{number}.parquet")
    paths = [write(tmp_path, csv_text()), *find_order_files(["*.parquet"], tmp_path)]

    plan = read(paths, ReadOptions()).frame.select("customer_id").explain()

    assert "ROW_INDEX" not in plan
    assert "replace" not in plan
    assert "amount" not in plan


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.xlsx"])
@pytest.mark.parametrize("kept", [0, 3, 0.5, -6])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, name: str, kept: float) -> None:
    path = tmp_path / name
    WRITERS[path.suffix](orders_frame(), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept) if kept == 0.5 else int(kept)])

    with pytest.raises(DataError, match=rf"{name}: .*(again|CSV)"):
        collect([path])


def test_the_one_damaged_file_of_many_is_named(tmp_path: Path) -> None:
    for number in range(5):
        orders_frame().write_parquet(tmp_path / f"{number}.parquet")
    damaged = tmp_path / "3.parquet"
    content = damaged.read_bytes()
    damaged.write_bytes(content[:4] + b"\0" * 80 + content[84:])

    with pytest.raises(DataError, match=r"3\.parquet: not a whole Parquet file"):
        collect(find_order_files(["*"], tmp_path))


@pytest.mark.parametrize("line", ['{"customer_id": "a"', "[1]", "x", '{"a": NaN}', '{"a":1} {"a":2}'])
def test_a_broken_line_of_json_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    good = json.dumps(dict(zip(HEADER, ROWS[0], strict=True)))
    path = write(tmp_path, f"{good}\n\n{good}\n{line}\n{good}\n", "a.ndjson")

    with pytest.raises(DataError, match=r"a\.ndjson: line 4 is no JSON object"):
        collect([path])


def test_numbers_of_json_stay_the_ids_and_amounts_they_are(tmp_path: Path) -> None:
    text = '{"customer_id":123456789012345678,"amount":0.29,"date":20250701}\n'
    text += '{"customer_id":"007","amount":"1","date":"x"}\n'

    result = collect([write(tmp_path, text, "a.jsonl")])

    assert result["customer_id"].to_list() == ["123456789012345678", "007"]
    assert result["order_amount_fen"].to_list() == [29, 100]
    assert result["order_time"].to_list() == [datetime(2025, 7, 1), None]


def workbook(path: Path, sheets: dict[str, list[list[Any]]], down: int = 0) -> Path:
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(down + number, 1, row)
    book.close()
    return path


def test_a_workbook_gives_ids_as_written_dates_as_dates_and_the_rows_of_the_sheet(tmp_path: Path) -> None:
    orders: list[list[Any]] = [
        ["customer_id", "amount", "date"],
        [17850, 0.29, datetime(2025, 7, 1, 13, 4, 5)],
        [],
        ["007", "¥1,234.50", "2025/7/2"],
        [1.5, 1e10, 20250703],
    ]
    path = workbook(tmp_path / "a.xlsx", {"notes": [["x"]], "orders": orders}, down=3)

    result = collect([path], ReadOptions(sheet="orders"))

    assert result["customer_id"].to_list() == ["17850", "007", "1.5"]
    assert result["order_amount_fen"].to_list() == [29, 123450, 10**12]
    assert [time.date() for time in result["order_time"]] == [date(2025, 7, 1), date(2025, 7, 2), date(2025, 7, 3)]
    assert result["source_row"].to_list() == [5, 7, 8]


def test_a_sheet_that_is_not_there_and_a_blank_one_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"orders": [], "other": [["x"]]})

    with pytest.raises(UsageError, match="'orders', 'other'"):
        read([path], ReadOptions(sheet="ordrs"))
    with pytest.raises(DataError, match="no header row"):
        read([path], ReadOptions())


def test_a_workbook_that_would_unpack_to_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
        for _ in range(80):
            sheet.write(b"\0" * (1 << 20))

    with pytest.raises(DataError, match="would unpack"):
        read([path], ReadOptions())


def test_patterns_find_files_folders_and_globs_once_each_and_sorted(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "in/c.parquet", "in/_tmp/d.csv", "in/.e.csv", "in/readme.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert find_order_files(["*.csv", "in"], tmp_path) == [
        tmp_path / name for name in ("a.csv", "b.csv", "in/c.parquet")
    ]


def test_patterns_without_a_file_and_files_named_twice_are_all_told(tmp_path: Path) -> None:
    write(tmp_path, "", "a.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")

    with pytest.raises(UsageError, match=r"'b\.csv', 'no\*'"):
        find_order_files(["a.csv", "b.csv", "no*"], tmp_path)
    with pytest.raises(UsageError, match=r"more than once: .*link\.csv"):
        find_order_files(["*.csv"], tmp_path)
    with pytest.raises(UsageError, match=r"more than once: .*a\.csv"):
        find_order_files(["a.csv", "./a.csv"], tmp_path)


@pytest.mark.parametrize(
    "keys",
    [
        {"encoding": "gb1803"},
        {"encoding": "rot13"},
        {"separator": ",,"},
        {"separator": '"'},
        {"time_zone": "Asia/Shangai"},
        {"time_zone": "../etc"},
        {"unit": "jiao"},
        {"skip_lines": -1},
        {"skip_lines": 10**20},
        {"order_time_format": "epoch_seconds"},
        {"other": 1},
    ],
)
def test_a_source_that_cannot_be_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ReadOptions(**keys)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from(["a.csv", "a.ndjson"]))
def test_any_change_of_text_ends_in_rows_or_in_one_error(tmp_path: Path, data: st.DataObject, name: str) -> None:
    path = tmp_path / name
    WRITERS[path.suffix](orders_frame(), path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)

    try:
        result = collect([path])
    except RfmError as error:
        assert name in str(error)  # noqa: PT017 rows are as good an end
    else:
        assert result.columns

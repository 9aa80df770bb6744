"""Text that a spreadsheet would run as a formula is escaped in CSV files and workbooks, and nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zipfile import ZipFile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.columns import CHINESE
from rfm_engine.output.csv_injection import FIRST, escape_formulas, unescape_formulas
from tests.terminal import done, read_rows, run

if TYPE_CHECKING:
    from pathlib import Path

FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r1", "\n1", "＝1", "＋1", "－1", "＠A1"]
FORMULAS += [
    " =1",
    "\u3000=1",
    "\u00a0+1",
    "\ufeff=1",
    "\u200b=1",
    "\x00=1",
    "'=1",
    "''=1",
    "=cmd|' /C calc'!A0",
    "-2+3",
]
HARMLESS = ["", "007", "a=b", "1-2", "a@b", "1.5", "'quoted'", "' x", "四川", "\x00", " ", "1e5", "(-1)"]


def texts() -> st.SearchStrategy[str]:
    return st.text(st.sampled_from("=+-@\t\r\n;' ＝－\u3000\ufeff\u200b\x00a1|,.\"é") | st.characters(codec="utf-8"))


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert escape_formulas(pl.DataFrame({"id": [text]})).item() == f"'{text}"


@given(texts(), st.booleans())
def test_a_text_among_many_is_escaped_as_it_is_alone(text: str, has_few_others: bool) -> None:  # noqa: FBT001 drawn
    others = [f"c{0 if has_few_others else row}" for row in range(FIRST)]

    result = escape_formulas(pl.DataFrame({"id": [*others, text]}))["id"].to_list()

    assert result == [*others, escape_formulas(pl.DataFrame({"id": [text]})).item()]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a;=1+1;b", "a;'=1+1;b"),
        ("a;'=1", "a;''=1"),
        ("a\n+1", "a\n'+1"),
        ("a; \u3000-1", "a;' \u3000-1"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r'=1"),
        ("=1;=2\n@3", "'=1;'=2\n'@3"),
        ("a;b=1", "a;b=1"),
    ],
)
def test_a_formula_behind_another_list_separator_gets_an_apostrophe_too(text: str, escaped: str) -> None:
    frame = pl.DataFrame({"id": [text]})

    assert escape_formulas(frame).item() == escaped
    assert escape_formulas(frame.rename({"id": text})).columns == [escaped]
    assert unescape_formulas(escape_formulas(frame).lazy()).collect().item() == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert escape_formulas(pl.DataFrame({"id": [text]})).item() == text


@given(st.lists(texts()))
def test_escaped_text_begins_harmlessly_and_can_be_read_back(column: list[str]) -> None:
    result = escape_formulas(pl.DataFrame({"id": column}, schema={"id": pl.String}))

    assert not [text for text in result["id"] if text[:1] in set("=+-@\t\r\n＝＋－＠")]
    assert not [text for text in result["id"] if text.lstrip()[:1] in set("=+-@＝＋－＠")]
    cells = [cell.lstrip()[:1] for text in result["id"] for cell in re.split("[;\r\n]", text)]
    assert not {*cells} & set("=+-@＝＋－＠")
    assert unescape_formulas(result.lazy()).collect()["id"].to_list() == column
    assert result["id"].n_unique() == len(set(column))


def test_numbers_dates_nulls_and_tiers_keep_their_types() -> None:
    given_ = pl.DataFrame(
        {"money": [-5, None], "text": ["x", None], "tier": pl.Series(["A", "B"], dtype=pl.Enum("AB"))}
    )

    assert escape_formulas(given_).equals(given_)
    assert escape_formulas(pl.DataFrame({"t": pl.Series(["-A"], dtype=pl.Enum(["-A"]))})).item() == "'-A"


def hostile(folder: Path) -> Path:
    """Write orders in which every text, and a header, is a formula; some are rejected for their amounts."""
    path = folder / "shop.csv"
    header = "customer_id,order_id,store_code,=region(),product_name,order_amount,order_time\n"
    rows = [f'"{text}x{n}","=o{n}","@s","+r","-p",10,2025-01-0{1 + n % 9}' for n, text in enumerate(FORMULAS)]
    rows += ["c,=o,s,r,p,=1+1,2025-01-01", "c,o1,s,r,p,-5.00,2025-01-01"]
    path.write_text(header + "\n".join(rows), "utf-8", newline="\n")
    return path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_cell_of_a_csv_file_begins_like_a_formula(language: str, tmp_path: Path) -> None:
    options = ("--by", "=region()", "--language", language)

    folder = run(hostile(tmp_path), tmp_path / "output", *options)

    customers, rejects = read_rows(folder / "customers.csv"), read_rows(folder / "rejects.csv")
    assert len(customers) == len(FORMULAS)
    cells = [cell for row in customers for pair in row.items() for cell in pair]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r\n＝＋－＠")]
    names = CHINESE if language == "zh" else {name: name for name in CHINESE}
    assert {(row["'=region()"], row[names["last_product_name"]]) for row in customers} == {("'+r", "'-p")}
    assert [row["值" if language == "zh" else "value"] for row in rejects] == [
        "'=1+1",
        "-5.00",
    ]  # a plain number is none


def test_columnar_files_and_lines_of_json_keep_the_text(tmp_path: Path) -> None:
    formats = ("--format", "parquet", "--format", "ndjson", "--by", "=region()")

    folder = run(hostile(tmp_path), tmp_path / "output", *formats)

    for frame in (pl.read_parquet(folder / "customers.parquet"), pl.read_ndjson(folder / "customers.ndjson")):
        assert set(frame["=region()"]) == {"+r"}
        assert set(frame["last_product_name"]) == {"-p"}


def test_a_workbook_keeps_the_text_and_marks_it_as_text(tmp_path: Path) -> None:
    folder = run(hostile(tmp_path), tmp_path / "output", "--format", "xlsx", "--by", "=region()")

    frame = pl.read_excel(folder / "customers.xlsx")
    assert set(frame["last_product_name"]) == {"-p"}
    with ZipFile(folder / "customers.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert styles.count('quotePrefix="1"') >= 1


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_explain_finds_a_customer_by_the_id_as_it_was(form: str, tmp_path: Path) -> None:
    folder = run(hostile(tmp_path), tmp_path / "output", "--by", "=region()", "--format", form)

    assert done("explain", "=1+1x0", "--run", folder).out.startswith("customer =1+1x0, =region() +r")

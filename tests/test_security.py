"""Hostile order files, dataset files and names: nothing runs, nothing leads out, nothing calls home."""

from __future__ import annotations

import ast
import socket
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rfm_engine
from rfm_engine.columns import CHINESE
from rfm_engine.defusing import NUMBER, RUN, as_written, defused
from rfm_engine.errors import UsageError, printable
from rfm_engine.orders.source import expanded_within
from rfm_engine.results import _folder_name
from tests.terminal import AS_OF, done, everything_below, read_rows, rfm, run

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1"]
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
KEYS = "orders = [{}]\nas_of = 2025-07-01\n"


def texts() -> st.SearchStrategy[str]:
    return st.text(st.sampled_from("=+-@\t\r\n' ＝－\u3000\ufeff\u200b\x00a1|,.\"é") | st.characters(codec="utf-8"))


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert defused(pl.DataFrame({"id": [text]})).item() == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert defused(pl.DataFrame({"id": [text]})).item() == text


@given(st.lists(texts()))
def test_defused_text_begins_harmlessly_and_can_be_read_back(column: list[str]) -> None:
    result = defused(pl.DataFrame({"id": column}, schema={"id": pl.String}))

    assert not [text for text in result["id"] if text[:1] in set("=+-@\t\r\n＝＋－＠")]
    assert not [text for text in result["id"] if text.lstrip()[:1] in set("=+-@＝＋－＠")]
    assert as_written(result)["id"].to_list() == column
    assert result["id"].n_unique() == len(set(column))


def test_numbers_dates_nulls_and_tiers_keep_their_types() -> None:
    given_ = pl.DataFrame(
        {"money": [-5, None], "text": ["x", None], "tier": pl.Series(["A", "B"], dtype=pl.Enum("AB"))}
    )

    assert defused(given_).equals(given_)
    assert defused(pl.DataFrame({"t": pl.Series(["-A"], dtype=pl.Enum(["-A"]))})).item() == "'-A"


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
    assert [row["value"] for row in rejects] == ["'=1+1", "-5.00"]  # a plain number is none


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


@pytest.fixture
def fenced(tmp_path: Path) -> Path:
    """A dataset's folder, and order files outside of it that links in it lead to."""
    folder, outside = tmp_path / "in", tmp_path / "out"
    for place in (folder, outside, outside / "deep"):
        place.mkdir()
        (place / "o.csv").write_text("customer_id,order_amount,order_time\nc,5,2025-01-01\n", "utf-8")
    (folder / "link.csv").symlink_to(outside / "o.csv")
    (folder / "folder").symlink_to(outside)
    (folder / "inner.csv").symlink_to(folder / "o.csv")
    return folder


LEADING_OUT = ["../out/o.csv", "../*/o.csv", "x/../../out/o.csv", "OUT/o.csv", "OUT", "/", "link.csv", "l*.csv"]
LEADING_OUT += [
    "folder",
    "folder/o.csv",
    "*/o.csv",
    "**/deep/*.csv",
    "folder/d*",
    "..",
    "C:\\o.csv",
    "..\\o.csv",
    "\\\\host\\o.csv",
]


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("pattern", LEADING_OUT)
def test_a_dataset_file_reads_nothing_outside_its_folder(
    command: str, pattern: str, fenced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stated = pattern.replace("OUT", str(tmp_path / "out"))
    (fenced / "dataset.toml").write_text(KEYS.format(f"'o.csv', '{stated}'"), "utf-8")

    answer = rfm(command, fenced)

    assert answer.code == 2
    assert "outside the dataset's folder" in answer.err or "no order file matches" in answer.err
    assert not (tmp_path / "output").exists()


def test_all_that_leads_out_is_told_at_once(fenced: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        expanded_within(["o.csv", "../out/o.csv", "/etc/hosts", "link.csv"], fenced)

    told = ("../out/o.csv", "/etc/hosts", f"{fenced / 'link.csv'} (a link to {tmp_path / 'out' / 'o.csv'})")
    assert all(one in str(refused.value) for one in told)


@pytest.mark.parametrize("pattern", ["o.csv", "./o.csv", "*.csv", "."])
def test_what_lies_in_the_folder_is_read_also_by_way_of_a_link_to_the_folder(
    pattern: str, fenced: Path, tmp_path: Path
) -> None:
    for name in ("link.csv", "folder", "inner.csv"):
        (fenced / name).unlink()
    (tmp_path / "alias").symlink_to(fenced)

    assert [path.name for path in expanded_within([pattern], tmp_path / "alias")] == ["o.csv"]


def test_a_link_within_the_folder_is_read(fenced: Path) -> None:
    assert expanded_within(["inner.csv"], fenced) == [fenced / "inner.csv"]


@pytest.mark.parametrize("pattern", ["../out/o.csv", "OUT/o.csv", "link.csv", "folder"])
def test_the_command_line_may_name_any_path(
    pattern: str, fenced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fenced)
    done("check", "--orders", pattern.replace("OUT", str(tmp_path / "out")), *AS_OF)


@pytest.mark.parametrize(
    "name", ["..", ".", "../x", "a/b", "a\\b", "/tmp", "C:", ".hidden", "", " ", "a\0b", "a\nb", "*"]
)
def test_a_dataset_s_name_is_no_path(name: str, shop: Path, tmp_path: Path) -> None:
    answer = rfm("run", "--orders", shop, *AS_OF, "--name", name, "--output", tmp_path / "output")

    assert answer.code == 2
    assert list(tmp_path.iterdir()) == []


@given(st.text(min_size=1) | st.sampled_from(["..", ".", "../..", "/etc", "\\", "C:\\x", "~", "a/../../b", "%2E"]))
def test_a_list_s_folder_is_one_folder_below_the_run_s(value: str) -> None:
    result = Path("/run", _folder_name(value))

    assert result.parent == Path("/run")
    assert result.name not in {"", ".", ".."}
    assert "\\" not in result.name


def test_lists_of_hostile_names_stay_within_the_run_s_folder(tmp_path: Path) -> None:
    regions = ["..", ".", "../../up", "/abs", "C:\\x", "~", "a/b"]
    rows = [f"c{n},{region},5,2025-01-01" for n, region in enumerate(regions)]
    orders = tmp_path / "in" / "o.csv"
    orders.parent.mkdir()
    orders.write_text("\n".join(["customer_id,region,order_amount,order_time", *rows]), "utf-8")

    folder = run(orders, tmp_path / "output", "--split")

    assert len(list(folder.glob("*/customers.csv"))) == len(regions)
    files = everything_below(tmp_path)
    assert all(name.startswith(("in/", "output/o/")) for name in files)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Count the connections that are tried, and fail them."""
    tried: list[object] = []

    def refuse(_: socket.socket, address: object) -> None:
        tried.append(address)
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield tried
    assert tried == []


REMOTE = [
    "http://127.0.0.1:1/o.csv",
    "https://h/o.parquet",
    "s3://b/o.parquet",
    "gs://b/*.csv",
    "az://b/o.csv",
    "hf://d/o",
]
REMOTE += ["file:///etc/hosts", "abfss://c@a/o.parquet", "ftp://h/o.csv"]


@pytest.mark.parametrize("remote", REMOTE)
def test_no_remote_path_is_read_whoever_names_it(remote: str, tmp_path: Path, offline: list[object]) -> None:
    (tmp_path / "dataset.toml").write_text(KEYS.format(f"'{remote}'"), "utf-8")

    by_file, by_command = rfm("check", tmp_path), rfm("check", "--orders", remote, *AS_OF)

    assert (by_file.code, by_command.code) == (2, 2)
    assert f"remote paths are not read: {remote}" in by_file.err
    assert f"remote paths are not read: {remote}" in by_command.err
    assert offline == []


@pytest.mark.parametrize("form", ["csv", "parquet", "ndjson", "ipc"])
@pytest.mark.parametrize("name", ["o[1]", "o*", "o?", "s3:", "[x]"])
def test_the_name_of_a_file_is_a_name_and_no_pattern(name: str, form: str, tmp_path: Path) -> None:
    frame = pl.DataFrame({"customer_id": ["right"], "order_amount": ["5"], "order_time": ["2025-01-01"]})
    folder = tmp_path / "h[o]st*"
    (folder / "b").mkdir(parents=True)
    for other in ("o1", "oo", "x", "ox"):
        getattr(frame.with_columns(customer_id=pl.lit("wrong")), f"write_{form}")(folder / f"{other}.{form}")
    with (folder / f"{name}.{form}").open("wb") as file:
        getattr(frame, f"write_{form}")(file)
    (folder / "dataset.toml").write_text(KEYS.format(f"'{name}.{form}'"), "utf-8")

    done("run", folder / "dataset.toml", "--name", "n", "--output", tmp_path / "output")

    assert [row["customer_id"] for row in read_rows(tmp_path / "output" / "n" / "customers.csv")] == ["right"]


FORBIDDEN = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "socket", "ssl", "ftplib"}
FORBIDDEN |= {"smtplib", "http", "xmlrpc", "requests", "httpx", "aiohttp", "urllib3", "urllib.request", "yaml"}
FORBIDDEN |= {"webbrowser", "telnetlib", "asyncio", "code", "codeop"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}


def sources() -> list[Path]:
    return sorted(Path(rfm_engine.__file__).parent.rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.stem)
def test_the_package_evaluates_unpickles_and_connects_to_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    names = set(imported(tree))
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    strewn = {name for name in names if any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN)}
    assert strewn == set()
    assert calls & FORBIDDEN_CALLS == set()


def test_the_look_for_evaluation_would_find_it() -> None:
    tree = ast.parse("import os.path\nfrom urllib import request\nimport pickle")

    assert set(imported(tree)) == {"os.path", "urllib.request", "pickle"}
    assert len(sources()) > 50


def test_a_terminal_shows_control_signs_instead_of_obeying_them(tmp_path: Path) -> None:
    orders = tmp_path / "o.csv"
    orders.write_text("customer_id,region,order_amount,order_time\nc,\x1b[2J\u202e省,5,2025-01-01\n", "utf-8")
    (tmp_path / "dataset.toml").write_text(KEYS.format("'o.csv'") + 'title = "\\u001b]0;x\\u0007"\n', "utf-8")

    shown = done("run", tmp_path, "--name", "n", "--output", tmp_path / "output")
    refused = rfm("run", tmp_path, "--name", "n", "--scheme", "\x1b[31mred")
    asked = rfm("explain", "\x1b[2Jc", "--run", tmp_path / "output" / "n")

    for text in (*shown, *refused, *asked):
        assert not set(str(text)) & set("\x1b\x07\u202e")
    assert "\\x1b[2J\\u202e省" in shown.out
    assert "\\x1b[31mred" in refused.err


@given(st.text())
def test_what_is_shown_keeps_its_lines_and_everything_that_can_be_seen(text: str) -> None:
    result = printable(text)

    assert printable(result) == result
    assert result == text or any(ord(sign) < 32 or ord(sign) > 126 for sign in text)
    assert result.count("\n") == text.count("\n")


def test_the_patterns_of_formulas_and_numbers_stand_at_the_beginning() -> None:
    assert (RUN[0], NUMBER[0], NUMBER[-1]) == ("^", "^", "$")

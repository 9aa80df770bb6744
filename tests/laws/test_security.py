"""Nothing in the package runs what it reads, and a terminal obeys nothing that it is shown."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rfm_engine
from rfm_engine.errors import DataError, printable
from tests.terminal import done, rfm

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = "orders = [{}]\nas_of = 2025-07-01\n"

FORBIDDEN = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "socket", "ssl", "ftplib"}
FORBIDDEN |= {"smtplib", "http", "xmlrpc", "requests", "httpx", "aiohttp", "urllib3", "urllib.request", "yaml"}
FORBIDDEN |= {"webbrowser", "telnetlib", "asyncio", "code", "codeop"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}


def sources() -> list[Path]:
    return sorted(Path(rfm_engine.__file__).parent.rglob("*.py"))


def list_imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.stem)
def test_the_package_evaluates_unpickles_and_connects_to_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    names = set(list_imports(tree))
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    strewn = {name for name in names if any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN)}
    assert strewn == set()
    assert calls & FORBIDDEN_CALLS == set()


def test_the_look_for_evaluation_would_find_it() -> None:
    tree = ast.parse("import os.path\nfrom urllib import request\nimport pickle")

    assert set(list_imports(tree)) == {"os.path", "urllib.request", "pickle"}
    assert len(sources()) > 50


def test_a_terminal_shows_control_signs_instead_of_obeying_them(tmp_path: Path) -> None:
    orders = tmp_path / "o.csv"
    orders.write_text("customer_id,region,order_amount,order_time\nc,\x1b[2J\u202e省,5,2025-01-01\n", "utf-8")
    (tmp_path / "dataset.toml").write_text(KEYS.format("'o.csv'") + 'title = "\\u001b]0;x\\u0007"\n', "utf-8")

    shown = done("run", tmp_path, "--name", "n", "--output", tmp_path / "output")
    refused = rfm("run", tmp_path, "--name", "n", "--scheme", "\x1b[31mred")
    explained = rfm("explain", "\x1b[2Jc", "--run", tmp_path / "output" / "n")

    for text in (*shown, *refused, *explained):
        assert not set(str(text)) & set("\x1b\x07\u202e")
    assert "\\x1b[2J\\u202e省" in shown.out
    assert "\\x1b[31mred" in refused.err


def test_the_message_of_an_error_cannot_command_a_terminal() -> None:
    error = DataError("a\x1b[2J\nb \x07", "\x1b[2J")

    assert str(error) == "a\\x1b[2J\nb \\x07"
    assert str(error.mask("***")) == "a***\nb \\x07"


@given(st.text())
def test_what_is_shown_keeps_its_lines_and_everything_that_can_be_seen(text: str) -> None:
    result = printable(text)

    assert printable(result) == result
    assert result == text or any(ord(sign) < 32 or ord(sign) > 126 for sign in text)
    assert result.count("\n") == text.count("\n")

"""Other people's text is shown on a terminal as it is: neither markup, nor codes, nor control signs are obeyed."""

from __future__ import annotations

import ast
from io import StringIO
from pathlib import Path
from typing import ClassVar

import pytest
from rich.table import Table

import rfm_engine
from rfm_engine.cli import catalog, plugins
from rfm_engine.cli.display.results import print_line
from rfm_engine.cli.display.terminal import console
from rfm_engine.plugin_api import Scheme
from rfm_engine.plugins.loading import PluginRecord, Registration
from tests.terminal import done

HOSTILE = "[/b] [bold]x[/bold] [link=http://evil.example]y[/link] :smile: [0, 5]"
COMMANDS = Path(rfm_engine.__file__).parent / "cli"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "o.csv"
    path.write_text(f'customer_id,[/x],order_amount,order_time\n"{HOSTILE}","{HOSTILE}",5,2025-01-01\n', "utf-8")
    return path


def test_commands_show_markup_of_orders_as_it_is(shop: Path, tmp_path: Path) -> None:
    words = ("--orders", shop, "--as-of", "2025-07-01", "--by", "[/x]")

    checked = done("check", *words)
    ran = done("run", *words, "--output", tmp_path / "output")
    explained = done("explain", HOSTILE, "--run", tmp_path / "output" / "o")

    assert "[/x]" in checked.out
    assert HOSTILE in ran.out
    assert explained.out.startswith(f"customer {HOSTILE}, [/x] {HOSTILE}"[:100])


def test_a_terminal_obeys_nothing_wherever_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = console()
    terminal.file = StringIO()
    table = Table(HOSTILE)
    table.add_row(f"{HOSTILE}\x1b[2J")

    terminal.print(HOSTILE, soft_wrap=True)
    terminal.print(table, soft_wrap=True)
    print_line(f"{HOSTILE}\x1b[2J")

    assert terminal.file.getvalue().count(HOSTILE) == 3
    assert capsys.readouterr().out == f"{HOSTILE}\\x1b[2J\n"
    assert "\x1b" not in terminal.file.getvalue()


class Hostile(Scheme):
    __doc__ = HOSTILE
    name: ClassVar[str] = HOSTILE
    depth: str = HOSTILE


def test_a_plugin_s_words_are_listed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    entry = Registration("scheme", HOSTILE, HOSTILE, "1", Hostile)
    record = PluginRecord(HOSTILE, "1", HOSTILE, "failed", error=HOSTILE)

    catalog._print_plugins([entry], as_json=False)  # noqa: SLF001 what the command prints
    plugins._print_records([record])  # noqa: SLF001 likewise

    assert capsys.readouterr().out.replace("\n", " ").count("[/b]") >= 5


def test_no_command_writes_to_the_terminal_past_it() -> None:
    past = [
        f"{path.name}:{node.lineno}"
        for path in COMMANDS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"print", "typer.echo", "Console"}
        and not (path.stem in {"results", "progress", "__init__"} or "json" in ast.unparse(node))
    ]

    assert past == []

"""What the README prints is what the engine does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def fenced(language: str) -> list[str]:
    """Return the printed blocks of a language, without their indentation."""
    blocks = README.split(f"```{language}\n")[1:]
    texts = [block.partition("```")[0] for block in blocks]
    indents = [len(text) - len(text.lstrip(" ")) for text in texts]
    return ["\n".join(line[indent:] for line in text.splitlines()) for text, indent in zip(texts, indents, strict=True)]


def test_the_first_command_prints_the_table_of_the_readme(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rfm_engine", "run", "--report", "--output", str(tmp_path / "output")]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)

    printed = [line.rstrip() for line in done.stdout.replace(f"{tmp_path}/", "").splitlines()]
    expected = [line.rstrip() for line in fenced("text")[0].splitlines()]
    assert printed[-len(expected) :] == expected


def test_the_commands_are_one_line_each_and_make_their_own_environment() -> None:
    commands = fenced("console")[:2]

    assert all(command.startswith("python3 -m venv .venv && .venv/bin/pip install") for command in commands)
    assert [command.count("\n") for command in commands] == [0, 0]
    assert commands[0].endswith("rfm-engine run --report")
    assert "pytest" in commands[1]


def test_the_picture_of_the_report_is_there_and_small() -> None:
    pictures = [part.partition(")")[0] for part in README.split("](")[1:] if part.partition(")")[0].endswith(".png")]

    assert pictures == ["rfm_engine/report/picture.png"]
    assert 10_000 < (ROOT / pictures[0]).stat().st_size < 200_000


def test_the_python_example_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", fenced("python")[0]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "1600.10" in done.stdout

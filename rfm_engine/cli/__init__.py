"""The command line: options in, tables out, no rules of its own."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from rfm_engine.cli.commands import LazyGroup
from rfm_engine.errors import RfmError
from rfm_engine.system.signals import stop_on_signals

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERRUPTED = 130
UNWRITTEN = 1
LINE_END = "\n"
NO_POLARS = "Polars could not start; raise the limits of this shell (ulimit -n, -v), or unset POLARS_MAX_THREADS"

app = typer.Typer(
    name="rfm-engine",
    cls=LazyGroup,
    help="Grades customers by recency, frequency and monetary value: orders in, graded customer lists out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(requested: bool) -> None:  # noqa: FBT001 typer's signature
    if requested:
        from importlib import metadata

        typer.echo(f"rfm-engine {metadata.version('rfm-engine')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Grades customers by recency, frequency and monetary value: orders in, graded customer lists out."""


def _escape_unencodable() -> None:
    """Write a character that the terminal's encoding lacks as an escape, rather than fail when the work is done."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def _flush_output() -> Iterator[None]:
    """Write out what was printed while a failure to do so can still be reported, however the command ends."""
    try:
        yield
    finally:
        try:
            if sys.stdout is not None:  # closed by the caller (`>&-`)
                sys.stdout.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python reports it again when it ends
            raise


def main() -> None:
    """Run a command; the one place where an error becomes a message and an exit code."""
    _escape_unencodable()
    try:
        with stop_on_signals(), _flush_output():
            app()
    except RfmError as error:
        _end(f"error: {error}", error.exit_code)
    except OSError as error:
        where = error.filename or "what the command prints could not be written"
        _end(f"error: {where}: {error.strerror or error}", UNWRITTEN)
    except KeyboardInterrupt:
        _end("stopped; nothing was left half-written", INTERRUPTED)
    except BaseException as error:
        if not _is_of_polars(error):
            raise
        _end(f"error: {NO_POLARS} ({type(error).__name__}: {str(error).partition(LINE_END)[0]})", UNWRITTEN)


def _end(message: str, code: int) -> NoReturn:
    """Print why the command ends, if that can be printed, and end with the exit code."""
    try:
        print(message, file=sys.stderr, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # else Python ends with 120
    sys.exit(code)


def _is_of_polars(error: BaseException) -> bool:
    """Return whether Polars could not start: its threads panicked, or its import ended half-way."""
    if type(error).__name__ == "PanicException":
        return "poisoned" in str(error) or "ThreadPool" in str(error)
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    module = str(last.tb_frame.f_globals.get("__name__", "")) if last else ""
    return isinstance(error, ImportError | NameError) and module.partition(".")[0] == "polars"

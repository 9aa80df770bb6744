"""The command line: options in, tables out, no rules of its own."""

from __future__ import annotations

import sys

import typer

from rfm_engine.cli import check, explain, generate, listing, plugins, run
from rfm_engine.errors import RfmError

INTERRUPTED = 130

app = typer.Typer(
    name="rfm-engine",
    help="Grades customers by recency, frequency and monetary value: orders in, graded customer lists out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run.run)
app.command()(check.check)
app.command()(explain.explain)
app.command()(listing.datasets)
app.command()(listing.schemes)
app.command()(listing.tiers)
app.command()(generate.generate)
app.add_typer(plugins.app, name="plugins")


@app.callback()
def options(
    ctx: typer.Context,
) -> None:
    """Grades customers by recency, frequency and monetary value: orders in, graded customer lists out."""
    del ctx


def main() -> None:
    """Run a command; the one place where an error becomes a message and an exit code."""
    try:
        app()
    except RfmError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 the one message
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("stopped; nothing was left half-written", file=sys.stderr)  # noqa: T201 the one message
        sys.exit(INTERRUPTED)

"""`rfm-engine plugins`: list, check and start plugins."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="List, check and start plugins.")


@app.command("list")
def list_() -> None:
    """List every plugin."""


@app.command()
def check() -> None:
    """Check one."""

"""The exceptions of plugins in one line each."""

from __future__ import annotations

import importlib
import os
import traceback
from pathlib import Path
from typing import Final

import pluggy
import polars as pl
import pydantic

from rfm_engine.plugins import hookspecs

NOT_THEIRS: Final = tuple(
    f"{Path(str(module.__file__)).parent}{os.sep}" for module in (hookspecs, importlib, pluggy, pl, pydantic)
)


def describe_error(error: BaseException) -> str:
    """Return an exception in one line: its type, its message, and the line of the plugin that raised it."""
    text = " ".join(_words_of(error).split())
    kind = f"{type(error).__name__}: {text}" if text else type(error).__name__
    if isinstance(error, SyntaxError):
        return kind  # names its own line
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith(("<", *NOT_THEIRS))]
    return kind + "".join(f" ({Path(frame.filename).name}, line {frame.lineno})" for frame in theirs[-1:])


def _words_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 the words of a stranger's exception may raise anything
        return "its message cannot be read"

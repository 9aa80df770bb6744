"""A command that is asked to stop ends at once, whatever native code it is in, and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess

import pytest

from tests.processes import (
    Place,
    began,
    ended,
    succeeded,
)
from tests.terminal import everything_below

LONG_NATIVE_CALL = """
import sys
import polars as pl
from rfm_engine import pipeline
def run(*_):
    many = pl.LazyFrame({"a": range(1_000_000)})
    print("in native code", file=sys.__stdout__, flush=True)
    many.join(many, how="cross").select((pl.col("a") * pl.col("a_right")).sum()).collect(engine="streaming")
pipeline.run = run
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=["ctrl-c", "sigterm", "sighup"])
def test_a_stopped_run_ends_in_the_midst_of_native_code_and_leaves_nothing(
    number: signal.Signals, place: Place
) -> None:
    succeeded(*place.words())
    old = everything_below(place.folder)
    process = began(*place.words("2025-07-02"), before=LONG_NATIVE_CALL)
    assert process.stdout
    assert process.stdout.readline() == "in native code\n"
    with pytest.raises(subprocess.TimeoutExpired):  # the native code takes hours
        process.wait(0.5)

    process.send_signal(number)
    code, _, err = ended(process, seconds=20)

    assert (code, err) == (128 + number, "stopped; nothing was left half-written\n")
    assert everything_below(place.folder) == old
    assert place.left_overs() == []


def test_an_ignored_interrupt_stays_ignored(place: Place) -> None:
    ignoring = "import os, signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    disturbing = f"""
{ignoring}
from rfm_engine.output import writer as results
write = results.write
def disturb(*given):
    os.kill(os.getpid(), signal.SIGINT)
    return write(*given)
results.write = disturb
"""
    succeeded(*place.words(), before=disturbing)

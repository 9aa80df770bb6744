"""Ctrl-C, SIGTERM and SIGHUP end a command at once, whatever native code it is in."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from threading import Thread, current_thread, main_thread
from typing import TYPE_CHECKING, Final, NoReturn

from rfm_engine.system.locked_dir import remove_own_dirs

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
STOPPED: Final = b"stopped; nothing was left half-written\n"
CLEAR: Final = "\r\x1b[K"
"""Takes the line away on which a terminal's cursor stands."""

_OVER: Final = b"\0"


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """End the process with 128 + the signal's number when a signal requests it.

    A handler of Python's waits until native code returns: Polars looks up for Ctrl-C, but SIGTERM had to wait 19 s for
    a group-by of 20 million orders, and a sort let Ctrl-C wait 4 s. So a thread listens, which native code does not
    keep from running. A signal that is ignored (nohup) stays ignored.
    """
    if current_thread() is not main_thread():
        yield
        return
    reader, writer = os.pipe()
    if sys.platform != "win32":
        os.set_blocking(writer, False)  # a wakeup descriptor must not block
    watcher = Thread(target=_watch, args=(reader,), name="signals", daemon=True)
    watcher.start()
    heard = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, lambda *_: None) for number in heard}
    wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.write(writer, _OVER)
        watcher.join()  # it read a signal first, if there was one, and ends the process
        os.close(writer)
        os.close(reader)


def _watch(reader: int) -> None:
    while (byte := os.read(reader, 1)) != _OVER:
        if byte[0] in SIGNALS:
            end(STOPPED, 128 + byte[0])


def end(message: bytes, code: int) -> NoReturn:
    """Take our unfinished folders away and end; what the main thread says meanwhile is about their loss."""
    stderr = sys.stderr.fileno()
    os.write(stderr, CLEAR.encode() * os.isatty(stderr) + message)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, stderr)
    remove_own_dirs()
    os._exit(code)

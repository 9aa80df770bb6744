"""A server that gives one object as large and as slowly as a test needs, to whoever asks."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = b"0123456789abcdef" * 4096


@contextmanager
def serve_pieces(pieces: int, wait: float = 0, *, breaks_off: bool = False) -> Iterator[tuple[str, Event]]:
    """Give the address of a server of an object of so many pieces, and the event that one has been asked for."""
    asked = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(pieces * len(PIECE)))
            self.send_header("ETag", '"1"')
            self.send_header("Last-Modified", "Tue, 01 Jul 2025 00:00:00 GMT")
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            for number in range(1 if breaks_off else pieces):
                self.wfile.write(PIECE)
                if number == 0:
                    asked.set()
                stopped.wait(wait)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that was killed is no fault."""

    stopped, server = Event(), Server(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()

"""One object store for all tests of its clients, and the environment that reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.object_store import serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[dict[str, str]]:
    """The address of the server and a key for it, as variables of the environment."""
    with serve() as keys:
        yield keys


@pytest.fixture
def keys(server: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The same, set in the environment."""
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    return server

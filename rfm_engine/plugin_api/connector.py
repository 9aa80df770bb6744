"""What the author of a connector defines: how orders are read from a database that the engine does not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rfm_engine.plugin_api.plugin_base import PluginBase

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager


@dataclass(frozen=True)
class Answer:
    """What a database answers: the server with its version, its time as text, and the rows in batches.

    A batch is a Polars frame or any Arrow stream; all batches have the same columns. Numbers that a float cannot hold
    come as decimals or text.
    """

    server: str
    moment: str
    batches: Iterable[Any]


class Connector(PluginBase):
    """Reads orders from a kind of database; its `name` is the scheme of the URIs, such as `oracle` of oracle://host/db."""

    def ask(self, uri: str, statement: str) -> AbstractContextManager[Answer]:
        """Give the answer to a statement while the block runs: rows of one moment, read and never written.

        The URI holds a password only if it came from the environment. Batches are drawn one by one, so that memory
        stays bounded.
        """
        raise NotImplementedError

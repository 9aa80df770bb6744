"""Where an object is: `s3://bucket/key`, which stands where other files have a path."""

from __future__ import annotations

import os
import re
import sys
from glob import has_magic
from pathlib import PosixPath, WindowsPath
from typing import Any, Final

from rfm_engine.errors import UsageError

SCHEME: Final = "s3://"
USER: Final = re.compile(r"(?<=://)[^/@]*:.*@")

if sys.platform == "win32":
    SystemPath = WindowsPath
else:
    SystemPath = PosixPath


class ObjectPath(SystemPath):
    """The URI of an object where files have a path: its text keeps both slashes, and nothing of it is on this machine.

    >>> path = ObjectPath("s3://shop/2025/orders.csv")
    >>> str(path), path.name, str(path.parent)
    ('s3://shop/2025/orders.csv', 'orders.csv', 's3://shop/2025')
    """

    def __str__(self) -> str:
        return super().__str__().replace(os.sep, "/").replace(":/", "://", 1)

    def exists(self, **_: Any) -> bool:  # noqa: ANN401, D102 as Path's own
        return False

    @property
    def bucket(self) -> str:
        """The bucket that the object is in."""
        return self.parts[1]

    @property
    def key(self) -> str:
        """The name of the object in its bucket."""
        return "/".join(self.parts[2:])


def is_object_uri(text: str) -> bool:
    """Return whether a text names an object, a folder of objects or a pattern for them."""
    return text.startswith(SCHEME)


def hide_user(uri: str) -> str:
    """Return a URI without a user and password before its host, which messages do not show.

    >>> hide_user("s3://key:sec/ret@shop/orders.csv"), hide_user("s3://shop/a@b.csv")
    ('s3://***@shop/orders.csv', 's3://shop/a@b.csv')
    """
    return USER.sub("***@", uri)


def refuse_bad_uris(uris: list[str]) -> None:
    """Check that URIs name a bucket, and hold no key to it.

    Raises:
        UsageError: Some do not; it lists all of them.
    """
    bad = [
        hide_user(uri) for uri in uris if not re.fullmatch(r"[^/@:?*\[]+(/.*)?", uri.removeprefix(SCHEME), re.DOTALL)
    ]
    if bad:
        message = (
            f"expected s3://bucket/key, got {', '.join(bad)}; "
            "keys to a store stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
        raise UsageError(message)


def name_orders(uri: str) -> str:
    """Return the name of a dataset whose orders a URI names: its last part without a wildcard, without a suffix.

    >>> name_orders("s3://shop/2025/*.parquet"), name_orders("s3://shop/sales.csv.gz"), name_orders("s3://shop")
    ('2025', 'sales', 'shop')
    """
    named = [part for part in ObjectPath(uri).parts[1:] if not has_magic(part)]
    literal = named[-1]
    return literal.removesuffix(".gz").rpartition(".")[0] or literal

"""An object store opened with the keys that the environment holds, and its errors in one line without them."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from rfm_engine.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore.store import ObjectStore, S3Config

    from rfm_engine.object_stores.uris import ObjectPath

MISSING: Final = "orders in an object store need a further package: pip install 'rfm-engine[remote]'"
ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
IDENTITIES: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_METADATA_ENDPOINT",
    "AWS_SKIP_SIGNATURE",
)
"""Variables of which one says who reads; without any, the client would ask the network for it."""

SECRETS: Final = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID")
REFUSED: Final = re.compile(r" 40[013] ")
ANSWER: Final = re.compile(r"<Code>([^<]*)</Code>(?:.*?<Message>([^<]*)</Message>)?", re.DOTALL)
"""What a store says in its XML; the rest of that may repeat what was signed."""


def open_store(path: ObjectPath) -> ObjectStore:
    """Return the store of a path's bucket, which has not been reached yet.

    Raises:
        UsageError: The package that it needs is absent, or the environment says nothing of who reads.
    """
    try:
        from obstore.store import S3Store  # noqa: PLC0415 needed for object stores alone
    except ImportError as error:
        raise UsageError(MISSING) from error
    if not any(os.environ.get(name) for name in IDENTITIES):
        message = (
            f"{path}: who reads it? set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or AWS_SKIP_SIGNATURE=true for a public bucket"
        )
        raise UsageError(message)
    endpoint = find_endpoint()
    config: S3Config = {"endpoint": endpoint} if endpoint else {}
    return S3Store(
        path.bucket,
        config=config,
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=5),
            "read_timeout": timedelta(seconds=60),
            "timeout": timedelta(days=1),  # the default ends a copy that takes more than 30 seconds
        },
        retry_config={"max_retries": 4, "retry_timeout": timedelta(minutes=2)},
    )


def find_endpoint() -> str:
    """Return the address of the server that the environment names; empty where it is Amazon's."""
    return next((os.environ[name] for name in ENDPOINTS if os.environ.get(name)), "")


@contextmanager
def explain_errors(path: ObjectPath) -> Iterator[None]:
    """Report what fails in the block in one line, without keys.

    Raises:
        DataError: An object is missing, was changed, or may not be read; the store cannot be reached.
    """
    from obstore.exceptions import BaseError, PreconditionError  # noqa: PLC0415 needed for object stores alone

    try:
        yield
    except PreconditionError as error:
        message = f"{path}: changed while the run read it; run again when nobody writes to it"
        raise DataError(message) from error
    except FileNotFoundError as error:
        message = f"{path}: no such object"
        raise DataError(message) from error
    except (BaseError, ValueError) as error:
        message = f"{path}: {_describe(str(error))}"
        raise DataError(message) from None


def _describe(text: str) -> str:
    """Return what a store or its client says, without what was sent."""
    first, answer = text.partition("\n\nDebug source")[0], ANSWER.search(text)
    said = (
        ": ".join(filter(None, answer.groups()))
        if answer
        else " ".join(first.rpartition(" - ")[2].rstrip(" :").split())
    )
    remedy = "; check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION" if REFUSED.search(first) else ""
    for secret in filter(None, map(os.environ.get, SECRETS)):
        said = said.replace(secret, "***")
    server = urlsplit(find_endpoint()).netloc.rpartition("@")[2] or "Amazon S3"
    return f"{server} does not give it ({said}){remedy}"

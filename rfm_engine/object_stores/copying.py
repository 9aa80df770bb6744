"""Objects copied into files, in pieces and several at a time, each as it was when it was listed."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final

from rfm_engine.object_stores.store import explain_errors, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from obstore import Bytes
    from obstore.store import ObjectStore

    from rfm_engine.object_stores.listing import RemoteObject
    from rfm_engine.object_stores.uris import ObjectPath

COPIES_AT_ONCE: Final = 4
PIECE_BYTES: Final = 4 << 20


def copy_objects(found: Sequence[RemoteObject], folder: Path) -> list[Path]:
    """Copy objects into an empty folder and return their places, in the same order.

    Raises:
        DataError: As `explain_errors`: none is of use where one has failed.
    """
    stores = {one.path.bucket: open_store(one.path) for one in found}
    places = [folder / str(number) for number in range(len(found))]
    with ThreadPoolExecutor(COPIES_AT_ONCE) as pool:
        try:
            list(pool.map(partial(_copy, stores), found, places))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return places


def digest_object(path: ObjectPath) -> tuple[int, str]:
    """Return the bytes and the SHA-256 digest of an object as it is now; errors as `explain_errors`."""
    digest, size = hashlib.sha256(), 0
    for piece in _read(open_store(path), path):
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


def _copy(stores: dict[str, ObjectStore], one: RemoteObject, place: Path) -> None:
    with place.open("xb") as file:
        for piece in _read(stores[one.path.bucket], one.path, one.etag):
            file.write(piece)


def _read(store: ObjectStore, path: ObjectPath, etag: str | None = None) -> Iterator[Bytes]:
    with explain_errors(path):
        yield from store.get(path.key, options={"if_match": etag} if etag else {}).stream(PIECE_BYTES)

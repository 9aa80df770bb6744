"""The objects that a URI names: one, a pattern's, or all below a folder, by the rules that hold for files on disk."""

from __future__ import annotations

from fnmatch import fnmatchcase
from glob import has_magic
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from rfm_engine.errors import DataError
from rfm_engine.object_stores.store import explain_errors, open_store
from rfm_engine.object_stores.uris import SCHEME, ObjectPath

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from obstore import ObjectMeta
    from obstore.store import ObjectStore

HIDDEN: Final = (".", "_", "~$")
RECORD: Final = "run.json"
LOG: Final = "_delta_log"
ICEBERG: Final = "metadata/*.metadata.json"


class RemoteObject(NamedTuple):
    """An object, the folder from which on `column=value` folders count, and its size and version when it was listed."""

    path: ObjectPath
    root: ObjectPath
    size: int
    etag: str | None


def find_objects(uri: str, is_order_file: Callable[[ObjectPath], object]) -> list[RemoteObject]:
    """Return the objects that a URI names, sorted.

    A name stands for that object, or for every order file below that folder; a pattern for what it matches.

    Raises:
        UsageError: As `open_store`.
        DataError: As `explain_errors`; also a URI that names nothing.
    """
    named = ObjectPath(uri)
    with explain_errors(named):
        found = _find(open_store(named), named, is_order_file)
    if not found:
        message = f"no order file matches {uri!r}"
        raise DataError(message)
    return sorted(found)


def _find(store: ObjectStore, named: ObjectPath, is_order_file: Callable[[ObjectPath], object]) -> list[RemoteObject]:
    pattern = named.parts[2:]
    literal = [*takewhile(lambda part: not has_magic(part), pattern)]
    root = ObjectPath(SCHEME, named.bucket, *literal)
    if literal == [*pattern] and (one := _look_up(store, named)):
        return [one]
    every = [_describe(one, root) for chunk in store.list("/".join(literal) or None) for one in chunk]
    listed = [one for one in every if one.size or is_order_file(one.path)]  # an empty one may stand for a folder
    if same := [one for one in listed if one.path == named]:
        return [same[0]._replace(root=named.parent)]
    runs = {one.path.parent for one in listed if one.path.name == RECORD}
    found = [one for one in listed if _is_named(one.path, pattern, runs, is_order_file)]
    _refuse_tables(found, listed)
    return found


def _refuse_tables(found: Sequence[RemoteObject], listed: Sequence[RemoteObject]) -> None:
    tables = {one.path.parent.parent for one in listed if one.path.parent.name == LOG or one.path.match(ICEBERG)}
    if inside := sorted({str(table) for table in tables for one in found if table in one.path.parents}):
        message = f"{', '.join(inside)}: a table of a lake, of whose files only some count; copy it, or query it"
        raise DataError(message)


def _look_up(store: ObjectStore, path: ObjectPath) -> RemoteObject | None:
    try:
        return _describe(store.head(path.key), path.parent) if path.key else None
    except FileNotFoundError:
        return None


def _describe(listed: ObjectMeta, root: ObjectPath) -> RemoteObject:
    path = ObjectPath(SCHEME, root.bucket, listed["path"])
    return RemoteObject(path, root, listed["size"], listed["e_tag"])


def _match(key: Sequence[str], pattern: Sequence[str]) -> int | None:
    """Return how many parts of a key lie below what the pattern matches; None where it does not match.

    >>> [_match(key.split("/"), ("*", "a.csv")) for key in ("2025/a.csv", "2025/b.csv", "2025/a.csv/c.csv")]
    [0, None, 1]
    """
    if not pattern:
        return len(key)
    first, *rest = pattern
    if first == "**":
        depths = takewhile(lambda depth: not any(map(_is_hidden, key[:depth])), range(len(key)))
        return next((below for depth in depths if (below := _match(key[depth:], rest)) is not None), None)
    matches = bool(key) and fnmatchcase(key[0], first) and _is_hidden(key[0]) <= _is_hidden(first)
    return _match(key[1:], rest) if matches else None


def _is_named(
    path: ObjectPath, pattern: Sequence[str], runs: set[ObjectPath], is_order_file: Callable[[ObjectPath], object]
) -> bool:
    """Return whether a pattern names an object: whatever it matches, and below that, order files that no run wrote."""
    below = _match(path.parts[2:], pattern)
    if below is None:
        return False
    walked = len(path.parts) if "**" in pattern else max(below, 1)
    if not runs.isdisjoint(path.parents[: walked - 1]):
        return False
    names = path.parts[len(path.parts) - below :]
    return not below or (not any(_is_hidden(name) or name == RECORD for name in names) and bool(is_order_file(path)))


def _is_hidden(name: str) -> bool:
    return name.startswith(HIDDEN)

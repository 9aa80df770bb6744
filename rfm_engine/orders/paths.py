"""The order files that paths, globs and folders name."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from rfm_engine.errors import UsageError, undecodable_paths
from rfm_engine.orders.read_options import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def find_order_files(patterns: Sequence[str], folder: Path) -> list[Path]:
    """Return the files that paths, globs and folders name, sorted; relative ones are looked up in `folder`.

    A folder stands for every order file below it; names that begin with a dot or an underscore are passed over.

    Raises:
        UsageError: Remote paths, patterns without a match, files named more than once, names that are no text; it lists
            all of them.
    """
    if remote := [pattern for pattern in patterns if "://" in pattern]:
        message = f"remote paths are not read: {', '.join(remote)}; fetch the files and name the copies"
        raise UsageError(message)
    found = {pattern: _find_matches(pattern, folder) for pattern in patterns}
    if empty := [pattern for pattern, files in found.items() if not files]:
        message = f"no order file matches {', '.join(map(repr, empty))} (looked in {folder})"
        raise UsageError(message)
    files = [path for matches in found.values() for path in matches]
    if twice := _find_repeats(files):
        message = f"named more than once: {', '.join(twice)}; name each order file once"
        raise UsageError(message)
    if message := undecodable_paths(files):
        raise UsageError(message)
    return sorted(files)


def find_confined_files(patterns: Sequence[str], folder: Path) -> list[Path]:
    """Return what `find_order_files` does, for patterns that a file and not a person names: nothing outside the folder.

    Raises:
        UsageError: As `find_order_files`, and patterns or links that lead out; it lists all of them.
    """
    out, home = [pattern for pattern in patterns if _leads_out(pattern)], folder.resolve()
    files = [file for pattern in patterns if pattern not in out for file in _find_matches(pattern, folder)]
    out += [f"{file} (a link to {file.resolve()})" for file in files if not file.resolve().is_relative_to(home)]
    if out:
        message = (
            f"outside the dataset's folder {folder}: {', '.join(out)}; put the files there, "
            "or name them in the command: rfm-engine run --orders PATH"
        )
        raise UsageError(message)
    return find_order_files(patterns, folder)


def _leads_out(pattern: str) -> bool:
    """Return whether a path names a place beyond its folder, in the words of any system."""
    return any(path.anchor or ".." in path.parts for path in (PurePosixPath(pattern), PureWindowsPath(pattern)))


def _find_matches(pattern: str, folder: Path) -> list[Path]:
    path = folder / pattern
    if path.is_file():
        return [path]
    if path.is_dir():
        return _order_files(path.rglob("*"), path)
    anchor = Path(path.anchor)
    return [
        file
        for hit in anchor.glob(str(path.relative_to(anchor)))
        for file in ([hit] if hit.is_file() else _order_files(hit.rglob("*"), hit))
    ]


def _order_files(paths: Iterable[Path], folder: Path) -> list[Path]:
    visible = (
        path for path in paths if not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
    )
    return [path for path in visible if path.is_file() and ReadOptions().format_of(path)]


def _find_repeats(files: Iterable[Path]) -> list[str]:
    seen: dict[Path, list[str]] = {}
    for path in files:
        seen.setdefault(path.resolve(), []).append(str(path))
    return [" = ".join(dict.fromkeys(names)) for names in seen.values() if len(names) > 1]

"""The customers that a text file leaves out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rfm_engine.errors import DatasetError

if TYPE_CHECKING:
    from rfm_engine.config.dataset import Dataset
    from rfm_engine.config.origins import Origins
    from rfm_engine.rules import Rules

MOST_BYTES = 1 << 28


def with_excluded(dataset: Dataset, rules: Rules, folder: Path | None, origins: Origins) -> Rules:
    """Return the rules that also leave out the customers whom the file that `exclude` names lists; errors as there."""
    if dataset.exclude is None:
        return rules
    excluded = read_excluded(dataset.exclude, folder, origins.of("exclude"))
    return replace(rules, exclude_customer=(*rules.exclude_customer, *excluded))


def read_excluded(name: str, folder: Path | None, where: str) -> list[str]:
    """Return the customers that a UTF-8 text file names, one a line; blank lines count for nothing.

    A dataset file names one inside its own folder; an option, or a call in Python (`folder` is None), any. `where` says
    what named the file.

    Raises:
        DatasetError: It cannot be read, is no UTF-8 text, is larger than 256 MiB, or lies elsewhere.
    """
    path = Path(name) if folder is None else folder / name
    try:
        if folder and not where.startswith("option") and not path.resolve().is_relative_to(folder.resolve()):
            message = f"{where}: exclude: {name} is outside the dataset's folder; put the file there"
            raise DatasetError(message)
        if path.stat().st_size > MOST_BYTES:
            message = f"{where}: exclude: {path} is larger than {MOST_BYTES:,} bytes; is it a list of customers?"
            raise DatasetError(message)
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{where}: exclude: {path} cannot be read as UTF-8 text ({getattr(error, 'strerror', None) or error})"
        raise DatasetError(message) from error
    return [line.strip() for line in lines if line.strip()]

"""Frozen cut points: read from the file that `rfm-engine fit` wrote, and held against the rules of the dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rfm_engine.config.dataset_file import parse_toml, read_bounded_text
from rfm_engine.errors import DatasetError
from rfm_engine.grading.frozen import Frozen

if TYPE_CHECKING:
    from decimal import Decimal

    from rfm_engine.config.dataset import Dataset, Table
    from rfm_engine.config.origins import Origins
    from rfm_engine.grading.frozen import Cuts
    from rfm_engine.plugin_api import Scheme, TierPolicy

MOST_BYTES: Final = 1 << 26
FROM: Final = "scheme.from"


def read_cuts(table: Table, folder: Path | None, origins: Origins) -> Table:
    """Return the keys of a dataset with the content of the file of cut points in place of its name.

    A dataset file names one inside its own folder; an option, or a call in Python (`folder` is None), any.

    Raises:
        DatasetError: It is not given, cannot be read, or lies elsewhere.
    """
    scheme = table.get("scheme")
    if not isinstance(scheme, dict) or scheme.get("name") != Frozen.name or "cuts" in scheme:
        return table
    where, name = f"{origins.of(FROM)}: {FROM}", scheme.get("from")
    if not isinstance(name, str):
        message = f"{where}: must be given: the file that rfm-engine fit wrote, such as --set from=cuts.toml"
        raise DatasetError(message)
    is_free = folder is None or where.startswith("option")
    path = Path(name) if is_free or folder is None else folder / name
    if not is_free and folder and not path.resolve().is_relative_to(folder.resolve()):
        message = f"{where}: {name} is outside the dataset's folder; put the file there"
        raise DatasetError(message)
    try:
        cuts = parse_toml(read_bounded_text(path, MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        message = f"{where}: {path} cannot be read ({getattr(error, 'strerror', None) or error})"
        raise DatasetError(message) from error
    others = {key: value for key, value in scheme.items() if key != "from"}
    return table | {"scheme": others | {"cuts": cuts}}


def fitted_table(scheme: dict[str, Any]) -> dict[str, Any]:
    """Return the table of the scheme that gives the scores: of a frozen one, the scheme that it was fitted with."""
    return dict(scheme["cuts"]["scheme"]) if scheme.get("name") == Frozen.name else scheme


def list_frozen_faults(scheme: Scheme, tiers: TierPolicy, dataset: Dataset, origins: Origins) -> list[str]:
    """Return what frozen cut points cannot be used for: other lists, weights or tiers than they were found with."""
    if not isinstance(scheme, Frozen) or scheme.rules_differ:
        return []
    before, now = _rules_of_cuts(scheme.cuts), _rules_of(dataset, tiers)
    where = origins.of("scheme")
    faults = [
        f"{where}: {key}: {before[key]} in the cut points, {now[key]} here" for key in now if before[key] != now[key]
    ]
    return [*faults, f"{where}: use the cut points all the same with --rules-differ"] if faults else []


def _rules_of_cuts(cuts: Cuts) -> dict[str, Any]:
    return {"by": list(cuts.by), "weights": list(map(_plain, cuts.weights)), "tiers": _without_words(cuts.tiers)}


def _rules_of(dataset: Dataset, tiers: TierPolicy) -> dict[str, Any]:
    table = {"name": dataset.tiers["name"]} | tiers.options()
    return {"by": list(dataset.by), "weights": list(map(_plain, dataset.weights)), "tiers": _without_words(table)}


def _without_words(tiers: dict[str, Any]) -> dict[str, Any]:
    """Return a policy's options without contacts and focus, which decide no tier."""
    return {key: value for key, value in tiers.items() if key not in {"contacts", "focus"}}


def _plain(weight: Decimal) -> str:
    return f"{weight.normalize():f}"

"""run.json: what was run, with digests."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rfm_engine.columns import TIER

if TYPE_CHECKING:
    from rfm_engine.config.job import Job
    from rfm_engine.pipeline import Run

RECORD = "run.json"
VERSIONED = ("rfm-engine", "polars", "pydantic", "pluggy", "typer")


def read_record(folder: Path) -> dict[str, Any]:
    """Return a run's record; empty where the folder has none that can be read."""
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _files(folder: Path) -> list[Path]:
    return sorted(Path(place) / name for place, _, names in os.walk(folder) for name in names)


def recorded(run: Run, job: Job, folder: Path) -> dict[str, Any]:
    """Return what was run, as run.json keeps it."""
    dataset, rules = job.dataset, job.rules
    return {
        "dataset": dataset.model_dump(mode="json", exclude={"scheme", "tiers"}),
        "lists_by": run.by,
        "scheme": {"name": dataset.scheme["name"]} | rules.scheme.options(),
        "tiers": {"name": dataset.tiers["name"]} | rules.tiers.options(),
        "tier_table": [
            tier.model_dump(mode="json", include={"name", "contacts", "focus"}) for tier in rules.tiers.tier_table()
        ],
        "columns": run.source.mapping,
        "inputs": run.inputs,
        "outputs": [described(path, path.relative_to(folder)) for path in _files(folder)],
        "ledger": run.ledger.as_table(),
        "tier_counts": run.tiers.select(*run.by, TIER, "customers").to_dicts(),
        "cut_points": {score: spans.to_dicts() for score, spans in run.spans.items()},
        "versions": versions(),
        "seconds": run.seconds,
    }


@cache
def versions() -> dict[str, str]:
    """Return the versions that decide a run; looked up once, for it takes 5 ms."""
    return {name: version(name) for name in VERSIONED} | {"python": platform.python_version()}


def described(path: Path, shown: Path) -> dict[str, Any]:
    """Return a file's name, size and SHA-256 digest."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"file": shown.as_posix(), "bytes": path.stat().st_size, "sha256": digest}

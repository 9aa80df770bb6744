"""What the figures were measured on, without anything that names the machine."""

from __future__ import annotations

import hashlib
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.processes import ROOT

CPUINFO = Path("/proc/cpuinfo")
MEMINFO = Path("/proc/meminfo")
VERSIONED = ("rfm-engine", "polars", "duckdb", "pandas", "pyarrow", "openretailscience")


def describe_machine() -> dict[str, Any]:
    """Return the cores, the memory, the processor's model (unless it holds the host's name) and the versions."""
    return {
        "cores": os.cpu_count(),
        "memory_bytes": _memory(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: found for name in VERSIONED if (found := version(name))},
        "engine_sha256": engine_digest(),
    }


def version(distribution: str) -> str | None:
    """Return the version of a distribution, or None where it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def engine_digest() -> str:
    """Return the SHA-256 of the engine's source: measurements of another source are not mixed with these."""
    sha = hashlib.sha256()
    for path in sorted((ROOT / "rfm_engine").rglob("*.py")):
        sha.update(path.read_bytes())
    return sha.hexdigest()


def _processor() -> str | None:
    lines = CPUINFO.read_text("utf-8").splitlines() if CPUINFO.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.processor()
    host = platform.node().partition(".")[0].casefold()
    return None if not model or (host and host in model.casefold()) else model


def _memory() -> int | None:
    lines = MEMINFO.read_text("utf-8").splitlines() if MEMINFO.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemTotal")), None)

"""From `bench/results` to the README's table, and from two results to what got slower."""

from __future__ import annotations

import json
from math import log
from typing import TYPE_CHECKING, Any

from bench.orders import short

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
SLOWER = 1.10
LABELS = {
    "ours": "rfm-engine",
    "duckdb": "DuckDB, given our proofs",
    "duckdb_query": "DuckDB, the best query",
    "plain_polars": "plain Polars script",
    "pandas": "pandas",
    "openretailscience": "openretailscience",
    "floor": "floor: columns decoded once",
}
JOBS = {(False, False): "exact", (False, True): "order ids declared unique", (True, False): "metrics alone, one list"}


def results(folder: Path) -> list[dict[str, Any]]:
    """Return the comparisons kept in a folder: the headline job first, each from few rows to many."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("compare-*.json"))]

    def place(one: dict[str, Any]) -> tuple[bool, bool, bool, int]:
        return one["job"]["slim"], one["job"]["unique"], one["format"] != "parquet", one["rows"]

    return sorted(found, key=place)


def file_name(result: dict[str, Any]) -> str:
    """Return the file name of a result."""
    job = "slim" if result["job"]["slim"] else "unique" if result["job"]["unique"] else "exact"
    order = "-shuffled" if result["job"].get("shuffled") else ""
    return f"compare-{short(result['rows'])}-{job}{order}-{result['format']}.json"


def table(found: Sequence[dict[str, Any]]) -> str:
    """Return the README's table in Markdown: a row for each comparison, a column for each contender of any."""
    names = [name for name in LABELS if any(name in result["contenders"] for result in found)]
    heads = ["orders", "job", *(LABELS[name] for name in names)]
    lines = [_row(heads), _row(["---:", "---", *("---" for _ in names)])]
    for result in found:
        job = result["job"]
        what = JOBS.get((job["slim"], job["unique"]), "metrics alone, ids declared unique")
        order = ", rows shuffled" if job.get("shuffled") else ""
        cells = (_cell(name, result["contenders"].get(name)) for name in names)
        lines.append(_row([f"{result['rows']:,}", f"{what}, {result['format']}{order}", *cells]))
    machines = {_machine(result["machine"]) for result in found}
    return "\n".join([*lines, "", *sorted(machines)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(name: str, row: dict[str, Any] | None) -> str:
    """Return seconds and peak memory, after the rows a second of ours, or how many times as long a peer takes."""
    if row is None:
        return ""
    if row.get("times_ours") is None:
        return str(row["outcome"])
    lead = {
        "ours": f"{row['rows_per_second'] / 1e6:.2f} M/s",
        "floor": f"{1 / row['times_ours']:.1f} of them",
    }
    figure = lead.get(name, f"{row['times_ours']:.2f} times")
    return f"**{figure}** {row['wall_seconds']:.2f} s, {row['peak_bytes'] / 1e9:.2f} GB"


def _machine(machine: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    what = machine["processor"] or machine["system"]
    return f"Medians of whole processes, run in turn on {machine['cores']} cores ({what}); {versions}."


def replace_region(text: str, body: str) -> str:
    """Return a text with the part between the two comments replaced; they are added at its end where missing."""
    region = f"{BEGIN}\n{body}\n{END}"
    if BEGIN not in text or END not in text:
        return f"{text.rstrip()}\n\n{region}\n"
    head, _, rest = text.partition(BEGIN)
    return f"{head}{region}{rest.partition(END)[2]}"


def exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """Return b of the least-squares fit seconds = a rows^b; None for fewer than two sizes.

    >>> exponent([(1, 3), (10, 30), (100, 300)])
    1.0
    """
    logs = [(log(rows), log(seconds)) for rows, seconds in points]
    mean_x, mean_y = (sum(values) / len(logs) for values in zip(*logs, strict=True)) if logs else (0, 0)
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return round(sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread, 3) if spread else None


def curves(found: Sequence[dict[str, Any]], key: str = "wall_seconds") -> dict[str, list[tuple[float, float]]]:
    """Return (rows, value) of each contender over the comparisons that are the headline job: exact, from Parquet."""
    exact = [one for one in found if not any(one["job"].get(key) for key in ("slim", "unique", "shuffled"))]
    headline = [one for one in exact if one["format"] == "parquet"]
    lines: dict[str, list[tuple[float, float]]] = {}
    for one in headline:
        for name, row in one["contenders"].items():
            if row.get("times_ours") is not None:
                lines.setdefault(name, []).append((one["rows"], row[key]))
    return lines


def slower(old: dict[str, Any], new: dict[str, Any]) -> tuple[list[str], bool]:
    """Return a line for each figure that both results have, and whether any of ours got slower by a tenth or more."""
    lines, worse = [], False
    before, after = _flat(old), _flat(new)
    for name in [name for name in before if name in after]:
        ratio = after[name] / before[name] if before[name] else 1.0
        mark = "slower" if ratio > SLOWER else "faster" if ratio < 1 / SLOWER else "as before"
        worse |= mark == "slower" and name.startswith("ours")
        lines.append(f"{name:40} {before[name]:10.3f} {after[name]:10.3f}  {ratio:5.2f} times  {mark}")
    return [*lines, *(f"{name:40} only in one of them" for name in sorted(before.keys() ^ after.keys()))], worse


def _flat(result: dict[str, Any]) -> dict[str, float]:
    found = {}
    for name, row in result["contenders"].items():
        if row.get("times_ours") is not None:
            found[f"{name}: seconds"] = row["wall_seconds"]
            found[f"{name}: peak MiB"] = row["peak_bytes"] / 2**20
        found |= {f"{name}: {stage}: seconds": taken for stage, taken in row.get("stages", {}).items()}
    return found

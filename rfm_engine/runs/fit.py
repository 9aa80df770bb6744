"""The cut points of a finished run as a file, by which later runs are graded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import tomli_w

from rfm_engine.columns import Metric
from rfm_engine.config.frozen import fitted_table
from rfm_engine.errors import OutputError, UsageError
from rfm_engine.grading.scoring import list_values
from rfm_engine.runs.scale import bound, scale_of, scores_from_best
from rfm_engine.system.atomic_dir import write_file
from rfm_engine.vocabulary.currencies import CENTS

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.runs.finished import FinishedRun

HEADER: Final = """\
# The cut points of a run: for each list and score the worst value that got it (the most days, the fewest orders, the
# least fen). To grade by them: [scheme] name = "frozen", from = "this file"; or --scheme frozen --set from=this-file.
"""


def fit_cut_points(run: FinishedRun) -> dict[str, Any]:
    """Return the cut points of a run and the rules that they belong to, as the table of a TOML file.

    They come from its record alone; a scheme with cut points of its own gives those.

    Raises:
        UsageError: No cut points reproduce the scores of the scheme; it says why.
    """
    record, scale = run.record, scale_of(run)
    rows = scale.bounds.sort(scale.by).to_dicts() if scale.by else scale.bounds.to_dicts()
    lists = [
        {"list": list_values(scale.by, [row[name] for name in scale.by])}
        | {metric.column: _worst_values(run, row, metric) for metric in Metric}
        for row in rows
    ]
    _refuse_unfrozen(run, lists[0])
    return {
        "as_of": run.rules.as_of,
        "by": list(record.dataset["by"]),
        "weights": [f"{weight:f}" for weight in record.weights],
        "scheme": fitted_table(record.scheme),
        "tiers": record.tiers,
        **({} if record.decimals == CENTS else {"decimals": record.decimals}),
        "lists": lists,
    }


def _worst_values(run: FinishedRun, row: dict[str, Any], metric: Metric) -> dict[str, int]:
    """Return the worst value of each score of a list but the worst score, whoever has it, the best score first."""
    scores = scores_from_best(run.rules.scheme.score_range(metric))[:-1]
    found = {str(score): row[bound(metric, score)] for score in scores}
    return {score: abs(worst) for score, worst in found.items() if worst is not None}


def _refuse_unfrozen(run: FinishedRun, example: dict[str, Any]) -> None:
    values = {metric: {int(score): worst for score, worst in example[metric.column].items()} for metric in Metric}
    try:
        run.rules.scheme.frozen(values)
    except ValueError as error:
        message = f"{run.folder}: scheme {error}"
        raise UsageError(message) from error


def write_cut_points(run: FinishedRun, path: Path) -> Path:
    """Write the cut points of a run, whole or not at all; the same run gives the same bytes.

    Raises:
        UsageError: As `fit_cut_points`.
        OutputError: The file can't be written; what was there before is untouched.
    """
    text = HEADER + tomli_w.dumps(_without_none(fit_cut_points(run)))
    try:
        write_file(path, text.encode(), like=run.folder)
    except OSError as error:
        message = f"{path}: could not be written ({error.strerror or error}); what was there before is untouched"
        raise OutputError(message) from error
    return path


def _without_none(value: Any) -> Any:  # noqa: ANN401 whatever a table holds
    """Return a table without keys that have no value, which TOML cannot write."""
    if isinstance(value, dict):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    return [_without_none(one) for one in value] if isinstance(value, list) else value

"""A dataset file from readings: every key with its evidence above it, open questions as commented choices."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import tomli_w

from rfm_engine.drafts.choices import list_choices
from rfm_engine.drafts.readings import Reading, describe_columns, describe_readings, find_newest_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rfm_engine.config.dataset import Dataset
    from rfm_engine.config.job import Job
    from rfm_engine.customers.aggregate import Aggregated
    from rfm_engine.errors import RfmError

WIDTH: Final = 110
LAST: Final = ("columns", "scheme", "tiers")
"""The tables, which TOML wants behind all other keys."""


def draft_dataset(seen: Aggregated, job: Job, orders: Iterable[str]) -> str:
    """Return the text of a dataset file whose run equals a run of these orders with the keys that were given."""
    given = given_keys(job.dataset) | {"orders": list(orders)}
    readings = [reading for reading in describe_readings(seen) if reading.key not in given]
    dated = Reading(key="as_of", value=job.dataset.as_of, evidence=f"the newest order is of {find_newest_day(seen)}")
    columns = describe_columns(seen) | dict(given.pop("columns", {}))
    free = sorted({header for headers in seen.inputs.source.unmapped.values() for header in headers})
    blocks = [_block([], {key: given.pop(key) for key in ("name", "orders")}), _render(dated)]
    given.pop("as_of", None)
    blocks += [_render(reading) for reading in readings]
    blocks.append(_block(["Given when this file was written."], {k: v for k, v in given.items() if k not in LAST}))
    blocks.append(_comments([f"found: {finding}" for finding in seen.findings]))
    unread = [f"Headers that nothing reads: {', '.join(map(repr, free))}"] if free else []
    blocks.append(_block(["Which header holds which column.", *unread], {"columns": columns}))
    tables = {"scheme": job.dataset.scheme, "tiers": job.dataset.tiers}
    head = "# Written by rfm-engine init; each reading has its evidence above it.\n"
    return _join([head, *blocks, _block([], tables)])


def draft_question(error: RfmError, given: Mapping[str, Any], orders: Iterable[str]) -> str:
    """Return the text of a dataset file whose orders leave a question open: what was given, and the choices.

    Each option that the message names is a commented key.
    """
    keys = {key: value for key, value in given.items() if key not in LAST}
    tables = {key: value for key, value in given.items() if key in LAST}
    choices = list_choices(str(error))
    asked = _comments([f"asked: {line}" for line in str(error).splitlines()])
    asked += "" if "as_of" in given else "# the statistics date:\n# as_of = 2025-12-31\n"
    head = "# Written by rfm-engine init; a question is open: choose below, then run it.\n"
    return _join([head, _block([], keys | {"orders": list(orders)}), asked + "".join(choices), _block([], tables)])


def given_keys(dataset: Dataset) -> dict[str, Any]:
    """Return the keys that a dataset was given, as plain values, but for empty ones that are empty by default too."""
    values = dataset.model_dump(include=dataset.model_fields_set)
    defaults = {key: field.default for key, field in type(dataset).model_fields.items()}
    return {
        key: _plain(value) for key, value in values.items() if value is not None and (value or value != defaults[key])
    }


def _plain(value: object) -> object:
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _render(reading: Reading) -> str:
    if reading.value is None:
        return _comments([f"{reading.key}: {reading.evidence}"])
    return _block([reading.evidence], {reading.key: reading.value})


def _block(comments: list[str], table: Mapping[str, Any]) -> str:
    return _comments(comments) + tomli_w.dumps(table) if table else ""


def _comments(lines: Iterable[str]) -> str:
    return "".join(f"# {part}\n" for line in lines for part in wrap(line, WIDTH, break_on_hyphens=False))


def _join(blocks: Iterable[str]) -> str:
    return "\n".join(block for block in blocks if block)

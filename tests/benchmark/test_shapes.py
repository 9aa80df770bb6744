"""`bench shapes` measures every shape of data, and its plain SQL gives the engine's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.shapes.catalog import SHAPES, choose_shapes
from bench.shapes.measure import measure_shapes, shapes_table

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("duckdb")
NAMES = (
    "e-mails",
    "every order twice",
    "no order ids",
    "order lines",
    "net refunds",
    "Hive folders",
    "CSV",
    "pseudonyms",
)


def test_plain_sql_gives_the_engine_s_answer_for_shapes_of_every_kind(tmp_path: Path) -> None:
    lines: list[str] = []

    found = measure_shapes(2_000, 1, tmp_path, lines.append, choose_shapes(NAMES, None))

    assert [(one["shape"], one["outcome"]) for one in found["shapes"] if one["outcome"] != "same"] == []
    assert len(lines) == len(found["shapes"]) == len(NAMES)
    ratios = [one["times_processor"] for one in found["shapes"]]
    assert ratios == sorted(ratios)
    assert shapes_table(found).count("times**") == len(NAMES)


def test_a_shape_has_one_name() -> None:
    assert len({shape.name for shape in SHAPES}) == len(SHAPES)

"""Datasets that name the same order files read them once; others never see each other's orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine import pipeline
from rfm_engine.config.job import Job, prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.orders import cache, reading
from rfm_engine.plugins.host import PluginHost
from tests.engine import write_orders

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.engine import Row

COLUMNS = ("customer_id", "order_id", "region", "order_amount", "order_time")
REGIONS = ("east", "north", "west")


def job(folder: Path, name: str, **keys: object) -> Job:
    table = {"name": name, "orders": ["orders.*"], "as_of": "2025-07-01"} | keys
    return prepare_job(table, folder, PluginHost(), Origins(whole="test", each="test: {key}"))


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    rows: list[Row] = [
        {
            "customer_id": f"c{number % 7}",
            "order_id": f"o{number}",
            "region": REGIONS[number % 3],
            "order_amount": f"{number}.05",
            "order_time": f"2025-06-{1 + number % 30:02}",
        }
        for number in range(1, 100)
    ]
    write_orders(tmp_path / "orders.csv", rows, COLUMNS)
    return tmp_path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Count what is read from files."""
    counted: list[object] = []
    real: Callable[..., Any] = reading.read

    def counting(paths: Sequence[Path], *more: object, **named: object) -> object:
        counted.append(paths)
        return real(paths, *more, **named)

    monkeypatch.setattr(cache, "read", counting)
    return counted


def test_datasets_of_one_file_read_it_once_and_answer_as_each_alone(orders: Path, reads: list[object]) -> None:
    jobs = [job(orders, name, region=[name]) for name in REGIONS]
    alone = [pipeline.run(one).customers.collect() for one in jobs]
    reads.clear()

    with cache.OrderCache(jobs) as shared:
        together = [pipeline.run(one, shared).customers.collect() for one in jobs]

    assert len(reads) == 1
    assert all(one.equals(other) for one, other in zip(together, alone, strict=True))


def test_datasets_that_read_a_file_otherwise_read_it_themselves(orders: Path, reads: list[object]) -> None:
    jobs = [job(orders, "yuan"), job(orders, "more", unit="ten_thousand_yuan")]

    with cache.OrderCache(jobs) as shared:
        yuan, more = (pipeline.run(one, shared).customers.collect() for one in jobs)

    assert len(reads) == 2
    assert (more["monetary"] == yuan["monetary"] * 10_000).all()

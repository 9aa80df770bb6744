"""On Spark, whatever the partitions, a run writes the bytes of the engine's own: customers and rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rfm_engine_spark import Spark
from rfm_engine_spark.session import spark_session
from shop_orders import as_text, shop_orders, write_dataset

import rfm_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = ("customers.csv", "customers.parquet", "rejects.csv")
RULES: list[tuple[int, dict[str, Any]]] = [
    (1, {}),
    (7, {"since": "2025-01-01", "scheme": "quintile", "keep_status": ["paid"]}),
    (16, {"grain": "line", "refunds": "net", "by": [], "same_id": ["case"]}),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """One session for all runs: a gatherer takes the one that is there."""
    with spark_session("local[2]", {"spark.driver.memory": "1g"}) as session:
        yield session


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize(("partitions", "rules"), RULES, ids=str)
def test_typed_orders_give_the_same_bytes(tmp_path: Path, partitions: int, rules: dict[str, Any]) -> None:
    dataset = write_dataset(tmp_path / "shop", shop_orders(3_000, 300))

    own, gathered = run_both(dataset, {"name": "spark", "partitions": partitions}, **rules)

    assert gathered == own


@pytest.mark.usefixtures("spark")
def test_text_cells_give_the_same_bytes(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path / "shop", as_text(shop_orders(2_000, 200)))

    own, gathered = run_both(dataset, {"name": "spark"}, order_time_format="dmy", amount_style="point")

    assert gathered == own


@pytest.mark.usefixtures("spark")
def test_what_partitions_would_read_each_in_its_own_way_is_refused_before_they_start(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path / "shop", as_text(shop_orders(50, 9)))

    with pytest.raises(rfm_engine.RfmError, match="a partition can't settle what all must share; order_time is text"):
        rfm_engine.run(dataset, gather={"name": "spark"})


def test_other_files_are_refused_without_spark(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("customer_id,order_id,order_amount,order_time\n", "utf-8")
    (tmp_path / "dataset.toml").write_text('name = "shop"\norders = ["orders.csv"]\nas_of = "2025-07-01"\n', "utf-8")

    with pytest.raises(rfm_engine.UsageError, match=r"reads Parquet, and tables of Spark; not: .*orders\.csv"):
        rfm_engine.run(tmp_path, gather={"name": "spark"})


def test_the_gatherer_has_options_without_spark() -> None:
    assert Spark(conf={"spark.ui.enabled": True}).options()["partition_rows"] == 1_500_000


def run_both(
    dataset: Path,
    gather: dict[str, Any],
    **rules: Any,  # noqa: ANN401 as `rfm_engine.run`
) -> tuple[list[bytes], list[bytes]]:
    """Return the files of a run by the engine alone, and of one by the gatherer."""
    runs = rfm_engine.run(dataset, **rules), rfm_engine.run(dataset, **rules, gather=gather)
    folders = [run.write(dataset / str(number), ["csv", "parquet"]).folder for number, run in enumerate(runs)]
    own, gathered = ([(folder / name).read_bytes() for name in FILES] for folder in folders)
    return own, gathered

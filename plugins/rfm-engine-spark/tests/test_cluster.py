"""On a cluster whose worker dies in mid-run, the command writes the bytes of the engine's own run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from cluster import HOST, fetch, free_port, standalone_cluster, wait_until
from shop_orders import shop_orders, write_dataset

if TYPE_CHECKING:
    from pathlib import Path

PARTITIONS = 24
FILES = ("customers.parquet", "rejects.csv")


def test_a_worker_that_is_killed_in_mid_run_changes_no_byte(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path / "shop", shop_orders(20_000, 3_000), 'by = ["region"]')
    page = free_port()
    conf = {
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.driver.memory": "1g",
        "spark.executor.memory": "600m",
        "spark.ui.enabled": True,
        "spark.ui.port": page,
    }
    settings = {"partitions": PARTITIONS, "conf": json.dumps(conf).replace('": ', '" = ')}
    with standalone_cluster(tmp_path) as cluster:
        options = [
            ("--set", f"gather.{name}={value}") for name, value in (settings | {"master": cluster.master}).items()
        ]
        running = start_run(
            dataset, tmp_path / "gathered", "--gather", "spark", *(word for pair in options for word in pair)
        )
        wait_until(lambda: is_half_way(page) or running.poll() is not None)
        assert running.poll() is None, running.communicate()
        cluster.kill(1)
        _, words = running.communicate(timeout=600)
    own = start_run(dataset, tmp_path / "own")
    own.communicate()

    assert (running.returncode, own.returncode) == (0, 0), words
    for name in FILES:
        assert (tmp_path / "gathered" / "shop" / name).read_bytes() == (tmp_path / "own" / "shop" / name).read_bytes()


def start_run(dataset: Path, output: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "rfm_engine", "run", str(dataset), "--output", str(output), "--format", "parquet"]
    environment = os.environ | {"PYSPARK_PYTHON": sys.executable}
    return subprocess.Popen(
        [*command, *more], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def is_half_way(page: int) -> bool:
    """Return whether some of the partitions are done and others are not."""
    applications = fetch(f"http://{HOST}:{page}/api/v1/applications") or []
    stages: list[dict[str, Any]] = [
        stage for one in applications for stage in fetch(f"http://{HOST}:{page}/api/v1/applications/{one['id']}/stages")
    ]
    return any(stage["numTasks"] == PARTITIONS and 2 <= stage["numCompleteTasks"] < PARTITIONS for stage in stages)

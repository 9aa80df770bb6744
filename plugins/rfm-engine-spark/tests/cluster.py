"""A standalone cluster of Spark on this machine: a master and workers, each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HOST = "127.0.0.1"
PATIENCE = 900


@dataclass(frozen=True)
class Cluster:
    """The address of the master, and the workers, which can be killed."""

    master: str
    workers: Sequence[subprocess.Popen[bytes]]

    def kill(self, worker: int) -> None:
        """End a worker and its executor at once, as a power cut does."""
        os.killpg(self.workers[worker].pid, signal.SIGKILL)
        self.workers[worker].wait()


@contextmanager
def standalone_cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Give a cluster whose workers have one core each; all of it ends with the block."""
    port, page = free_port(), free_port()
    master = f"spark://{HOST}:{port}"
    with ExitStack() as stack:
        stack.enter_context(_start("master.Master", "--port", port, "--webui-port", page, log=folder / "master.log"))
        started = [
            stack.enter_context(
                _start("worker.Worker", "--cores", 1, "--memory", "1g", "--webui-port", free_port(), "--work-dir",
                       folder / f"worker-{number}", master, log=folder / f"worker-{number}.log")
            )
            for number in range(workers)
        ]  # fmt: skip
        wait_until(lambda: fetch(f"http://{HOST}:{page}/json/").get("aliveworkers") == workers)
        yield Cluster(master, started)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def fetch(url: str) -> Any:  # noqa: ANN401 whatever the page says
    """Return the JSON of a page, an empty table where no one answers yet."""
    try:
        with urlopen(url, timeout=10) as page:  # noqa: S310 our own processes
            return json.load(page)
    except (URLError, OSError, ValueError):
        return {}


def wait_until(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happens():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


@contextmanager
def _start(name: str, *arguments: object, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    spec = find_spec("pyspark")
    home = Path(str(spec and spec.origin)).parent
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", "--host", HOST]
    environment = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": HOST, "PYSPARK_PYTHON": sys.executable}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, *map(str, arguments)], env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

"""The Spark session of a run."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rfm_engine import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SETTINGS: Final = {
    "spark.app.name": "rfm-engine",
    "spark.sql.session.timeZone": "UTC",  # as the engine reads times with a zone
    "spark.sql.ansi.enabled": "true",  # an overflow is an error
    "spark.sql.adaptive.enabled": "false",  # partitions stay as they are
    "spark.sql.execution.arrow.maxRecordsPerBatch": "200000",
    "spark.driver.maxResultSize": "0",
    "spark.executorEnv.POLARS_MAX_THREADS": "1",  # a task has one core
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
LOCAL: Final = {"spark.driver.host": "localhost", "spark.driver.bindAddress": "127.0.0.1"}


@contextmanager
def spark_session(master: str | None, conf: Mapping[str, object]) -> Iterator[Any]:
    """Give the session that is there, or one of its own, which ends with the block.

    Raises:
        UsageError: Spark or Java is not installed.
    """
    sql = _import_spark()
    if (active := sql.SparkSession.getActiveSession()) is not None:
        yield active
        return
    builder = sql.SparkSession.builder
    master = master or os.environ.get("MASTER") or "local[*]"
    is_local = master.startswith("local")
    if is_local:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = SETTINGS | (LOCAL if is_local else {}) | {"spark.master": master} | dict(conf)
    for name, value in settings.items():
        builder = builder.config(name, str(value).lower() if isinstance(value, bool) else str(value))
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def explain_absent_engine() -> Iterator[None]:
    """Report executors whose Python lacks the engine as such.

    Raises:
        UsageError: They lack it.
    """
    try:
        yield
    except Exception as error:
        if "No module named 'rfm_engine" not in str(error):
            raise
        message = (
            "the executors' Python has no rfm-engine: install it and rfm-engine-spark there, and set PYSPARK_PYTHON"
        )
        raise UsageError(message) from error


def _import_spark() -> Any:  # noqa: ANN401 a module without types
    try:
        from pyspark import sql  # noqa: PLC0415 heavy
    except ImportError as error:
        message = "the gatherer spark needs pyspark: pip install 'rfm-engine-spark[pyspark]'"
        raise UsageError(message) from error
    home = os.environ.get("JAVA_HOME")
    if not (home and (Path(home) / "bin" / "java").exists()) and shutil.which("java") is None:
        message = "the gatherer spark needs Java 17 or later: install it, or set JAVA_HOME"
        raise UsageError(message)
    return sql

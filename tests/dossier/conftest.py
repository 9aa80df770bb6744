"""The run of hostile names that reports are tried on."""

from tests.report.conftest import hostile_run

__all__ = ["hostile_run"]

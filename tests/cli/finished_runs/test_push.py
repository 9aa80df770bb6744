"""Customers are put into PostgreSQL alone, and no password is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.servers.postgresql import needs_postgresql
from tests.terminal import AS_OF, ORDERS, done, rfm

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_postgresql


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a run of the small orders."""
    (tmp_path / "orders.csv").write_text(ORDERS, "utf-8")
    done("run", "--orders", tmp_path / "orders.csv", *AS_OF, "--output", tmp_path / "output", "-q")
    return tmp_path / "output" / "orders"


def test_customers_are_put_into_postgresql_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "shop.db").touch()

    answer = rfm("push", folder, "--database", f"sqlite:///{tmp_path}/shop.db")

    assert (answer.code, "PostgreSQL alone" in answer.err) == (2, True)


def test_a_password_typed_is_refused_and_not_shown(folder: Path) -> None:
    answer = rfm("push", folder, "--database", "postgresql://crm:geheim@localhost/crm")

    assert (answer.code, "PGPASSWORD" in answer.err) == (2, True)
    assert not re.search("geheim", answer.err + answer.out)

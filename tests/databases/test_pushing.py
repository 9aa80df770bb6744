"""A table of PostgreSQL holds a run's customers after a push, whatever it held before: all of them or what it held."""

from __future__ import annotations

import csv
import io
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from rfm_engine.databases import pushing
from tests.databases.kills import kill_servers, make_runs
from tests.servers.postgresql import address, ask, needs_postgresql
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


def read_table(server: Path, table: str) -> list[dict[str, str]]:
    text = ask(server, "-c", f"table {table} order by dataset, as_of, region, customer_id").decode()
    return list(csv.DictReader(io.StringIO(text)))


def push(folder: Path, server: Path, table: str, *words: str) -> str:
    return done("push", folder, "--database", address(server), "--table", table, *words).out


@pytest.mark.parametrize("rows", [1, 50_000])
def test_a_pushed_table_has_the_customers_of_the_list_exactly(
    rows: int, folder: Path, server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "BATCH_ROWS", rows)

    said = push(folder, server, f"exact_{rows}", "--create")

    assert said == f"exact_{rows}: customers 3 new, 0 changed, 0 gone, 0 as they were\n"
    with (folder / "customers.csv").open(encoding="utf-8") as file:
        listed = [{"dataset": "orders", "as_of": "2025-07-01"} | row for row in csv.DictReader(file)]
    assert read_table(server, f"exact_{rows}") == listed


def test_a_push_brings_in_changes_and_takes_out_only_rows_of_its_dataset(folder: Path, server: Path) -> None:
    push(folder, server, "kept", "--create")
    expected = read_table(server, "kept")
    ask(server, "-c", "update kept set tier = 'X' where customer_id = '007'; delete from kept where customer_id = '7'")
    into = "insert into kept (dataset, as_of, region, customer_id) values"
    ask(server, "-c", into + "('orders', '2024-01-01', 'north', 'old'), ('other', '2024-01-01', 'north', 'old')")

    tried = push(folder, server, "kept", "--dry-run")
    untouched = len(read_table(server, "kept"))
    said = push(folder, server, "kept")

    assert tried.replace("would be ", "") == said == "kept: customers 1 new, 1 changed, 1 gone, 1 as they were\n"
    assert untouched == 4
    assert [row for row in read_table(server, "kept") if row["dataset"] == "orders"] == expected
    assert len(read_table(server, "kept")) == 4
    assert push(folder, server, "kept") == "kept: customers 0 new, 0 changed, 0 gone, 3 as they were\n"


def test_a_history_keeps_the_lists_of_other_dates(folder: Path, server: Path, tmp_path: Path) -> None:
    push(folder, server, "history", "--create", "--history")
    later = ("--as-of", "2025-08-01", "--output", tmp_path / "later")
    done("run", "--orders", tmp_path / "orders.csv", *later, "-q")

    push(tmp_path / "later" / "orders", server, "history", "--history")
    push(tmp_path / "later" / "orders", server, "history", "--history")

    dates = [row["as_of"] for row in read_table(server, "history")]
    assert dates == ["2025-07-01"] * 3 + ["2025-08-01"] * 3


def test_a_table_that_is_missing_or_of_other_columns_is_refused_with_all_that_is_wrong(
    folder: Path, server: Path
) -> None:
    ask(server, "-c", "create table other (dataset text, tier integer)")

    missing = rfm("push", folder, "--database", address(server), "--table", "absent")
    other = rfm("push", folder, "--database", address(server), "--table", "other")

    assert (missing.code, other.code) == (1, 1)
    assert 'create table "absent" (\n    "dataset" text not null,' in missing.err
    assert "tier integer, expected text" in other.err
    assert "as_of missing, expected date" in other.err
    ask(server, "-c", missing.err.partition("makes it:\n")[2])
    assert push(folder, server, "absent").startswith("absent: customers 3 new")


def test_a_push_that_is_killed_leaves_the_table_as_it_was_or_as_it_should_be(folder: Path, server: Path) -> None:
    push(folder, server, "whole", "--create")
    expected = read_table(server, "whole")
    draw, ends = random.Random(7), set()
    command = [sys.executable, "-m", "rfm_engine", "push", str(folder), "--database", address(server)]
    for _ in range(6):
        ask(server, "-c", "update whole set tier = 'X'")
        process = subprocess.Popen([*command, "--table", "whole"], stdout=subprocess.DEVNULL)
        time.sleep(draw.uniform(0.2, 1.2))
        process.kill()
        process.wait()
        ask(server, "-c", "begin; lock table whole; commit")  # waits for what the server still does of it
        tiers = {row["tier"] for row in read_table(server, "whole")}
        assert tiers == {"X"} or read_table(server, "whole") == expected
        ends.add(tiers == {"X"})
    assert ends


def test_a_server_that_is_killed_comes_back_with_the_table_as_it_was_or_as_it_should_be(
    server: Path, tmp_path: Path
) -> None:
    ends = kill_servers(server, make_runs(tmp_path, 5_000), 3)

    assert ends.old + ends.new == ends.done + ends.failed == 3


def test_a_list_that_cannot_be_read_to_its_end_leaves_the_table_as_it_was(
    folder: Path, server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "BATCH_ROWS", 1)
    push(folder, server, "damaged", "--create")
    expected = read_table(server, "damaged")
    with (folder / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("south,geheim,many,much\n")

    answer = rfm("push", folder, "--database", address(server), "--table", "damaged")

    assert (answer.code, "cannot be read" in answer.err, "geheim" in answer.err) == (2, True, False)
    assert read_table(server, "damaged") == expected

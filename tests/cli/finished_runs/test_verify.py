"""What the command says of runs that are not what their records say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal import ORDERS, Answer, rfm


def test_every_difference_is_reported(finished_run: Path) -> None:
    (finished_run / "north/customers.csv").write_bytes((finished_run / "north/customers.csv").read_bytes().swapcase())
    (finished_run / "south/customers.csv").write_text("none")
    (finished_run / "south/customers.xlsx").unlink()
    (finished_run / "notes.txt").write_text("call them")
    Path("orders/0.csv").write_text(ORDERS)
    Path("orders/1.csv").unlink()
    size = len(ORDERS.encode())

    answer = rfm("verify", finished_run)

    assert (answer.code, answer.err) == (1, "")
    told = answer.out.splitlines()
    assert told[0].startswith(f"input orders/0.csv: changed, {size} bytes instead of ")
    assert told[1] == "input orders/1.csv: missing"
    assert told[2] == f"(inputs were looked for in {Path.cwd()}; say where they are with --orders-in)"
    assert told[3] == "output north/customers.csv: changed, the same size but another digest"
    assert told[4].startswith("output south/customers.csv: changed, 4 bytes instead of ")
    assert told[5:] == ["output south/customers.xlsx: missing", "output notes.txt: extra, no run wrote it"]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (None, "no run.json there; name the folder of one dataset's run"),
        ("{", "not the record of a run; run the dataset again"),
        ('{"inputs": [], "outputs": [{"file": 1}]}', "not the record of a run; run the dataset again"),
    ],
)
def test_a_folder_without_a_record_is_refused(record: str | None, message: str, tmp_path: Path) -> None:
    if record is not None:
        (tmp_path / "run.json").write_text(record)

    answer = rfm("verify", tmp_path)

    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_a_folder_of_orders_that_is_not_there_is_refused(finished_run: Path) -> None:
    answer = rfm("verify", finished_run, "--orders-in", "nowhere")

    assert answer == Answer(2, "", "error: nowhere: no such folder; name the one that holds the order files\n")

"""The files that `rfm-engine generate` writes, among them the orders of the bundled datasets."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from rfm_engine.cli.generate import generate
from rfm_engine.errors import OutputError
from rfm_engine.synthetic.profiles import market
from rfm_engine.synthetic.writing import write_orders
from tests.terminal import done, rfm

DATASETS = Path(__file__).parents[2] / "datasets"
COMMANDS = [
    (path.parent, line.removeprefix("#").split()[2:])
    for path in sorted(DATASETS.glob("*/dataset.toml"))
    for line in path.read_text("utf-8").splitlines()
    if line.startswith("#   rfm-engine generate ")
]
LARGEST_FILE = 1_500_000
app = typer.Typer()
app.command()(generate)


@pytest.mark.parametrize(("folder", "arguments"), COMMANDS, ids=[arguments[0] for _, arguments in COMMANDS])
def test_a_dataset_is_regenerated_by_the_command_it_states(folder: Path, arguments: list[str], tmp_path: Path) -> None:
    bundled = DATASETS.parent / arguments[0]
    result = tmp_path / bundled.name
    assert CliRunner().invoke(app, [str(result), *arguments[1:]]).exit_code == 0
    assert bundled.parent == folder
    assert result.read_bytes() == bundled.read_bytes()
    assert bundled.stat().st_size < LARGEST_FILE


def test_every_bundled_order_file_names_its_command_and_every_dataset_says_it_is_synthetic() -> None:
    written = {DATASETS.parent / arguments[0] for _, arguments in COMMANDS}
    assert written == set(DATASETS.glob("*/*.csv"))
    for path in DATASETS.glob("*/dataset.toml"):
        assert "Synthetic orders" in path.read_text("utf-8")


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    occupied = tmp_path / "orders.csv"
    occupied.mkdir()
    with pytest.raises(OutputError, match="could not be written"):
        write_orders(market(orders=10), occupied, replace=True)
    assert list(tmp_path.iterdir()) == [occupied]


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_what_is_there_is_replaced_only_by_force(kind: str, tmp_path: Path) -> None:
    place, target = tmp_path / "o.csv", tmp_path / "target"
    target.write_text("mine", "utf-8")
    if kind == "link":
        place.symlink_to(target)
    elif kind == "folder":
        place.mkdir()
    else:
        place.write_text("mine", "utf-8")

    refused = rfm("generate", place, "--orders", "5", "--customers", "2")

    assert (refused.code, refused.out) == (2, "")
    assert refused.err == f"error: {place} is there already; name another file, or replace it with --force\n"
    assert target.read_text("utf-8") == "mine"
    if kind != "folder":
        done("generate", place, "--orders", "5", "--customers", "2", "--force")
        assert target.read_text("utf-8") == "mine"
        assert place.read_text("utf-8").startswith("customer_id,")

"""The command writes what the suffix says, and reports at once what cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from rfm_engine.cli.generate import generate
from rfm_engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

app = typer.Typer()
app.command()(generate)


@pytest.mark.parametrize(
    ("suffix", "read"), [(".csv", pl.read_csv), (".parquet", pl.read_parquet), (".ndjson", pl.read_ndjson)]
)
def test_the_command_writes_what_the_suffix_says(
    suffix: str, read: Callable[[Path], pl.DataFrame], tmp_path: Path
) -> None:
    path = tmp_path / "new" / f"orders{suffix}"
    result = CliRunner().invoke(
        app, [str(path), "--orders", "1.5k", "--customers", "100", "--regions", "2", "--seed", "7"]
    )
    assert result.exit_code == 0, result.output
    assert "1,500 orders of 100 customers in 2 regions" in result.output
    frame = read(path)
    assert (frame.height, frame["customer_id"].n_unique(), set(frame["region"])) == (1_500, 100, {"广东省", "山东省"})
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["orders.xls"], ["expected a name that ends in .csv, .parquet, .ndjson"]),
        (["o.csv", "--profile", "outdor"], ["did you mean 'outdoor'?"]),
        (["o.csv", "--orders", "many"], ["--orders many: expected a whole number"]),
        (["o.csv", "--orders", "0.0001k"], ["--orders 0.0001k: expected a whole number"]),
        (["o.csv", "--regions", "99"], ["--regions 99: expected 1 to 31"]),
        (["o.csv", "--regions", "四川", "--unit", "dollar"], ["did you mean '四川省'?", "unit: 'yuan', "]),
        (["o.csv", "--orders", "5", "--customers", "6"], ["5 orders are too few for 6 customers"]),
        (["o.csv", "--since", "2025-08-01"], ["since 2025-08-01 is after until 2025-07-01"]),
    ],
)
def test_what_is_requested_wrongly_is_reported_at_once(options: list[str], expected: list[str]) -> None:
    error = CliRunner().invoke(app, options).exception
    assert isinstance(error, UsageError)
    assert [words for words in expected if words not in str(error)] == []

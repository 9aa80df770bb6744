"""What a command prints, as a command, as a module and as a listing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from decimal import Decimal
from importlib.metadata import version
from typing import TYPE_CHECKING

import polars as pl
import pytest

from rfm_engine.cli.commands import HOMES
from tests.conftest import DATASETS
from tests.terminal import AS_OF, ORDERS, done, record_of, run

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_prints_the_tier_table_the_ledger_and_where_the_files_are(shop: Path, tmp_path: Path) -> None:
    answer = done("run", "--orders", shop, *AS_OF, "--output", tmp_path)

    lines = [line.rstrip() for line in answer.out.splitlines()]
    assert lines == [
        "",
        "shop",
        "orders up to 2025-07-01, scheme thresholds, tiers abcd",
        "region  tier  customers    share  orders  spend (yuan)  contacts a month",
        "north   A             0    0.0 %       0          0.00                 -",
        "        B             1   50.0 %       2        350.01         0.3 - 0.7",
        "        C             1   50.0 %       1      1,500.10         0.2 - 0.3",
        "        D             0    0.0 %       0          0.00                 -",
        "south   A             0    0.0 %       0          0.00                 -",
        "        B             0    0.0 %       0          0.00                 -",
        "        C             1  100.0 %       2         85.00         0.2 - 0.3",
        "        D             0    0.0 %       0          0.00                 -",
        "ledger: 5 rows read = 5 used",
        f"files: {tmp_path}/shop/ customers.csv, rejects.csv, run.json",
    ]


def test_a_window_with_two_ends_is_printed_with_both(shop: Path, tmp_path: Path) -> None:
    answer = done("run", "--orders", shop, *AS_OF, "--since", "2025-01-01", "--output", tmp_path)

    assert "orders from 2025-01-01 to 2025-07-01, " in answer.out
    assert "ledger: 5 rows read = 4 used + 1 outside window" in answer.out


def test_quiet_prints_nothing(shop: Path, tmp_path: Path) -> None:
    answer = done("run", "--orders", shop, *AS_OF, "--quiet", "--output", tmp_path)

    assert answer == (0, "", "")


def test_the_tables_fit_eighty_columns_without_cutting_a_list_s_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸"
    orders = tmp_path / "long.csv"
    orders.write_text(ORDERS.replace("tent", name), "utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")

    answer = done("run", "--orders", orders, *AS_OF, "--by", "region,product_name", "--output", tmp_path / "output")

    assert "…" not in answer.out
    assert all(character in answer.out for character in name)


def test_a_terminal_narrower_than_the_table_shows_each_list_s_name_above_its_tiers_and_every_figure(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "66")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")

    answer = done("run", "--orders", shop, *AS_OF, "--output", tmp_path)

    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in answer.out.splitlines()]
    assert plain[3:-2] == [
        "tier  customers    share  orders  spend (yuan)  contacts a month",
        "north",
        "A             0    0.0 %       0          0.00                 -",
        "B             1   50.0 %       2        350.01         0.3 - 0.7",
        "C             1   50.0 %       1      1,500.10         0.2 - 0.3",
        "D             0    0.0 %       0          0.00                 -",
        "south",
        "A             0    0.0 %       0          0.00                 -",
        "B             0    0.0 %       0          0.00                 -",
        "C             1  100.0 %       2         85.00         0.2 - 0.3",
        "D             0    0.0 %       0          0.00                 -",
    ]


def test_no_more_than_forty_lists_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    rows = [f"c{number},o{number},region {number:02},5.00,2025-01-01 10:00:00" for number in range(43)]
    orders = tmp_path / "many.csv"
    orders.write_text("\n".join(["customer_id,order_id,region,order_amount,order_time", *rows]), "utf-8")

    answer = done("run", "--orders", orders, *AS_OF, "--output", tmp_path / "output")

    assert answer.out.count("\nregion ") == 1 + 40
    assert "\nregion 39" in answer.out
    assert "\n... and 3 more lists\nledger: " in answer.out


def test_the_module_runs_like_the_command(shop: Path, shop_run: Path, tmp_path: Path) -> None:
    words = ["run", "--orders", str(shop), *AS_OF, "--output", str(tmp_path)]

    process = subprocess.run([sys.executable, "-m", "rfm_engine", *words], capture_output=True, text=True, check=False)

    assert (process.returncode, process.stderr) == (0, "")
    assert (tmp_path / "shop" / "customers.csv").read_bytes() == (shop_run / "customers.csv").read_bytes()


def test_a_mistake_in_a_process_ends_with_2_and_one_line_on_stderr() -> None:
    words = [sys.executable, "-m", "rfm_engine", "run", "--orders", "nowhere.csv", *AS_OF]

    process = subprocess.run(words, capture_output=True, text=True, check=False)

    assert process.returncode == 2
    assert process.stdout == ""
    assert process.stderr.startswith("error: no order file matches 'nowhere.csv'")
    assert process.stderr.count("\n") == 1


def test_the_version_is_reported() -> None:
    assert done("--version").out == f"rfm-engine {version('rfm-engine')}\n"


@pytest.mark.parametrize("command", [*HOMES])
def test_every_command_has_help(command: str) -> None:
    answer = done(command, "--help")

    assert f"rfm-engine {command}" in answer.out


def test_datasets_are_listed_for_people_and_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATASETS.parent)
    names = sorted(path.name for path in DATASETS.iterdir() if path.is_dir())

    listed, as_json = done("datasets").out, json.loads(done("datasets", "--json").out)

    assert [row["name"] for row in as_json] == names
    assert all(f"{name}  " in listed for name in names)
    assert all(row["as_of"] and row["title"] and row["description"] and row["file"] for row in as_json)


@pytest.mark.parametrize(
    ("command", "names"),
    [("schemes", {"thresholds", "quintile", "frozen"}), ("tiers", {"abcd", "weighted", "segments"})],
)
def test_schemes_and_policies_are_listed_with_options_defaults_and_meanings(command: str, names: set[str]) -> None:
    listed, rows = done(command).out, json.loads(done(command, "--json").out)

    assert names <= {row["name"] for row in rows}
    for row in rows:
        assert row["name"] in listed
        assert row["meaning"]
        assert all(option["meaning"] and option["name"] in listed for option in row["options"])


@pytest.mark.parametrize(("command", "option"), [("schemes", "--scheme"), ("tiers", "--tiers")])
def test_a_listed_default_set_by_hand_changes_nothing(command: str, option: str, shop: Path, tmp_path: Path) -> None:
    for row in json.loads(done(command, "--json").out):
        if row["distribution"] != "rfm-engine" or any(known["required"] for known in row["options"]):
            continue
        settings = [("--set", f"{known['name']}={toml(known['default'])}") for known in row["options"]]
        words = (option, row["name"])

        plain = record_of(run(shop, tmp_path, *words))
        record = record_of(run(shop, tmp_path, *words, *(word for pair in settings for word in pair)))

        assert record["scheme"] == plain["scheme"]
        assert record["tiers"] == plain["tiers"]


def toml(value: object) -> str:
    """Return a plain value as a TOML value."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + "}"
    return json.dumps(value)


def test_money_is_exact_where_floats_are_not(tmp_path: Path) -> None:
    orders = tmp_path / "shop.csv"
    lines = [f"c1,o{number},0.10,2025-01-01" for number in range(1000)]
    orders.write_text("\n".join(["customer_id,order_id,order_amount,order_time", *lines]), "utf-8")

    folder = run(orders, tmp_path / "output", "--format", "parquet")

    assert pl.read_parquet(folder / "customers.parquet")["monetary"].to_list() == [Decimal("100.00")]

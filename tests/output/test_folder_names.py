"""A list's folder is one folder below the run's, whatever the list is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.output.folder_names import folder_name
from tests.terminal import AS_OF, ORDERS, done, everything_below, read_rows, run


@given(st.text(min_size=1) | st.sampled_from(["..", ".", "../..", "/etc", "\\", "C:\\x", "~", "a/../../b", "%2E"]))
def test_a_list_s_folder_is_one_folder_below_the_run_s(value: str) -> None:
    result = Path("/run", folder_name(value))

    assert result.parent == Path("/run")
    assert result.name not in {"", ".", ".."}
    assert "\\" not in result.name


def test_lists_of_hostile_names_stay_within_the_run_s_folder(tmp_path: Path) -> None:
    regions = ["..", ".", "../../up", "/abs", "C:\\x", "~", "a/b"]
    rows = [f"c{n},{region},5,2025-01-01" for n, region in enumerate(regions)]
    orders = tmp_path / "in" / "o.csv"
    orders.parent.mkdir()
    orders.write_text("\n".join(["customer_id,region,order_amount,order_time", *rows]), "utf-8")

    folder = run(orders, tmp_path / "output", "--split")

    assert len(list(folder.glob("*/customers.csv"))) == len(regions)
    files = everything_below(tmp_path)
    assert all(name.startswith(("in/", "output/o/")) for name in files)


@pytest.mark.parametrize("names", [("East", "east"), ("a/b", "a:b"), (".hid", "hid"), ("..", "."), ("%2F", "/")])
def test_lists_never_share_a_folder_not_even_where_case_does_not_count(names: tuple[str, str], tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text(ORDERS.replace("north", names[0]).replace("south", names[1]), "utf-8")

    done("run", "--orders", orders, *AS_OF, "--split", "--output", tmp_path / "output")

    folder = tmp_path / "output" / "orders"
    lists = [path for path in folder.iterdir() if path.is_dir()]
    assert len({path.name.casefold() for path in lists}) == 2
    regions = [row["region"] for path in lists for row in read_rows(path / "customers.csv")]
    assert sorted(regions) == sorted([names[0], names[0], names[1]])

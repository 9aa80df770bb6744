"""A list's folder is one folder below the run's, whatever the list is called."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.output.folder_names import folder_name
from tests.terminal import everything_below, run


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

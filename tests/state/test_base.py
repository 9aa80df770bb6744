"""A base is the same from memory, from a file, and counted anew, and its file the same as was written."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rfm_engine.state import base as bases
from rfm_engine.state.base import hold_base, read_base, set_base_aside
from tests.examples import examples
from tests.laws.months import day, describe, job_of, row, write_month

AGAIN = st.builds(
    row,
    st.integers(1, 6).map(lambda number: f"o{number}"),
    st.integers(-4, 90).map(lambda half: half / 2),
    customer_id=st.sampled_from(["c1", "c2", "c3"]),
    region=st.sampled_from(["north", "west"]),
    order_amount=st.sampled_from(["5.00", "7.00", "-7.00"]),
)
DROPS: tuple[list[str], ...] = ([], ["product_name"])
"""With a column that is left out of the lists customers are counted anew."""

TABLE = pl.DataFrame({"region": ["north", None], "fen": [1, 2**62]})


def test_a_base_comes_back_from_the_file_that_was_made_of_it(tmp_path: Path) -> None:
    written, again = tmp_path / "written.parquet", tmp_path / "again.parquet"

    sha256 = hold_base(TABLE).put_into(written)
    base = read_base(written, sha256)

    assert base.table.equals(TABLE)
    assert base.put_into(again) == sha256 == hashlib.sha256(again.read_bytes()).hexdigest()


def test_a_file_of_other_bytes_is_no_base(tmp_path: Path) -> None:
    path = tmp_path / "base.parquet"
    hold_base(TABLE).put_into(path)

    with pytest.raises(ValueError, match="other bytes"):
        _ = read_base(path, "0" * 64).table
    with pytest.raises(OSError, match="gone"):
        read_base(tmp_path / "gone.parquet", "0" * 64)


@pytest.mark.skipif(os.name == "nt", reason="Windows makes links for administrators, replaces no file that is open")
def test_a_link_is_no_base_and_a_file_that_takes_the_place_of_one_is_another(tmp_path: Path) -> None:
    path, moved, link = tmp_path / "base.parquet", tmp_path / "moved.parquet", tmp_path / "link.parquet"
    sha256 = hold_base(TABLE).put_into(path)
    base = read_base(path, sha256)
    link.symlink_to(path)

    with pytest.raises(OSError, match=r"link\.parquet"):
        read_base(link, sha256)
    assert base.table.equals(TABLE)
    hold_base(TABLE.head(1)).put_into(tmp_path / "other.parquet")
    (tmp_path / "other.parquet").replace(path)
    assert base.put_into(moved) == hashlib.sha256(moved.read_bytes()).hexdigest()
    assert pl.read_parquet(moved).equals(TABLE)


@pytest.mark.parametrize("has_room", [True, False])
def test_what_is_taken_of_a_base_is_used_up_only_where_a_file_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_room: bool
) -> None:
    if not has_room:
        monkeypatch.setattr(bases, "set_aside", lambda _: None)
    base = set_base_aside(TABLE.clone())

    base.take().drop_in_place("region")

    assert base.table.columns == (["fen"] if has_room else ["region", "fen"])
    base.put_into(tmp_path / "base.parquet")
    assert pl.read_parquet(tmp_path / "base.parquet").equals(TABLE)


@settings(max_examples=examples(20))
@given(
    st.lists(AGAIN, min_size=2, max_size=9),
    st.sampled_from([{}, {"since": day(3)}]),
    st.sampled_from(["order", "line"]),
)
@example([row("o1", 5), row("o1", 6, order_amount="-7.00"), row("o2", 5)], {}, "line")
@example([*[row("o1", 5)] * 2, row("o2", 9)], {}, "order")
@example([row("o1", 0), row("o1", 5)], {"since": day(3)}, "order")
def test_the_customers_that_were_found_make_the_base_that_counting_them_anew_does(
    rows: list[dict[str, Any]], window: dict[str, Any], grain: str
) -> None:
    with TemporaryDirectory() as folder:
        write_month(Path(folder), "m1", rows)
        made, counted = (_base_of(Path(folder), grain=grain, drop=drop, **window) for drop in DROPS)

    assert made is counted is None or (made is not None and counted is not None and made.equals(counted))


def _base_of(folder: Path, **keys: Any) -> pl.DataFrame | None:  # noqa: ANN401 keys of a dataset
    """Return the base that a run makes of all orders; None where it keeps nothing."""
    _, run = describe(job_of(folder, state="state", **keys))
    return None if run is None or run.state is None or run.state.memo is None else run.state.memo.base.table

"""What a text must be to be a day, a name, weights or a limit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from rfm_engine.config.key_types import Day, Dropped, Generalized, RejectLimit, WeightTable
from tests.terminal import AS_OF, rfm

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = "customer_id,order_amount,order_time\nc,5,2025-01-01\n"


@pytest.mark.parametrize("day", ["9999-12-31", "3000-01-01", "99991231"])
@pytest.mark.parametrize("key", ["--as-of", "--since"])
def test_a_day_far_away_is_refused_as_text_too(day: str, key: str, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(ORDERS, "utf-8")
    last = () if key == "--as-of" else ("--as-of", "2025-07-01")

    answer = rfm("run", "--orders", tmp_path / "o.csv", key, day, *last)

    assert answer.code == 2
    assert "of the year 2999 at the latest" in answer.err


@pytest.mark.parametrize(
    "name", ["..", ".", "../x", "a/b", "a\\b", "/etc", "C:", ".hidden", "", " ", "a\0b", "a\nb", "*"]
)
def test_a_dataset_s_name_is_no_path(name: str, shop: Path, tmp_path: Path) -> None:
    answer = rfm("run", "--orders", shop, *AS_OF, "--name", name, "--output", tmp_path / "output")

    assert answer.code == 2
    assert list(tmp_path.iterdir()) == []


def read(kind: Any, value: object) -> object:  # noqa: ANN401 any of the types
    """Return what a key of this type becomes; None where it is refused."""
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return None


@pytest.mark.parametrize("value", ["2025-07-01", "2025/7/1", "20250701", " 2025-07-01 ", date(2025, 7, 1)])
def test_a_day_is_read_however_it_is_written(value: object) -> None:
    assert read(Day, value) == date(2025, 7, 1)


@pytest.mark.parametrize("value", ["07/01/2025", "soon", 20250701, "2025-07", True])
def test_what_is_no_day_is_refused(value: object) -> None:
    assert read(Day, value) is None


def test_a_limit_is_a_number_of_rows_or_a_share_of_at_most_all() -> None:
    given = (100, "100", "1%", "0.5 %", "100%", "101%", "-1", "1e3", True, "many", None)

    assert [read(RejectLimit, value) for value in given[:5]] == ["100", "100", "1%", "0.5%", "100%"]
    assert [read(RejectLimit, value) for value in given[5:]] == [None] * 6


def test_weights_are_not_negative_not_all_zero_and_not_finer_or_larger_than_any_needs() -> None:
    fits: list[tuple[int | str, ...]] = [(1, 0, 0), ("0.3", "0.3", "0.4"), (1_000, 1, "0.000000001")]
    misfits = [(0, 0, 0), (1, 1, -1), (1_001, 1, 1), (1, 1, "0.0000000001"), (1, 1, "nan"), (1, 1, "inf"), (1, 1)]

    assert [read(WeightTable, value) for value in fits] == [tuple(map(Decimal, value)) for value in fits]
    assert [read(WeightTable, value) for value in misfits] == [None] * len(misfits)


def test_columns_of_the_last_order_may_be_named_as_in_the_list() -> None:
    assert [read(Dropped, name) for name in ("last_product_name", "product_name")] == ["product_name"] * 2
    assert (read(Generalized, "last_order_time"), read(Dropped, "customer_id")) == ("order_time", None)

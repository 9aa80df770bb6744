"""Every size that a dataset file or an option can request is bounded before it is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.config.dataset_file import SETTINGS_LEVELS, parse_toml
from tests.terminal import rfm

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = "customer_id,order_amount,order_time\nc,5,2025-01-01\n"
MOST_LETTERS = 20_000
KEYS = 'name = "n"\norders = ["o.csv"]\nas_of = 2025-07-01\n'


def cuts(count: int) -> str:
    return f"[{','.join(map(str, range(1, count + 1)))}]"


HUGE = {
    f"[scheme]\nname = 'thresholds'\nfrequency = {cuts(699)}": "scheme.frequency: ",
    f"[scheme]\nname = 'thresholds'\nrecency_days = {cuts(150)}\nfrequency = {cuts(150)}\nmonetary = {cuts(150)}": (
        "scheme 'thresholds' has 151 x 151 x 151 combinations of scores; at most 2,000,000 are checked"
    ),
    f"{'.'.join(['a'] * 50_000)} = 1": "a key of more than 20 parts",
    f"x = {{ {'.'.join(['a'] * 50_000)} = 1 }}": "a key of more than 20 parts",
    "[" + ".".join(['"a"'] * 50_000) + "]": "a key of more than 20 parts",
    "[scheme]\nname = 'thresholds'\nmonetary = [1e400000]": "1e400000 is out of range",
    "[scheme]\nname = 'thresholds'\nmonetary = [1e-400000]": "1e-400000 is out of range",
    f"accept = {['RFM401'] * 50_000}": "accept: expected at most 200 values, got 50,000",
    f"by = {[f'c{at}' for at in range(50_000)]}": "by: expected at most 20 values, got 50,000",
    "".join(f"k{at} = 1\n" for at in range(50_000)): "49,980 more of the kind",
    f"[columns]\ncustomer_id = '{'a' * 500_000}'": "a key or a text of 500,000 letters, more than 4,096",
    f"[columns]\n{'a' * 500_000} = 'a'": "a key or a text of 500,000 letters, more than 4,096",
    **{
        f"[tiers]\nname = '{name}'\ntable = [{', '.join(f'{{name = {at!r}}}' for at in map(str, range(5_000)))}]": (
            "tiers.table: expected at most 200 values, got 5,000"
        )
        for name in ("weighted", "segments")
    },
}


@pytest.mark.parametrize(("body", "expected"), HUGE.items(), ids=range(len(HUGE)))
def test_a_small_dataset_file_cannot_request_much(body: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(ORDERS, "utf-8")
    (tmp_path / "dataset.toml").write_text(KEYS + body, "utf-8")

    answer = rfm("run", tmp_path, "--output", tmp_path / "output")

    assert (answer.code, answer.out) == (2 if "combinations" not in expected else answer.code, "")
    assert answer.err.startswith("error: ")
    assert expected in answer.err
    assert len(answer.err) < MOST_LETTERS
    assert not (tmp_path / "output" / "n").exists()


@pytest.mark.parametrize("word", ["a" * 500_000, '"' + "a" * 500_000, "a." * 10 + "b" * 100_000, "'a' " * 100_000])
def test_the_look_for_deep_keys_takes_linear_time(word: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_toml(word)


def test_a_key_of_as_many_parts_as_are_allowed_is_read() -> None:
    assert parse_toml(f"{'.'.join(['a'] * SETTINGS_LEVELS)} = 1")


@pytest.mark.parametrize("words", [("scheme.monetary=[1e400000]",), (f"scheme.{'a.' * 40}b=1",), ("scheme.bins.x=1",)])
def test_an_option_cannot_request_much(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(ORDERS, "utf-8")

    answer = rfm("run", "--orders", tmp_path / "o.csv", "--as-of", "2025-07-01", "--set", *words)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("day", ["9999-12-31", "3000-01-01", "99991231"])
@pytest.mark.parametrize("key", ["--as-of", "--since"])
def test_a_day_far_away_is_refused_as_text_too(day: str, key: str, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(ORDERS, "utf-8")
    last = () if key == "--as-of" else ("--as-of", "2025-07-01")

    answer = rfm("run", "--orders", tmp_path / "o.csv", key, day, *last)

    assert answer.code == 2
    assert "of the year 2999 at the latest" in answer.err

"""A dataset file is found and read as it is write_dataset, and every size that it can request is bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from rfm_engine.config.dataset_file import SETTINGS_LEVELS, parse_toml, read_dataset_file
from tests.dataset_files import write_dataset
from tests.terminal import done, read_rows, rfm

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


def test_a_broken_file_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write_dataset(tmp_path, "by = ['region'", "grain = 'order'")

    answer = rfm("run", path)

    assert answer.code == 2
    assert answer.err.startswith(f"error: {path}: not a readable TOML file: ")
    assert "line 4" in answer.err


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = write_dataset(tmp_path)
    path.write_bytes("title = '四川'".encode("gb18030"))

    assert rfm("run", path).code == 2


def test_an_order_file_in_place_of_a_dataset_file_is_answered_with_how_to_score_it(shop: Path) -> None:
    answer = rfm("run", shop)

    assert answer.code == 2
    assert f"rfm-engine run --orders {shop} --as-of DATE" in answer.err


def test_a_byte_order_mark_and_dates_as_text_are_understood(tmp_path: Path) -> None:
    path = write_dataset(tmp_path, as_of="as_of = '2025/7/1'")
    path.write_text(path.read_text("utf-8"), "utf-8-sig")

    done("run", path, "--output", tmp_path / "output")

    assert read_rows(tmp_path / "output" / tmp_path.name / "customers.csv")[0]["recency_days"] == "181"


def test_a_dataset_of_the_working_folder_is_named_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "june").mkdir()
    (tmp_path / "june" / "dataset.toml").write_text("orders = ['o.csv']\nas_of = 2025-07-01\n", "utf-8")
    monkeypatch.chdir(tmp_path / "june")

    assert read_dataset_file(Path("dataset.toml"))["name"] == "june"

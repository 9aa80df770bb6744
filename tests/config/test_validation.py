"""What is wrong with a table is said in words, and not at length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from rfm_engine.config.origins import Origins
from rfm_engine.config.validation import validate
from tests.dataset_files import write_dataset
from tests.terminal import rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_what_must_be_given_is_reported_with_its_meaning(tmp_path: Path) -> None:
    path = write_dataset(tmp_path, as_of="")

    answer = rfm("run", path)

    assert answer == (2, "", f"error: {path}: as_of: must be given (the statistics date, the window's last day)\n")


class Shelf(BaseModel):
    """A model with a key of each kind."""

    model_config = ConfigDict(extra="forbid")

    height: int = Field(description="how many boards")
    names: tuple[str, ...] = Field(default=(), max_length=3)


ORIGINS = Origins(whole="shelf.toml", options={"height": "option --height"})


def faults_of(**table: object) -> list[str]:
    found, faults = validate(Shelf, table, "", ORIGINS)
    assert (found is None) == bool(faults)
    return faults


def test_each_fault_names_its_place_and_what_was_expected() -> None:
    assert faults_of(height=3, names=["a"]) == []
    assert faults_of() == ["option --height: height: must be given (how many boards)"]
    assert faults_of(height="tall", hight=3, names="a") == [
        "option --height: height: expected a whole number, got 'tall'",
        'shelf.toml: names: expected a list, such as ["a", "b"], got \'a\'',
        "shelf.toml: hight: unknown key, did you mean 'height'?",
    ]
    assert faults_of(height=1, names=[*"abcd"]) == ["shelf.toml: names: expected at most 3 values, got 4"]


def test_a_message_is_no_longer_than_people_read() -> None:
    (line,) = faults_of(height="t" * 9_999)
    many = faults_of(height=1, **{f"key{number}": number for number in range(30)})

    assert line == f"option --height: height: expected a whole number, got '{'t' * 79} ... (9,999 letters)"
    assert len(many) == 21
    assert many[-1] == "shelf.toml: 10 more of the kind"


def test_a_table_within_a_file_is_named_before_its_keys() -> None:
    _, faults = validate(Shelf, {"height": None}, "shelf", ORIGINS)

    assert faults == ["shelf.toml: shelf.height: expected a whole number, got None"]

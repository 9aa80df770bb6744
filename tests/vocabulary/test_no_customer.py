"""Words for no customer: each usual spelling, further words, and a way out."""

from __future__ import annotations

import pytest

from rfm_engine.vocabulary.no_customer import no_customer_spellings


@pytest.mark.parametrize(
    "word",
    [
        "NULL",
        "Null",
        "\\N",
        "#N/A",
        "NaN",
        "nan",
        "None",
        "-",
        "0",
        "Guest",
        "游客",
        "匿名",
        "Walk-In Customer",
        "０",
        "Ｎ／Ａ",
        "Ｎｕｌｌ",
        "(blank)",
        "现金客户",
    ],
)
def test_what_exports_write_for_no_one_is_listed(word: str) -> None:
    assert word in no_customer_spellings([])


@pytest.mark.parametrize("name", ["00", "Nan Li", "王伟", "guest1", "10", "Anon Ltd", ""])
def test_a_name_or_a_number_is_not(name: str) -> None:
    assert name not in no_customer_spellings([])


def test_further_words_are_added_and_none_takes_the_listed_ones_away() -> None:
    assert {"Kasse 1", "KASSE 1", "0"} <= {*no_customer_spellings(["Kasse 1"])}
    spellings = {"Kasse 1", "KASSE 1", "kasse 1", "Ｋａｓｓｅ　１", "ＫＡＳＳＥ　１", "ｋａｓｓｅ　１"}
    assert no_customer_spellings(["none", "Kasse 1"]) == sorted(spellings)

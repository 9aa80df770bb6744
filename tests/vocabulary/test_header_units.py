"""A header of amounts is parted from its unit wherever that stands."""

from __future__ import annotations

import pytest

from rfm_engine.vocabulary.header_units import CURRENCY_WORDS, MULTIPLES, split_unit

FORMS = ("{} ({})", "{}（{}）", "{} [{}]", "{}【{}】", "{} (in {})", "{}（单位：{}）")


@pytest.mark.parametrize("form", FORMS)
def test_every_word_in_brackets_is_a_unit(form: str) -> None:
    multiples = {word: split_unit(form.format("Total", word)) for word in MULTIPLES if len(word) <= 12}
    currencies = {word: split_unit(form.format("Total", word)) for word in CURRENCY_WORDS if len(word) <= 12}

    assert {word: found and found.multiple for word, found in multiples.items()} == {
        word: MULTIPLES[word] for word in multiples
    }
    assert {word: found and found.currency for word, found in currencies.items()} == {
        word: CURRENCY_WORDS[word] for word in currencies
    }
    assert {found.name for found in (*multiples.values(), *currencies.values()) if found} == {"Total"}


@pytest.mark.parametrize(
    ("header", "name", "currency"),
    [
        ("order_total_usd", "order_total", "USD"),
        ("Amount EUR", "Amount", "EUR"),
        ("total in GBP", "total", "GBP"),
        ("Price: JPY", "Price", "JPY"),
        ("Total€", "Total", "EUR"),
    ],
)
def test_a_currency_stands_behind_the_name_too(header: str, name: str, currency: str) -> None:
    found = split_unit(header)

    assert found is not None
    assert (found.name, found.currency, found.multiple) == (name, currency, None)


@pytest.mark.parametrize("header", ["Total", "Total (net)", "amount_due", "EUR", "订单金额", "order total last", ""])
def test_a_header_without_a_unit_has_none(header: str) -> None:
    assert split_unit(header) is None

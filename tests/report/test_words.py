"""Numbers, money and cadences are written the same in both languages, and each as its readers do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.report.words import DASH, LANGUAGES, Language, Words, contacts_a_month
from rfm_engine.vocabulary.currencies import SEVERAL
from tests.report.figures import contacts, money, share, whole_yuan

FEN = st.integers(-(10**14), 10**14)


@given(FEN)
def test_money_is_exact_and_whole_yuan_are_rounded_half_to_even(fen: int) -> None:
    yuan = Decimal(fen).scaleb(-2)

    assert Words("en").money(fen) == money(yuan)
    assert Words("en").yuan(fen) == whole_yuan(yuan)


@given(st.integers(1, 10**9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_share_has_one_decimal(pair: tuple[int, int]) -> None:
    assert Words("en").share(*pair).replace("\N{NO-BREAK SPACE}", " ") == share(*pair)


@given(st.integers(0, 10**13), st.sampled_from(LANGUAGES))
def test_short_money_differs_by_less_than_a_hundredth_of_it(fen: int, language: Language) -> None:
    text = Words(language).short_money(fen).removeprefix("¥")
    factor = {"k": 1_000, "M": 1_000_000, "万": 10_000, "亿": 100_000_000}.get(text[-1], 1)
    shown = Decimal(text.rstrip("kM万亿").replace(",", "")) * factor

    assert abs(shown * 100 - fen) <= max(fen // 100, 50)


@pytest.mark.parametrize("cadence", ["1 per month", "1-2 per quarter", "3 per half-year", "2-5 per year"])
@pytest.mark.parametrize("customers", [0, 1, 61, 3_549])
def test_contacts_of_a_month_are_those_of_the_period_divided(cadence: str, customers: int) -> None:
    assert contacts_a_month(customers, cadence) == tuple(contacts(customers, cadence))


def test_contacts_of_so_many_months_are_divided_by_them_and_none_need_none() -> None:
    assert contacts_a_month(10, "2 per 4 months") == (Decimal("5.0"), Decimal("5.0"))
    assert contacts_a_month(10, None) is None
    assert contacts_a_month(10, "now and then") is None
    assert Words("en").contact_span(None) == Words("en").contacts(None) == DASH


def test_money_of_several_currencies_is_no_sum() -> None:
    several = Words("en", SEVERAL)

    assert [several.money(5), several.plain_money(5), several.yuan(5), several.spend_share(1, 2)] == [DASH] * 4
    assert several.in_currency("EUR").money(512).replace("\N{NO-BREAK SPACE}", " ") == "5.12 EUR"
    assert Words("en", "KWD", 3).money(5_001).replace("\N{NO-BREAK SPACE}", " ") == "5.001 KWD"


def test_findings_and_columns_have_their_chinese() -> None:
    assert Words("zh").finding("RFM401", "x") != Words("en").finding("RFM401", "x") == "x"
    assert (Words("en").column("order_id"), Words("zh").column("order_id")) == ("order id", "订单号")

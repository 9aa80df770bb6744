"""Every word of the page, in English and in Chinese, and how numbers are written."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Final, Literal

from rfm_engine.columns import CHINESE
from rfm_engine.grading.summary import format_money
from rfm_engine.vocabulary.catalogue import load_catalogue
from rfm_engine.vocabulary.currencies import CENTS, SEVERAL, name_currency

if TYPE_CHECKING:
    from datetime import date

Language = Literal["en", "zh"]
LANGUAGES: Final = ("en", "zh")
DASH: Final = "–"
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
UNMATCHED: Final = re.compile(r"no row has (\w+) (['\"])(.*?)\2(?:; there are: (.*))?")
CADENCE: Final = re.compile(r"(\d+)(?:-(\d+))? per (?:(\d+) months|(month|quarter|half-year|year))")
MYRIAD: Final = 10_000
MILLION: Final = 1_000_000
HUNDRED_MILLION: Final = 100_000_000


class Words:
    """The catalogue in one language, and numbers as its readers write them; money is given in fen.

    `currency` is the code that stands in place of yuan (None), empty where lists have their own: then no sum of money
    is shown, for it would be of several currencies. Money is counted with so many `decimals`.
    """

    def __init__(self, language: Language, currency: str | None = None, decimals: int = CENTS) -> None:
        self.language, self.currency, self.minor_units = language, currency, 10**decimals
        self._decimals = decimals
        self._position = LANGUAGES.index(language)
        self._catalogue = load_catalogue()

    @property
    def adds_spend(self) -> bool:
        """Whether all money is in one currency, so that it can be added up."""
        return self.currency != SEVERAL

    def in_currency(self, currency: str) -> Words:
        """Return the words for what is in one of several currencies."""
        return self if self.adds_spend else Words(self.language, currency, self._decimals)

    def __call__(self, key: str, **values: object) -> str:
        """Return the words of a key with the values in their places.

        >>> Words("en")("tiers.contacts", n="58")
        '58 contacts a month'
        """
        return name_currency(self._catalogue.words[key][self._position], self.currency).format(**values)

    def tier(self, name: str) -> str:
        """Return a tier's name as it stands in a sentence.

        >>> Words("zh").tier("A"), Words("zh").tier("冠军"), Words("en").tier("A")
        (' A 级', '冠军', 'A')
        """
        return f" {name} 级" if self.language == "zh" and name.isascii() else self.shorten(name, 40)

    def shorten(self, text: str, most: int = 60) -> str:
        """Return at most so many characters of a text.

        >>> Words("en").shorten("abcdef", 4)
        'abc…'
        """
        return text if len(text) <= most else text[: most - 1] + "…"

    def join(self, *sentences: str) -> str:
        """Return sentences one after the other; Chinese has no space between them."""
        return ("" if self.language == "zh" else " ").join(filter(None, sentences))

    def of_data(self, text: str) -> str:
        """Return the engine's own words that stand in the data (schemes, reasons, focus) in this language.

        >>> Words("zh").of_data("keep up"), Words("en").of_data("用节日优惠和新品唤醒")
        ('继续保持', 'wake up with holiday offers and new products')
        """
        return (self._catalogue.data if self.language == "zh" else self._catalogue.english).get(text, text)

    def sentence(self, english: str) -> str:
        """Return what a command prints, given in English, in this language."""
        return self._catalogue.sentences.get(english, english) if self.language == "zh" else english

    def describe_unmatched(self, sentence: str) -> str:
        """Return the ledger's sentence about a requested region or status that no row has.

        >>> Words("zh").describe_unmatched("no row has region '四川'; there are: 四川省")
        '没有一行的省份是“四川”；现有：四川省。'
        """
        found = UNMATCHED.fullmatch(sentence)
        if not found:
            return self.of_data(sentence)
        column, _, value, present = found.groups()
        key = "files.unmatched_of" if present else "files.unmatched"
        return self(key, column=self.column(column), value=value, present=present)

    def finding(self, code: str, words: str) -> str:
        """Return a finding's sentence; in Chinese what findings of its code mean."""
        return self._catalogue.findings.get(code, words) if self.language == "zh" else words

    def column(self, name: str) -> str:
        """Return a column's name as the files head it.

        >>> Words("zh").column("region")
        '省份'
        """
        return (
            name_currency(CHINESE.get(name, name), self.currency) if self.language == "zh" else name.replace("_", " ")
        )

    def number(self, value: int) -> str:
        """Return a whole number with thousands separators."""
        return f"{value:,}"

    def share(self, part: int, whole: int) -> str:
        r"""Return a part of a whole in percent with one decimal, rounded half to even; a dash of nothing.

        >>> Words("en").share(58, 648), Words("en").share(0, 0)
        ('9.0\xa0%', '–')
        """
        return self.percent(_round_half_even(Decimal(100 * part) / whole, 1)) if whole > 0 else DASH

    def spend_share(self, part: int, whole: int) -> str:
        """Return a part of all spend in percent, as `share`; a dash where it is of several currencies."""
        return self.share(part, whole) if self.adds_spend else DASH

    def percent(self, number: Decimal | int) -> str:
        r"""Return a number of percent; Chinese has no space before the sign.

        >>> Words("en").percent(20), Words("zh").percent(20)
        ('20\xa0%', '20%')
        """
        return f"{number}%" if self.language == "zh" else f"{number}{NO_BREAK}%"

    def money(self, fen: int) -> str:
        r"""Return yuan and fen, exactly.

        >>> Words("zh").money(123456), Words("en").money(123456)
        ('1,234.56\xa0元', '¥1,234.56')
        """
        return self._in_yuan(self.plain_money(fen)) if self.adds_spend else DASH

    def plain_money(self, fen: int) -> str:
        """Return yuan and fen without a unit.

        >>> Words("zh").plain_money(123456)
        '1,234.56'
        """
        return format_money(self._scale(fen), self.currency) if self.adds_spend else DASH

    def yuan(self, fen: int) -> str:
        """Return whole yuan, rounded half to even.

        >>> Words("en").yuan(123450)
        '¥1,234'
        """
        return DASH if not self.adds_spend else self._in_yuan(f"{_round_half_even(self._scale(fen), 0):,}")

    def short_money(self, fen: int) -> str:
        """Return yuan in three figures or so, for small spots.

        >>> Words("en").short_money(38063040), Words("zh").short_money(38063040)
        ('¥381k', '38.1万')
        """
        yuan = self._scale(fen)
        if self.language == "zh":
            units = ((HUNDRED_MILLION, "亿"), (MYRIAD, "万"))
            return next((_few(yuan / size) + sign for size, sign in units if abs(yuan) >= size), f"{yuan:,.0f}")
        units = ((MILLION, "M"), (1000, "k"))
        mark = "¥" if self.currency is None else f"{self.currency} ".lstrip()
        return mark + next((_few(yuan / size) + sign for size, sign in units if abs(yuan) >= size), f"{yuan:,.0f}")

    def _scale(self, fen: int) -> Decimal:
        return Decimal(fen).scaleb(-self._decimals)

    def _in_yuan(self, figures: str) -> str:
        if self.currency is not None:
            return f"{figures}{NO_BREAK}{self.currency}".rstrip()
        return f"{figures}{NO_BREAK}元" if self.language == "zh" else f"¥{figures}"

    def between(self, low: str, high: str) -> str:
        """Return a span, or one value where both ends are the same."""
        return low if low == high else f"{low}–{high}"

    def contacts(self, cadence: str | None) -> str:
        """Return how often to make contact, in words.

        >>> Words("zh").contacts("1-2 per quarter"), Words("en").contacts("1-2 per quarter")
        ('每季度 1–2 次', '1–2 per quarter')
        """
        found = CADENCE.fullmatch(cadence or "")
        if not found:
            return cadence or DASH
        few, many, months, period = found.groups()
        words = self._catalogue.contacts[period or "months"][self._position]
        return words.format(times=self.between(few, many or few), n=months)

    def contact_span(self, contacts: tuple[Decimal, Decimal] | None) -> str:
        """Return contacts a month, from and to; a dash where none are planned."""
        return self.between(*(f"{number:,}" for number in contacts)) if contacts else DASH

    def day(self, value: date | str) -> str:
        """Return a date as year, month and day."""
        return value if isinstance(value, str) else value.isoformat()[:10]


def _round_half_even(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def _few(value: Decimal) -> str:
    """Return three figures, all of more: 1.23, 12.3, 123.

    >>> _few(Decimal("9.994")), _few(Decimal("9.996")), _few(Decimal("1234.5"))
    ('9.99', '10.0', '1,234')
    """
    rounded = _round_half_even(value, max(2 - value.adjusted(), 0))
    return f"{_round_half_even(rounded, max(2 - rounded.adjusted(), 0)):,}"


def contacts_a_month(customers: int, cadence: str | None) -> tuple[Decimal, Decimal] | None:
    """Return how many contacts a month so many customers need, from and to; None without a cadence.

    >>> contacts_a_month(61, "1-2 per quarter")
    (Decimal('20.3'), Decimal('40.7'))
    """
    found = CADENCE.fullmatch(cadence or "")
    if not found:
        return None
    few, many, months, period = found.groups()
    every = int(months) if months else {"month": 1, "quarter": 3, "half-year": 6, "year": 12}[period]
    low, high = (_round_half_even(Decimal(customers * int(times)) / every, 1) for times in (few, many or few))
    return low, high

"""Cards of the tiers: how many customers, what they bring, how often to contact them, and what about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rfm_engine.columns import TIER
from rfm_engine.report.section import Section
from rfm_engine.report.words import contacts_a_month

if TYPE_CHECKING:
    from rfm_engine.report.facts import Facts
    from rfm_engine.report.words import Words


@dataclass(frozen=True)
class Card:
    """A tier: its position and name, its customers, orders and spend in fen, its contacts and focus."""

    position: int
    name: str
    customers: int
    orders: int
    spend: int
    cadence: str | None
    contacts: tuple[Decimal, Decimal] | None
    focus: str


@dataclass(frozen=True)
class Tiers:
    """The cards, and the contacts a month that they need in all, from and to."""

    cards: list[Card]
    contacts: tuple[Decimal, Decimal] | None
    totals: dict[str, int]

    def bars(self, words: Words) -> list[tuple[str, list[tuple[str, int, str]], str]]:
        """Return a bar of customers, and one of spend where it can be added up."""
        names = ("customers", "spend") if words.adds_spend else ("customers",)
        return [(words(f"page.{name}"), self._parts(words, name), "") for name in names]

    def _parts(self, words: Words, name: str) -> list[tuple[str, int, str]]:
        values = [(card.position, getattr(card, name)) for card in self.cards]
        return [(f"t{place}", max(value, 0), words.share(value, self.totals[name])) for place, value in values]

    def summary(self, words: Words) -> str:
        """Return both shares of each tier in one line."""
        return "; ".join(
            f"{words.tier(card.name).strip()} {words.share(card.customers, self.totals['customers'])}, "
            f"{words.spend_share(card.spend, self.totals['spend'])}"
            for card in self.cards
        )

    def table(self, words: Words) -> list[list[str]]:
        """Return the figures, one row a tier and one for all."""
        return [*(self._row(words, card) for card in self.cards), self._row(words, self._all(words))]

    def _all(self, words: Words) -> Card:
        customers, orders, spend = (self.totals[name] for name in ("customers", "orders", "spend"))
        return Card(-1, words("page.all"), customers, orders, spend, None, self.contacts, "")

    def _row(self, words: Words, card: Card) -> list[str]:
        return [
            words.shorten(card.name, 40),
            words.number(card.customers),
            words.share(card.customers, self.totals["customers"]),
            words.number(card.orders),
            words.money(card.spend),
            words.spend_share(card.spend, self.totals["spend"]),
            words.contact_span(card.contacts),
        ]


def make_tiers(facts: Facts, words: Words) -> Section:
    """Return a card for each tier, also for those without a customer."""
    found = {row[TIER]: row for row in facts.sums(TIER).iter_rows(named=True)}
    cards = [_make_card(facts, position, found.get(position, {})) for position in range(len(facts.tiers))]
    wanted = [card.contacts for card in cards if card.contacts]
    load = (
        (sum((low for low, _ in wanted), Decimal()), sum((high for _, high in wanted), Decimal())) if wanted else None
    )
    first = next(card for card in cards if card.customers)
    totals = facts.totals
    headline = words(
        "tiers.head" if words.adds_spend else "tiers.head_several",
        n=words.number(first.customers),
        tier=words.tier(first.name),
        share=words.share(first.customers, totals["customers"]),
        spend=words.spend_share(first.spend, totals["spend"]),
    )
    return Section("tiers", headline, Tiers(cards, load, totals))


def _make_card(facts: Facts, position: int, row: dict[str, int]) -> Card:
    tier = facts.record.tier_table[position]
    customers, orders, spend = (row.get(name, 0) for name in ("customers", "orders", "spend"))
    contacts = contacts_a_month(customers, tier.contacts)
    return Card(position, tier.name, customers, orders, spend, tier.contacts, contacts, tier.focus)

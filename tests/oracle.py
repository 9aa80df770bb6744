"""What the right answer is, from order rows to graded customers. Slow and obvious; shares nothing with the engine."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact

Fate = tuple[str, str, str]  # the ledger's key, then column and reason of a reject
Metrics = tuple[int, int, int]  # recency_days, frequency, monetary in fen; or their three scores

EXACT = Context(prec=10_000, traps=[Inexact])  # arithmetic that raises rather than rounds
FEN_LIMIT = 10**13
TEXTS = ("customer_id", "order_id", "store_code", "region", "product_name", "order_amount", "order_time", "status")


@dataclass(frozen=True)
class TierRule:
    """One row of the tier table; a bound of None is no bound, and a bound belongs only to its closed side."""

    name: str
    low: Decimal | None
    low_closed: bool
    high: Decimal | None
    high_closed: bool
    contacts_min: int
    contacts_max: int
    every_months: int
    focus: str


FOCUS_A = "technical support, customised products; upgrades, team purchases, events"
FOCUS_B = "keep the relation, watch activity, move up to A"
FOCUS_C = "learn trends and needs, spot the fast growers"
FOCUS_D = "wake up with holiday offers and new products"
SICHUAN_TIERS = (
    TierRule("A", Decimal(4), True, Decimal(5), True, 1, 2, 1, FOCUS_A),
    TierRule("B", Decimal(3), True, Decimal(4), False, 1, 2, 3, FOCUS_B),
    TierRule("C", Decimal(2), True, Decimal(3), False, 1, 2, 6, FOCUS_C),
    TierRule("D", Decimal(1), True, Decimal(2), False, 1, 1, 12, FOCUS_D),
)


@dataclass(frozen=True)
class Rules:
    """Everything that decides the answer, apart from the rows; monetary cuts are in yuan."""

    as_of: date
    since: date | None = None
    by: tuple[str, ...] = ("region",)
    regions: tuple[str, ...] | None = None
    keep_status: tuple[str, ...] | None = None
    grain: str = "order"  # or "line"
    refunds: str = "reject"  # or "net"
    fen_per_unit: int = 100
    scheme: str = "quintile"  # or "thresholds"
    recency_cuts: tuple[int, ...] = (10, 30, 60, 120)
    frequency_cuts: tuple[int, ...] = (1, 3, 5, 7)
    monetary_cuts: tuple[Decimal, ...] = (Decimal(100), Decimal(350), Decimal(800), Decimal(1500))
    bins: int = 5
    ties: str = "min"  # or "max", "average", "ordinal"
    weights: tuple[Decimal, Decimal, Decimal] = (Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))
    tiers: tuple[TierRule, ...] = SICHUAN_TIERS


@dataclass(frozen=True)
class Answer:
    """Graded customers in output order, the ledger, and (input row from 0, column, reason) of each reject."""

    customers: list[dict[str, object]]
    ledger: dict[str, int]
    rejects: list[tuple[int, str, str]]


@dataclass(frozen=True)
class Row:
    """A sound row, or an order. Two are equal when identical in all canonical columns and in those of the list."""

    index: int = field(compare=False)
    whole_fen: bool = field(compare=False)
    list_key: tuple[str, ...]
    customer_id: str
    order_id: str
    goods: tuple[str, str, str]  # product_name, store_code, region
    status: str
    time: datetime
    fen: int


def parsed_time(text: str) -> datetime | None:
    """The time of YYYY-MM-DD or YYYY-MM-DD HH:MM:SS, perhaps with .ffffff; None for every other spelling."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    spellings = (time.date().isoformat(), time.isoformat(" ", "seconds"), time.isoformat(" ", "microseconds"))
    return time if time.tzinfo is None and text in spellings else None


def exact_fen(text: str, rules: Rules) -> Decimal | None:
    """The amount in fen, not yet rounded; None unless an optional sign, then ASCII digits and at most one point."""
    digits = (text[1:] if text[0] in "+-" else text).replace(".", "", 1)
    return EXACT.multiply(Decimal(text), rules.fen_per_unit) if digits.isascii() and digits.isdigit() else None


def judged(index: int, text: dict[str, str], required: list[str], rules: Rules) -> Row | Fate:  # noqa: PLR0911
    """Rules 1 to 5, the first that applies. Nothing is no status or region to keep; fen round half away from 0."""
    if rules.keep_status is not None and text["status"] not in rules.keep_status:
        return ("other_status", "", "")
    if rules.regions is not None and text["region"] not in rules.regions:
        return ("other_region", "", "")
    time = parsed_time(text["order_time"])
    if time is None:
        return ("rejected", "order_time", "not a time" if text["order_time"] else "missing")
    if not (rules.since or date.min) <= time.date() <= rules.as_of:
        return ("outside_window", "", "")
    for column in required:
        if not text[column]:
            return ("rejected", column, "missing")
    exact = exact_fen(text["order_amount"], rules)
    if exact is None:
        return ("rejected", "order_amount", "not an amount")
    fen = int(exact.to_integral_value(ROUND_HALF_UP))
    if abs(fen) >= FEN_LIMIT:
        return ("rejected", "order_amount", "out of range")
    if fen <= 0 and rules.refunds == "reject":
        return ("rejected", "order_amount", "not positive")
    list_key = tuple(text[column] for column in rules.by)
    goods = (text["product_name"], text["store_code"], text["region"])
    return Row(index, exact == fen, list_key, text["customer_id"], text["order_id"], goods, text["status"], time, fen)


def fates_of_repeats(rows: list[Row]) -> dict[int, Fate]:
    """Rule 6: rows of one (list, customer, order_id) that differ all conflict; else all but the first repeat it."""
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.list_key, row.customer_id, row.order_id].append(row)
    fates: dict[int, Fate] = {}
    for group in groups.values():
        if len(set(group)) > 1:
            fates |= {row.index: ("rejected", "order_id", "conflicting") for row in group}
        else:
            fates |= {row.index: ("duplicates", "", "") for row in group[1:]}
    return fates


def orders_of(rows: list[Row], rules: Rules) -> list[Row]:
    """One customer's orders: with grain "line" one per order_id; otherwise, and without order ids, one per row.

    Lines at or below 0 only add to the order's amount. Of the others, the latest gives the time and the largest (of
    equal ones the greatest product_name, store_code, region) gives the goods. Without others there is no order.
    """
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.order_id if rules.grain == "line" and row.order_id else row.index].append(row)
    orders = []
    for lines in groups.values():
        if bought := [line for line in lines if line.fen > 0]:
            largest = max(bought, key=lambda line: (line.fen, line.goods))
            latest = max(line.time for line in bought)
            orders.append(replace(largest, time=latest, fen=sum(line.fen for line in lines)))
    return orders


def yuan(fen: int) -> Decimal:
    """Fen as yuan with two places."""
    return Decimal(fen).scaleb(-2, EXACT)


def quintile_scores(values: dict[str, int], rules: Rules) -> dict[str, int]:
    """1 + floor(bins (a - 1) / n), a the rank among n, smallest first; ordinal ranks the smaller customer lower."""
    in_order = sorted(values, key=lambda customer: (values[customer], customer))
    ranks: dict[int, list[int]] = defaultdict(list)
    for rank, customer in enumerate(in_order, start=1):
        ranks[values[customer]].append(rank)
    scores = {}
    for rank, customer in enumerate(in_order, start=1):
        low, high = min(ranks[values[customer]]), max(ranks[values[customer]])
        twice_a = {"min": 2 * low, "max": 2 * high, "average": low + high, "ordinal": 2 * rank}[rules.ties]
        scores[customer] = 1 + rules.bins * (twice_a - 2) // (2 * len(values))
    return scores


def threshold_scores(metrics: Metrics, rules: Rules) -> Metrics:
    """One more than the cuts exceeded; recency counts down by them, from one more than it has cuts."""
    slow = sum(metrics[0] > cut for cut in rules.recency_cuts)
    often = sum(metrics[1] > cut for cut in rules.frequency_cuts)
    much = sum(yuan(metrics[2]) > cut for cut in rules.monetary_cuts)
    return (1 + len(rules.recency_cuts) - slow, 1 + often, 1 + much)


def scores_of(metrics: dict[str, Metrics], rules: Rules) -> dict[str, Metrics]:
    """The three scores of each customer of one list, higher being better: recency ranks by the fewest days."""
    if rules.scheme == "thresholds":
        return {customer: threshold_scores(own, rules) for customer, own in metrics.items()}
    recency = quintile_scores({customer: -own[0] for customer, own in metrics.items()}, rules)
    frequency = quintile_scores({customer: own[1] for customer, own in metrics.items()}, rules)
    monetary = quintile_scores({customer: own[2] for customer, own in metrics.items()}, rules)
    return {customer: (recency[customer], frequency[customer], monetary[customer]) for customer in metrics}


def weighted_total(scores: Metrics, rules: Rules) -> Decimal:
    """The exact sum of weight times score; the weights are not normalised."""
    r, f, m = (EXACT.multiply(weight, score) for weight, score in zip(rules.weights, scores, strict=True))
    return EXACT.add(EXACT.add(r, f), m)


def holds(tier: TierRule, total: Decimal) -> bool:
    """Whether the total is between the tier's bounds."""
    above = tier.low is None or total > tier.low or (tier.low_closed and total == tier.low)
    below = tier.high is None or total < tier.high or (tier.high_closed and total == tier.high)
    return above and below


def months_later(start: date, months: int) -> date:
    """The same day so many calendar months later, or that month's last day if it has none such."""
    month_from_0 = start.month - 1 + months
    first = date(start.year + month_from_0 // 12, month_from_0 % 12 + 1, 1)
    later = first + timedelta(days=start.day - 1)
    while later.month != first.month:
        later -= timedelta(days=1)
    return later


def graded(newest: Row, metrics: Metrics, scores: Metrics, rules: Rules) -> dict[str, object]:
    """One customer's output columns in order; ValueError unless exactly one tier holds the total."""
    total = weighted_total(scores, rules)
    (tier,) = (tier for tier in rules.tiers if holds(tier, total))
    product_name, store_code, region = (text or None for text in newest.goods)
    return {
        **dict(zip(rules.by, newest.list_key, strict=True)),
        "customer_id": newest.customer_id,
        **dict(zip(("recency_days", "frequency"), metrics[:2], strict=True)),
        "monetary": yuan(metrics[2]),
        **dict(zip(("r_score", "f_score", "m_score"), scores, strict=True)),
        "rfm_score": total,
        "tier": tier.name,
        "contacts_min": tier.contacts_min,
        "contacts_max": tier.contacts_max,
        "contact_every_months": tier.every_months,
        "next_contact_by": months_later(rules.as_of, tier.every_months),
        "focus": tier.focus,
        "last_order_id": newest.order_id or None,
        "last_order_time": newest.time,
        "last_order_amount": yuan(newest.fen),
        "last_product_name": product_name,
        "last_store_code": store_code,
        "last_region": region,
    }


def graded_list(rows_of: dict[str, list[Row]], rules: Rules) -> list[dict[str, object]]:
    """The customers of one list who have an order, by customer_id. An order's `goods` settle ties of equal times."""
    newest, metrics = {}, {}
    for customer, rows in sorted(rows_of.items()):
        if orders := orders_of(rows, rules):
            last = max(orders, key=lambda order: (order.time, order.order_id, order.fen, order.goods))
            newest[customer] = last
            metrics[customer] = ((rules.as_of - last.time.date()).days, len(orders), sum(row.fen for row in rows))
    scores = scores_of(metrics, rules)
    return [graded(newest[customer], metrics[customer], scores[customer], rules) for customer in newest]


def grade(rows: list[dict[str, str | None]], rules: Rules) -> Answer:
    """Grade every customer of every list. """

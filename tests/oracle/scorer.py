"""What the right answer is, from order rows to graded customers. Slow and obvious; shares nothing with the engine."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact

from tests.oracle.further_rows import complete, lines_of_orders, sum_of, unpaid_lines, whole_fen
from tests.oracle.quintiles import quintile_scores
from tests.oracle.repeats import outcomes_of_repeats
from tests.oracle.times import parse_time

Outcome = tuple[str, str, str]  # the ledger's key, then column and reason of a reject

EXACT = Context(prec=10_000, traps=[Inexact])  # arithmetic that raises rather than rounds
CANONICAL = "customer_id order_id store_code region product_name order_amount order_time status"
LEFT_OUT = ("left_out", "", "")
UNUSED = ("outside_window", "other_status", "other_region", "duplicates", "rejected")
GRADED = (
    "customer_id recency_days frequency monetary r_score f_score m_score rfm_score tier contacts_min contacts_max "
    "contact_every_months next_contact_by focus last_order_id last_order_time last_order_amount last_product_name "
    "last_store_code last_region"
)


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
CLOSED, OPEN = True, False
SICHUAN_TIERS = (
    TierRule("A", Decimal(4), CLOSED, Decimal(5), CLOSED, 1, 2, 1, FOCUS_A),
    TierRule("B", Decimal(3), CLOSED, Decimal(4), OPEN, 1, 2, 3, FOCUS_B),
    TierRule("C", Decimal(2), CLOSED, Decimal(3), OPEN, 1, 2, 6, FOCUS_C),
    TierRule("D", Decimal(1), CLOSED, Decimal(2), OPEN, 1, 1, 12, FOCUS_D),
)


@dataclass(frozen=True)
class Rules:
    """All that decides the answer but the rows. Monetary cuts are in yuan; None is never a kept status or region."""

    as_of: date
    since: date | None = None
    by: tuple[str, ...] = ("region",)
    regions: tuple[str, ...] | None = None
    keep_status: tuple[str, ...] | None = None
    grain: str = "order"  # or "line", "day"
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
    amount: Decimal  # yuan, two places; of a line exact


NO_ONE = {"nan", "null", "none", "n/a", "na", "-", "--", "0", "guest", "游客"}
"""Some of the words that stand for no customer."""


def exact_fen(text: str, rules: Rules) -> Decimal | None:
    """The amount in fen, not yet rounded; None unless an optional sign, then ASCII digits and at most one point."""
    digits = (text[1:] if text[0] in "+-" else text).replace(".", "", 1)
    return EXACT.multiply(Decimal(text), rules.fen_per_unit) if digits.isascii() and digits.isdigit() else None


def what_lacks(text: dict[str, str], required: list[str]) -> Outcome | None:
    """The outcome of a row without one of the required texts, or without a customer; None of any other."""
    for column in required:
        if not text[column]:
            return ("rejected", column, "missing")
    return ("rejected", "customer_id", "no customer") if text["customer_id"].lower() in NO_ONE else None


def judge(index: int, text: dict[str, str], required: list[str], rules: Rules) -> Row | Outcome:  # noqa: PLR0911
    """The row, or its first outcome. An amount's size and sign are those of whole fen, halves away from 0."""
    if rules.keep_status is not None and text["status"] not in rules.keep_status:
        return ("other_status", "", "")
    if rules.regions is not None and text["region"] not in rules.regions:
        return ("other_region", "", "")
    time = parse_time(text["order_time"])
    if time is None:
        return ("rejected", "order_time", "not a time" if text["order_time"] else "missing")
    if not (rules.since or date.min) <= time.date() <= rules.as_of:
        return ("outside_window", "", "")
    if lacking := what_lacks(text, required):
        return lacking
    exact = exact_fen(text["order_amount"], rules)
    if exact is None:
        return ("rejected", "order_amount", "not an amount")
    fen = int(exact.to_integral_value(ROUND_HALF_UP))
    if abs(fen) >= 10**13:
        return ("rejected", "order_amount", "out of range")
    if fen <= 0 and rules.refunds == "reject" and rules.grain != "line":
        return ("rejected", "order_amount", "not positive")
    by = tuple(text[column] for column in rules.by)
    goods = (text["product_name"], text["store_code"], text["region"])
    amount = EXACT.scaleb(exact, -2) if rules.grain == "line" else Decimal(fen).scaleb(-2)
    return Row(index, exact == fen, by, text["customer_id"], text["order_id"], goods, text["status"], time, amount)


def orders_of(rows: list[Row], rules: Rules) -> list[Row]:
    """One customer's orders, their exact lines added up and rounded once.

    Lines at or below 0 only add to the order's amount. Of the others, the latest gives the time and the largest (of
    equal ones the greatest product_name, store_code, region) gives the goods. Without others there is no order.
    """
    orders = []
    for lines in lines_of_orders(rows, rules):
        if bought := [line for line in lines if line.amount > 0]:
            largest = max(bought, key=lambda line: (line.amount, line.goods))
            last = max((line.time, line.order_id) for line in bought)
            amount = whole_fen(sum_of(lines))
            orders.append(replace(largest, time=last[0], order_id=last[1], amount=amount))
    return orders


def months_later(start: date, months: int) -> date:
    """The same day so many calendar months later, or that month's last day if it has none such."""
    month_from_0 = start.month - 1 + months
    first = date(start.year + month_from_0 // 12, month_from_0 % 12 + 1, 1)
    return max(day for n in range(start.day) if (day := first + timedelta(days=n)).month == first.month)


def grade_customer(newest: Row, metrics: list[object], scores: list[int], rules: Rules) -> dict[str, object]:
    """One customer's output columns. The total is exact, the weights not normalised; ValueError unless in one tier."""
    r, f, m = map(EXACT.multiply, rules.weights, scores)
    x = EXACT.add(EXACT.add(r, f), m)
    tiers = [t for t in rules.tiers if t.low is None or x > t.low or (t.low_closed and x == t.low)]
    (tier,) = [t for t in tiers if t.high is None or x < t.high or (t.high_closed and x == t.high)]
    contacts = (tier.contacts_min, tier.contacts_max, tier.every_months, months_later(rules.as_of, tier.every_months))
    last = (newest.order_id or None, newest.time, newest.amount, *(text or None for text in newest.goods))
    values = (*newest.list_key, newest.customer_id, *metrics, *scores, x, tier.name, *contacts, tier.focus, *last)
    return dict(zip((*rules.by, *GRADED.split()), values, strict=True))


def grade_list(rows_of: dict[str, list[Row]], rules: Rules) -> list[dict[str, object]]:
    """One list's customers with an order, by customer_id. Thresholds: 1 + the cuts exceeded, or not (recency)."""
    orders = {customer: orders_of(rows, rules) for customer, rows in sorted(rows_of.items())}
    newest = {x: max(own, key=lambda o: (o.time, o.order_id, o.amount, o.goods)) for x, own in orders.items() if own}
    days = {x: (rules.as_of - newest[x].time.date()).days for x in newest}
    frequency = {x: len(orders[x]) for x in newest}
    sums = {x: [whole_fen(sum_of(lines)) for lines in lines_of_orders(rows_of[x], rules)] for x in newest}
    monetary = {x: sum(sums[x], Decimal(0)) for x in newest}
    if rules.scheme == "thresholds":
        r = {x: 1 + sum(days[x] <= cut for cut in rules.recency_cuts) for x in newest}
        f = {x: 1 + sum(frequency[x] > cut for cut in rules.frequency_cuts) for x in newest}
        m = {x: 1 + sum(monetary[x] > cut for cut in rules.monetary_cuts) for x in newest}
    else:
        r = quintile_scores({x: -days[x] for x in newest}, rules)
        f, m = quintile_scores(frequency, rules), quintile_scores(monetary, rules)
    return [grade_customer(newest[x], [days[x], frequency[x], monetary[x]], [r[x], f[x], m[x]], rules) for x in newest]


def grade(rows: list[dict[str, str | None]], rules: Rules) -> Answer:
    """Grade each list of the used rows. A key that no row has is a column that the source lacks.

    Without a `by` column every row is rejected; only the default, region, is then done without. The ledger's last three
    counts are warnings outside its sum; `rounded` counts each row that passed its own checks, repeats and conflicts;
    of lines it counts the orders whose sum is rounded.
    """
    assert {rules.grain, rules.refunds, rules.scheme} <= {
        "order",
        "line",
        "day",
        "reject",
        "net",
        "quintile",
        "thresholds",
    }
    columns = {column for row in rows for column in row}
    if rules.by == ("region",) and "region" not in columns:
        rules = replace(rules, by=())
    required = ["customer_id", *rules.by, *columns & {"order_id"}, "order_amount"]
    texts = [{name: (row.get(name) or "").strip() for name in (*CANONICAL.split(), *rules.by)} for row in rows]
    left_out = complete(texts, columns)
    verdicts = [LEFT_OUT if n in left_out else judge(n, text, required, rules) for n, text in enumerate(texts)]
    sound = [verdict for verdict in verdicts if isinstance(verdict, Row)]
    outcomes = {index: verdict for index, verdict in enumerate(verdicts) if not isinstance(verdict, Row)}
    unpaid = set(unpaid_lines(sound)) if rules.grain == "line" and rules.refunds == "reject" else set()
    outcomes |= dict.fromkeys(unpaid, ("rejected", "order_amount", "not positive"))
    if rules.grain != "line" and "order_id" in columns:
        outcomes |= outcomes_of_repeats(sound)
    used = [row for row in sound if row.index not in outcomes]
    lists: dict[tuple[str, ...], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in used:
        lists[row.list_key][row.customer_id].append(row)
    customers = [customer for key in sorted(lists) for customer in grade_list(lists[key], rules)]
    for customer in customers if "region" in rules.by or "region" not in columns else ():
        del customer["last_region"]
    ledger = {"read": len(rows), "used": len(used), **dict.fromkeys(UNUSED, 0)}
    ledger |= Counter(outcome for outcome, _, _ in outcomes.values())
    ledger["rounded"] = sum(not row.whole_fen for row in sound)
    if rules.grain == "line":
        orders = [lines for own in lists.values() for rows in own.values() for lines in lines_of_orders(rows, rules)]
        ledger["rounded"] = sum(sum_of(lines) != whole_fen(sum_of(lines)) for lines in orders)
    ledger["repeats_without_order_id"] = 0 if "order_id" in columns else len(used) - len(set(used))
    early = replace(rules, since=None, as_of=(rules.since or date.max) - timedelta(days=1))
    before = [judge(n, text, required, early) for n, text in enumerate(texts) if rules.since and n not in left_out]
    sleepers = {(row.list_key, row.customer_id) for row in before if isinstance(row, Row)}
    graded = {(*(customer[name] for name in rules.by), customer["customer_id"]) for customer in customers}
    ledger["customers_before_window"] = sum((*key, who) not in graded for key, who in sleepers)
    ledger["customers_without_order"] = sum(map(len, lists.values())) - len(customers)
    rejects = [(index, column, reason) for index, (_, column, reason) in sorted(outcomes.items()) if reason]
    return Answer(customers, ledger, rejects)

"""Whether two finished runs may be compared: their lists, tiers, rules and money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rfm_engine.config.frozen import fitted_table
from rfm_engine.errors import UsageError
from rfm_engine.vocabulary.currencies import CENTS, SEVERAL

if TYPE_CHECKING:
    from rfm_engine.output.record import Record
    from rfm_engine.runs.finished import FinishedRun

RULE_KEYS: Final = ("weights", "grain", "refunds", "keep_status")


def name_rule_differences(old: FinishedRun, new: FinishedRun) -> list[str]:
    """Return the rules that differ between two runs, one line each."""
    before, after = _rules_of(old), _rules_of(new)
    return [
        f"{key}: {before[key]} in the old run, {after[key]} in the new one"
        for key in after
        if before[key] != after[key]
    ]


def _rules_of(run: FinishedRun) -> dict[str, Any]:
    record = run.record
    return {"scheme": fitted_table(record.scheme), "tiers": record.tiers} | {
        key: record.dataset.get(key) for key in RULE_KEYS
    }


def refuse_unlike_runs(old: FinishedRun, new: FinishedRun, differences: list[str]) -> None:
    """Refuse two runs that cannot be compared, with the `differences` of their rules if these matter.

    Raises:
        UsageError: Other lists, tiers or currencies, or the newer run named first; it lists all that is so.
    """
    faults = [*differences, "go on all the same with --rules-differ"] if differences else []
    lists, tiers = ([_join_words(find(run)) for run in (old, new)] for find in (_list_columns, _tier_names))
    if lists[0] != lists[1]:
        faults.append(f"lists by {lists[0]} cannot be compared with lists by {lists[1]}")
    if tiers[0] != tiers[1]:
        faults.append(f"tiers {tiers[0]} cannot be compared with tiers {tiers[1]}")
    money = [_describe_money(run.record) for run in (old, new)]
    if money[0] != money[1]:
        faults.append(f"{money[0]} cannot be compared with {money[1]}")
    if old.rules.as_of > new.rules.as_of:
        faults.append(
            f"{old.folder} is of {old.rules.as_of}, {new.folder} of {new.rules.as_of}: name the older run first"
        )
    if faults:
        raise UsageError("\n".join(faults))


def _describe_money(record: Record) -> str:
    currency = {None: "CNY", SEVERAL: "several currencies"}.get(record.currency, record.currency)
    return f"money in {currency}" + (f" with {record.decimals} decimals" if record.decimals != CENTS else "")


def _list_columns(run: FinishedRun) -> list[str]:
    return run.record.lists_by


def _tier_names(run: FinishedRun) -> list[str]:
    return [tier.name for tier in run.record.tier_table]


def _join_words(words: list[str]) -> str:
    return ", ".join(words) or "nothing"

"""What the month before hands over: the state of each customer after the outcomes of its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.errors import UsageError
from rfm_engine.runs.plan.files import read_plan
from rfm_engine.runs.plan.month import Month
from rfm_engine.runs.plan.outcomes import DONE, REJECTS, apply_outcomes, read_outcomes
from rfm_engine.runs.plan.plan import PlanOptions, read_state, refuse_gap
from rfm_engine.runs.plan.working_days import working_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Previous(NamedTuple):
    """The state after the month before, None where there was none; its outcomes, and those that can't be used."""

    state: pl.LazyFrame | None
    done: pl.DataFrame
    rejects: pl.DataFrame


def read_previous(folder: Path | None, done_files: Sequence[Path], options: PlanOptions) -> Previous:
    """Return the state that the plan in a folder left, after the outcomes in the files.

    Raises:
        UsageError: No plan is there, or one that is not earlier; outcomes without a plan, or that cannot be read.
    """
    if folder is None:
        if done_files:
            message = "--done needs the plan that the calls belong to: --after FOLDER"
            raise UsageError(message)
        return Previous(None, pl.DataFrame(schema=DONE), pl.DataFrame(schema=REJECTS))
    plan = read_plan(folder)
    month = str(plan["month"].first())
    refuse_gap(month, options.month)
    days = [
        day
        for one in (Month.parse(month), options.month)
        for day in working_days(one, options.calendar, options.days_off, options.work_days)
    ]
    done, rejects = read_outcomes(done_files, plan[CUSTOMER_ID].to_list())
    return Previous(apply_outcomes(read_state(plan), done, days), done, rejects)

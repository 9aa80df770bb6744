"""Named checks that every scheme and tier policy must pass, for the tests of those who write them.

With pytest, one test for each check:

    @pytest.mark.parametrize("check", conformance.checks(MyScheme()), ids=str)
    def test_conforms(check):
        check.run()

Without it:

>>> from rfm_engine.grading.schemes import Quintile
>>> [outcome.name for outcome in report(Quintile()) if outcome.fault]
[]
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rfm_engine.conformance import policy_checks, scheme_checks
from rfm_engine.errors import PluginError
from rfm_engine.grading.schemes import Quintile
from rfm_engine.plugin_api import Scheme, TierPolicy
from rfm_engine.plugins.error_text import describe_error

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Check", "Outcome", "checks", "report"]


class Check(NamedTuple):
    """One named check of one scheme or policy; `run` returns when it passes and raises when it does not."""

    name: str
    meaning: str
    run: Callable[[], None]

    def __str__(self) -> str:
        """Return the name, so that `ids=str` names the tests."""
        return self.name


class Outcome(NamedTuple):
    """What a check found: `fault` is None where it passed."""

    name: str
    meaning: str
    fault: str | None


def checks(thing: Scheme | TierPolicy, *, scheme: Scheme | None = None) -> list[Check]:
    """Return the checks for a scheme, or for a tier policy.

    The object is checked with the options it has, so check it once with its defaults and once for each option that
    changes what it does. A property that the class declares away (`splits_ties`, `monotone = False`) is not checked.

    Args:
        thing: The scheme or policy.
        scheme: For a policy, the scheme whose possible scores it must cover; 1 to 5 each unless given.
    """
    tests: list[partial[None]]
    if isinstance(thing, TierPolicy):
        tests = [partial(test, thing, scheme or Quintile()) for test in policy_checks.CHECKS]
    else:
        tests = [partial(test, thing) for test in scheme_checks.checks_for(thing)]
    return [Check(test.func.__name__, _meaning(test.func), test) for test in tests]


def report(thing: Scheme | TierPolicy, *, scheme: Scheme | None = None) -> list[Outcome]:
    """Run every check and return what each found; nothing is raised for a check that fails."""
    return [Outcome(check.name, check.meaning, _fault(check)) for check in checks(thing, scheme=scheme)]


def _fault(check: Check) -> str | None:
    try:
        check.run()
    except KeyboardInterrupt:
        raise
    except PluginError as error:
        return str(error)
    except BaseException as error:  # noqa: BLE001 a stranger's code may raise anything
        return describe_error(error)
    return None


def _meaning(check: Callable[..., None]) -> str:
    return (check.__doc__ or "").partition("\n")[0]

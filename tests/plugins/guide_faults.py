"""A plugin for each row of the error tables of `plugins/README.md`."""

from __future__ import annotations

IMPORTS = "import polars as pl\nfrom rfm_engine import Metric, Scheme, Tier, TierPolicy, hookimpl\n"
HOOK = f"{IMPORTS}@hookimpl\ndef rfm_register_schemes():\n    "
CLASS = "class Mine({0}):\n    {1}\n@hookimpl\ndef rfm_register_{2}():\n    return [{3}]\n"
DOCSTRING, NAME, SCORE = '"""Mine."""', 'name = "mine"', "def score(self, metric): return {}"
TIERS = 'def tier_table(self): return (Tier(name="regular"),)'
BELONGS = 'def belongs(self, position): return pl.col("frequency") > 1'


def mine(*body: str, provides: str = "Mine", parent: str = "Scheme", hook: str = "schemes") -> str:
    return IMPORTS + CLASS.format(parent, "\n    ".join(body), hook, provides)


FAULTS = {
    "a module that is not installed": "import nowhere\n",
    "a syntax error": "def broken(:\n",
    "an exit at import": "raise SystemExit(3)\n",
    "a misspelled hook": HOOK.replace("schemes", "scheme") + "return []\n",
    "a hook with an argument": HOOK.replace("()", "(customers)") + "return []\n",
    "no hook": "name = 'mine'\n",
    "a hook that raises": HOOK + "raise OSError('no licence')\n",
    "a hook that returns nothing": HOOK + "pass\n",
    "another class": HOOK + "return [int]\n",
    "an object": mine(DOCSTRING, NAME, SCORE, provides="Mine()"),
    "no name": mine(DOCSTRING, SCORE),
    "no docstring": mine(NAME, SCORE),
    "no method": mine(DOCSTRING, NAME),
    "a default of the wrong type": mine(DOCSTRING, NAME, 'bins: int = "five"', SCORE),
    "the name of a built-in": mine(DOCSTRING, 'name = "quintile"', SCORE),
    "one name twice": mine(DOCSTRING, NAME, SCORE, provides="Mine, Mine"),
}
BREACHES = {
    "the expression works": mine(DOCSTRING, NAME, SCORE.format('pl.col("orders")')),
    "scores are whole numbers": mine(DOCSTRING, NAME, SCORE.format("metric.worth * 0.5")),
    "scores are within `score_range`, never null": mine(DOCSTRING, NAME, SCORE.format("metric.worth")),
    "each customer has a tier": mine(DOCSTRING, NAME, TIERS, BELONGS, parent="TierPolicy", hook="tier_policies"),
}

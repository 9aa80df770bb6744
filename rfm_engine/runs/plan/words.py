"""The words of a plan in English and Chinese: headers, reasons, outcomes."""

from __future__ import annotations

from typing import Final

from rfm_engine.columns import CHINESE
from rfm_engine.vocabulary.catalogue import load_catalogue

CATALOGUE: Final = load_catalogue()

HEADERS: Final = CHINESE | CATALOGUE.headers["plan"]
"""Chinese headers of the files of a plan, those of a run included."""

WHY: Final = CATALOGUE.by_key("plan.why.")
"""Why a call is planned, in English and Chinese."""

SUMMARY, UNASSIGNED_WORDS, TITLE = (
    dict(zip(("en", "zh"), CATALOGUE.words[f"plan.{key}"], strict=True)) for key in ("summary", "unassigned", "event")
)

BETWEEN: Final = {"en": ", ", "zh": "、"}

OUTCOME_LISTS: Final = {
    language: [pair[position] for pair in CATALOGUE.by_key("plan.outcome.").values()]
    for position, language in enumerate(("en", "zh"))
}
"""What a caller chooses from."""

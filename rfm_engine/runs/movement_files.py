"""The files of a comparison: movement, matrix and watch list, in either language."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY, LAST_ORDER_TIME, MONETARY, RECENCY_DAYS, RFM_SCORE, TIER
from rfm_engine.grading.published import translate_headers
from rfm_engine.output.derived import write_derived
from rfm_engine.output.formats import write_csv
from rfm_engine.output.own_decimals import spell_money
from rfm_engine.output.record import Record, read_record
from rfm_engine.runs.compare import ALL, GONE, NEW, OLD_TIER, STEPS
from rfm_engine.runs.watch import LOOK_AHEAD
from rfm_engine.vocabulary.catalogue import load_catalogue
from rfm_engine.vocabulary.currencies import name_currency

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.runs.compare import Movement
    from rfm_engine.runs.finished import FinishedRun

MOVEMENT_FILES: Final = ("movement.csv", "matrix.csv", "watch.csv")
CHANGES: Final = ("r_change", "f_change", "m_change")
HEADERS: Final = load_catalogue().headers["movement"]
"""Chinese headers of the files of a comparison."""

WORDS: Final = load_catalogue().by_key("movement.")
"""What stands in cells for readers, in English and Chinese."""


def write_movement(folder: Path, movement: Movement, options: dict[str, Any], language: str) -> Path:
    """Write `movement.csv` and `.parquet`, `matrix.csv` and `watch.csv` below the folder, whole or not at all.

    `movement` needs the columns that `watch_customers` adds. Parquet keeps canonical names and words in any language.
    """
    currency = read_record(movement.runs[-1], Record).currency

    def fill(partial: Path) -> None:
        def write(name: str, table: pl.DataFrame) -> None:
            spelled = spell_money(table.lazy(), currency).collect()
            write_csv(translate(spelled, language, currency), partial / f"{name}.csv", language, currency)

        customers = select_movement(movement)
        tables = {"movement": customers, "watch": select_watched(movement), "matrix": movement.matrix}
        with ThreadPoolExecutor() as pool:
            writing = [pool.submit(write, name, table) for name, table in tables.items()]
            customers.write_parquet(partial / "movement.parquet")
        for table in writing:
            table.result()

    return write_derived(folder, "compare", options, movement.runs, fill)


def select_movement(movement: Movement) -> pl.DataFrame:
    """Return what is published of each customer of either run."""
    tiers, totals = (OLD_TIER, *STEPS, TIER), (f"old_{RFM_SCORE}", RFM_SCORE)
    facts = (f"old_{RECENCY_DAYS}", RECENCY_DAYS, FREQUENCY, MONETARY, "orders_gained", "spend_gained", *CHANGES)
    names = (*movement.by, CUSTOMER_ID, *tiers, "direction", "reason", *totals, *facts, LAST_ORDER_TIME, "watch")
    return movement.customers.select(*names, *LOOK_AHEAD)


def select_watched(movement: Movement) -> pl.DataFrame:
    """Return one row per customer and thing worth a look; the least amount and the first deadline come first."""
    names = ("watch", CUSTOMER_ID, OLD_TIER, TIER, RFM_SCORE, RECENCY_DAYS, FREQUENCY, MONETARY, "spend_gained")
    order = [*movement.by, "watch", "needs_amount", "needs_by", "drops_on", CUSTOMER_ID]
    each = movement.customers.select(*movement.by, *names, *LOOK_AHEAD).drop_nulls("watch")
    return each.with_columns(pl.col("watch").str.split(" + ")).explode("watch").sort(order, nulls_last=True)


def translate(table: pl.DataFrame, language: str, currency: str | None = None) -> pl.DataFrame:
    """Return a table as readers see it: words in cells and headers in the language."""
    words = {key: texts[language == "zh"] for key, texts in WORDS.items()}
    of_tiers = {key: words[key] for key in (NEW, GONE, ALL)}
    known = {"direction": words, "reason": words, "watch": words, OLD_TIER: of_tiers, TIER: of_tiers}
    spoken = table.with_columns(_replace_words(table[name], known[name]) for name in table.columns if name in known)
    headers = {name: name_currency(header, currency) for name, header in HEADERS.items()}
    translated = translate_headers(spoken.lazy(), language, currency).collect()
    return translated.rename(headers, strict=False) if language == "zh" else translated


def _replace_words(texts: pl.Series, words: dict[str, str]) -> pl.Expr:
    """Return the texts with each of their words replaced; only the few distinct texts are taken apart."""
    distinct = texts.cast(pl.String).unique().drop_nulls().to_list()
    spoken = {text: "; ".join(words.get(word, word) for word in text.split(" + ")) for text in distinct}
    return pl.col(texts.name).cast(pl.String).replace({old: new for old, new in spoken.items() if new != old})


def movement_folder(old: FinishedRun, new: FinishedRun) -> Path:
    """Return where a comparison is written: beside the newer run, named by the two statistics dates."""
    return new.folder.with_name(f"{new.folder.name}.movement") / f"{old.rules.as_of}_to_{new.rules.as_of}"

"""What is said of the data are the counts of the run, and how customers are kept unnamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine import open_run
from rfm_engine.dossier.list_data import find_lists, read_list
from rfm_engine.dossier.quality import describe_quality
from rfm_engine.report.words import Words

if TYPE_CHECKING:
    from pathlib import Path

WORDS = Words("en")


@pytest.mark.parametrize("name", ["harbin-heating", "taian-curtains"])
def test_every_count_of_the_ledger_and_every_file_is_there(name: str, bundled: Path) -> None:
    run = open_run(bundled / name)
    data = read_list(run, find_lists(run)[0])
    ledger = run.record.ledger

    lines = describe_quality(run.record, data, WORDS).splitlines()

    assert WORDS("dossier.rows", read=f"{ledger['read']:,}", used=f"{ledger['used']:,}") in lines
    counts = {key.replace("_", " "): rows for key, rows in ledger.items() if isinstance(rows, int) and rows}
    for what, rows in counts.items():
        line = WORDS("dossier.line", letter=what, text=f"{rows:,}")
        assert (line in lines) == (what not in {"read", "used", "rejected"})
    reasons = [
        WORDS("dossier.line", letter=WORDS("files.rejected", reason=reason), text=f"{rows:,}")
        for reason, rows in ledger["rejected_by_reason"].items()
    ]
    assert [line for line in lines if line in reasons] == reasons
    assert WORDS("dossier.records", n=f"{data.customers.height:,}", columns=str(data.customers.width)) in lines
    assert [line.partition("  ")[0] for line in lines if "  " in line and len(line.partition("  ")[0]) == 64] == [
        file.sha256 for file in run.record.inputs
    ]


def test_columns_with_empty_cells_are_named(bundled: Path) -> None:
    run = open_run(bundled / "taian-curtains")
    data = read_list(run, find_lists(run)[0])
    empty = {name for name in data.customers.columns if data.customers[name].null_count()}

    text = describe_quality(run.record, data, WORDS)

    expected = WORDS(
        "dossier.empty", names=", ".join(map(WORDS.column, sorted(empty, key=data.customers.columns.index)))
    )
    assert (expected if empty else WORDS("dossier.complete")) in text


def test_tokens_are_said_to_be_tokens(runs: Path, bundled: Path) -> None:
    texts = []
    for folder in (runs, bundled):
        run = open_run(folder / "sichuan-hiking")
        texts.append(describe_quality(run.record, read_list(run, find_lists(run)[0]), WORDS))

    assert [WORDS("dossier.tokens") in text for text in texts] == [True, False]
    assert [WORDS("dossier.no_tokens") in text for text in texts] == [False, True]
    assert WORDS("how.pseudonymize", names="customer id") in texts[0]

"""How good the data are, and what was done so that no one is named: in words, with the counts of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.dossier.list_data import ListData
    from rfm_engine.output.record import Record
    from rfm_engine.report.words import Words

SUMS = ("read", "used", "rejected")


def describe_quality(record: Record, data: ListData, words: Words) -> str:
    """Return where the rows of the orders went, what was found about them, and how customers are kept unnamed."""
    lines = [
        *_counts(record, words),
        "",
        *_completeness(data, words),
        "",
        *_privacy(record, words),
        "",
        *_files(record, words),
    ]
    return "\n".join(lines) + "\n"


def _counts(record: Record, words: Words) -> Iterator[str]:
    ledger = record.ledger
    yield words("dossier.quality")
    yield ""
    yield words("dossier.rows", read=words.number(ledger["read"]), used=words.number(ledger["used"]))
    for name, rows in (ledger | ledger.get("left_out", {})).items():
        if isinstance(rows, int) and rows and name not in SUMS:
            yield words("dossier.line", letter=words.of_data(name.replace("_", " ")), text=words.number(rows))
    for reason, rows in ledger.get("rejected_by_reason", {}).items():
        header, between, fault = reason.rpartition(": ")
        text = words("files.rejected", reason=f"{header}{between}{words.of_data(fault)}")
        yield words("dossier.line", letter=text, text=words.number(rows))
    found = [finding for finding in record.findings if not finding.get("accepted")]
    yield words("dossier.findings", n=words.number(len(found)))
    for finding in found:
        yield words("dossier.line", letter=finding["code"], text=words.finding(finding["code"], finding["words"]))


def _completeness(data: ListData, words: Words) -> Iterator[str]:
    customers = data.customers
    empty = [words.column(name) for name in customers.columns if customers[name].null_count()]
    yield words("dossier.records", n=words.number(customers.height), columns=words.number(customers.width))
    yield words("dossier.empty", names=", ".join(empty)) if empty else words("dossier.complete")


def _privacy(record: Record, words: Words) -> Iterator[str]:
    dataset = record.dataset
    yield words("dossier.privacy")
    given = [key for key in ("pseudonymize", "drop", "generalize") if dataset.get(key)]
    for key in given:
        yield words(f"how.{key}", names=", ".join(map(words.column, dataset[key])))
    yield words("dossier.tokens" if dataset.get("pseudonymize") else "dossier.no_tokens")


def _files(record: Record, words: Words) -> Iterator[str]:
    yield words("dossier.inputs")
    for file in record.inputs:
        yield f"{file.sha256}  {file.file.rpartition('/')[2]}"
    versions = ", ".join(f"{name} {version}" for name, version in record.versions.items())
    yield words("how.versions", versions=versions)

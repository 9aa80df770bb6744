"""The files of a dossier, beside the run: whole or not at all, with digests that anyone can check."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.dossier.document import DocumentStyle, write_document
from rfm_engine.dossier.fields import describe_fields, make_schema
from rfm_engine.dossier.form import fill_form, read_template
from rfm_engine.dossier.list_data import find_lists, name_list, read_list
from rfm_engine.dossier.quality import describe_quality
from rfm_engine.dossier.statement import count_customers, state_rules
from rfm_engine.errors import UsageError
from rfm_engine.grading.published import translate_headers
from rfm_engine.output.csv_injection import escape_formulas
from rfm_engine.output.derived import write_derived
from rfm_engine.output.folder_names import distinguish_by_case, folder_name
from rfm_engine.output.formats import write_csv
from rfm_engine.output.record import digest_file, digest_folder
from rfm_engine.report.words import Words
from rfm_engine.system.atomic_dir import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.dossier.list_data import ListData
    from rfm_engine.output.translation import Language
    from rfm_engine.runs.finished import FinishedRun

DATA, SAMPLE, FIELDS = "数据.csv", "样例数据.csv", "字段说明.csv"
STATEMENT, QUALITY, DOCUMENT = "算法规则简要说明.txt", "质量与脱敏说明.txt", "登记申请材料.docx"
SUMS: Final = "SHA256SUMS"
INDEX: Final = "index.csv"
SHOWN_SAMPLES: Final = 10
MOST_BYTES, KEPT = 200, 32


@dataclass(frozen=True, kw_only=True)
class DossierOptions:
    """How a dossier is written: the form's template, how many customers the sample has, whether it stays inside."""

    template: Path | None = None
    sample: int = 20
    language: Language = "zh"
    not_public: bool = False


def dossier_folder(run: FinishedRun, values: dict[str, str]) -> Path:
    """Return where the dossier of a list is written: beside the run, by the name of the list."""
    names = [_shorten(folder_name(name_list(run, one))) for one in find_lists(run)]
    place = dict(zip(map(str, find_lists(run)), distinguish_by_case(names), strict=True))[str(values)]
    return run.folder.with_name(f"{run.folder.name}.dossier") / place


def _shorten(name: str) -> str:
    """Return a name that a file system takes: the beginning of a long one, and its digest."""
    if len(name.encode()) <= MOST_BYTES:
        return name
    return f"{name[:KEPT]}-{hashlib.sha256(name.encode()).hexdigest()[:KEPT]}"


def write_dossier(run: FinishedRun, values: dict[str, str], options: DossierOptions) -> list[str]:
    """Write the package of a list, and return what a person must still fill in.

    Raises:
        UsageError: Customers are named and the package is not marked as private; the template is no form; python-docx
            is not installed.
    """
    _refuse_names(run, options)
    data = read_list(run, values)
    template = read_template(options.template, options.language)
    missing: list[str] = []

    def fill(partial: Path) -> None:
        missing.extend(_fill(partial, run, data, template, options))

    recorded = {
        "list": data.name,
        "sample": options.sample,
        "language": options.language,
        "public": not options.not_public,
    }
    sources = [run.folder, *([options.template] if options.template else [])]
    write_derived(dossier_folder(run, values), "dossier", recorded, sources, fill)
    return missing


def write_index(run: FinishedRun) -> Path:
    """Write which folder holds which list, beside the folders of all lists, and return the file."""
    lists = find_lists(run)
    rows = [
        {
            "list": name_list(run, values),
            "folder": dossier_folder(run, values).name,
            "customers": count_customers(run.record, values),
        }
        for values in lists
    ]
    path = dossier_folder(run, lists[0]).with_name(INDEX)
    text = escape_formulas(pl.DataFrame(rows)).write_csv()
    write_file(path, text.encode("utf-8-sig", "backslashreplace"), like=run.folder)
    return path


def _refuse_names(run: FinishedRun, options: DossierOptions) -> None:
    if CUSTOMER_ID in run.record.dataset.get("pseudonymize", ()) or options.not_public:
        return
    message = (
        f"{run.folder}: its customers are no tokens, and a registry publishes what it gets; run the dataset with "
        "--pseudonymize customer_id, or add --not-public, which marks every page"
    )
    raise UsageError(message)


def _fill(folder: Path, run: FinishedRun, data: ListData, template: Any, options: DossierOptions) -> list[str]:  # noqa: ANN401
    dataset, words = run.record.dataset, Words(options.language, run.record.currency, run.record.decimals)
    mark = words("dossier.not_public") if options.not_public else ""
    tables = _make_tables(run, data, words, options)
    for name, table in tables.items():
        write_csv(table, folder / name, options.language)
    texts = {
        STATEMENT: state_rules(run, data.values, data.name, words),
        QUALITY: describe_quality(run.record, data, words),
    }
    for name, text in texts.items():
        (folder / name).write_text(f"{mark}\n\n{text}" if mark else text, "utf-8", newline="\n")
    facts = _list_facts(dataset, data.name, tables[DATA], words) | {
        "statement": texts[STATEMENT],
        "quality": texts[QUALITY],
        "sha256": digest_file(folder / DATA, DATA).sha256,
    }
    form = fill_form(template, facts, dataset.get("dossier", {}), words("dossier.blank"))
    style = DocumentStyle(created=date.fromisoformat(dataset["as_of"]), mark=mark)
    shown = [(words("dossier.sample"), tables[SAMPLE].head(SHOWN_SAMPLES)), (words("dossier.fields"), tables[FIELDS])]
    write_document(folder / DOCUMENT, form, shown, style)
    _write_package(folder, dataset, data.customers, tables[DATA].columns)
    _write_summary(folder, data.name, tables[DATA].height, form.missing, options)
    _write_sums(folder)
    return form.missing


def _make_tables(run: FinishedRun, data: ListData, words: Words, options: DossierOptions) -> dict[str, pl.DataFrame]:
    headed = translate_headers(data.customers.lazy(), options.language, run.record.currency).collect()
    every = max(1, headed.height // max(options.sample, 1))
    sample = headed.gather_every(every).head(options.sample)
    return {DATA: headed, SAMPLE: sample, FIELDS: describe_fields(data.customers, words)}


def _list_facts(dataset: dict[str, Any], name: str, headed: pl.DataFrame, words: Words) -> dict[str, Any]:
    """Return what the form of a list is filled with, but for the texts about it and its digest."""
    since, day = dataset["since"], dataset["as_of"]
    return {
        "title": dataset["title"] or dataset["name"],
        "list": name,
        "as_of": day,
        "window": words("how.to", since=since, day=day) if since else words("how.up_to", day=day),
        "records": words.number(headed.height),
        "columns": headed.width,
        "fields": words("dossier.between").join(headed.columns),
    }


def _write_summary(folder: Path, name: str, records: int, missing: list[str], options: DossierOptions) -> None:
    summary = {"list": name, "records": records, "public": not options.not_public, "to_fill_in": missing}
    _write_json(folder / "dossier.json", summary)


def _write_package(folder: Path, dataset: dict[str, Any], data: pl.DataFrame, headers: list[str]) -> None:
    digest = digest_file(folder / DATA, DATA)
    slug = re.sub(r"[^a-z0-9._-]+", "-", str(dataset["name"]).lower()).strip("-") or "customers"
    resource = {
        "name": "customers",
        "path": DATA,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "profile": "tabular-data-resource",
        "bytes": digest.bytes,
        "hash": f"sha256:{digest.sha256}",
        "schema": make_schema(data, headers),
    }
    package = {"name": slug, "title": dataset["title"] or dataset["name"], "profile": "tabular-data-package"}
    _write_json(folder / "datapackage.json", package | {"resources": [resource]})


def _write_json(path: Path, table: dict[str, Any]) -> None:
    path.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")


def _write_sums(folder: Path) -> None:
    digests = digest_folder(folder)
    lines = [f"{digest.sha256}  {digest.file}\n" for digest in digests]
    (folder / SUMS).write_text("".join(lines), "utf-8", newline="\n")

"""run.json: what was run, with digests."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from rfm_engine.columns import SCORES
from rfm_engine.errors import UsageError
from rfm_engine.rules import Weights
from rfm_engine.system.digests import find_digest
from rfm_engine.system.regular_files import open_regular
from rfm_engine.vocabulary.currencies import CENTS

RECORD: Final = "run.json"
SCHEMA_VERSION: Final = 1
"""Grows when a reader of the version before would misread a record; 0 stands for records that name none."""


def _with_span(row: dict[str, Any]) -> dict[str, Any]:
    if any(type(row.get(name)) is not int for name in ("score", "from", "to")):
        message = "expected whole numbers for score, from and to"
        raise ValueError(message)
    return row


class _DatasetKeys(BaseModel):
    """The keys of a dataset that readers of a run look at."""

    model_config = ConfigDict(defer_build=True)

    by: list[str]
    weights: tuple[Decimal, Decimal, Decimal]
    drop: list[str] = []
    carry: list[str] = []
    generalize: list[str] = []
    pseudonymize: list[str] = []


def _with_keys(dataset: dict[str, Any]) -> dict[str, Any]:
    _DatasetKeys.model_validate(dataset)
    return dataset


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class FileDigest(_Frozen):
    """A file with its size in bytes and its SHA-256 digest in hexadecimal.

    An object has its version too (`etag`), a file of a Delta or an Iceberg table that of the table.
    """

    file: str
    bytes: int
    sha256: str
    etag: str | None = Field(default=None, exclude_if=lambda etag: etag is None)
    version: int | None = Field(default=None, exclude_if=lambda version: version is None)


class TierRow(_Frozen):
    """One tier of the policy: its name, its contacts such as `1-2 per month`, and what they are about."""

    name: str
    contacts: str | None = None
    focus: str = ""


class Manifest(_Frozen):
    """What the record of any folder of results says about files; `outputs` are relative to the folder."""

    schema_version: int = Field(default=0, ge=0)
    inputs: list[FileDigest]
    outputs: list[FileDigest]
    versions: dict[str, str] = {}

    @field_validator("outputs")
    @classmethod
    def _are_inside(cls, outputs: list[FileDigest]) -> list[FileDigest]:
        paths = [PurePosixPath(output.file) for output in outputs]
        if any(path.is_absolute() or ".." in path.parts for path in paths):
            message = "expected paths inside the folder"
            raise ValueError(message)
        return outputs


class Record(Manifest):
    """What was run: the rules in force, the files with their digests, the ledger and the observed cut points.

    `dataset`, `scheme` and `tiers` are the keys of a dataset file. `lists_by` names the columns that split the
    customers. `tier_table` has the tiers, best first. `columns` maps, for each input, canonical names to headers.
    `findings` has the code, words, samples and fix of each finding, and whether it was accepted. `tier_counts` has the
    customers of each (list, tier). `currency` is the ISO 4217 code of all amounts, empty where each list has its own,
    null for yuan; money is counted in whole numbers of so many `decimals`, where these are not two. `cut_points` has,
    for each score column, one row per (list, score): the columns of the list, `score`, the least and greatest value
    that got it (`from`, `to`: days, orders, fen or what money is counted in) and `customers`. `seconds` has the time of
    each stage. `database` is where orders were fetched from: the URI without a password, the statement, the rows, the
    server, its time, and the digest of what was fetched. `refit_differences` are the customers whom a refit would
    grade otherwise, where cut points are frozen.
    """

    dataset: Annotated[dict[str, Any], AfterValidator(_with_keys)]
    lists_by: list[str]
    scheme: dict[str, Any]
    tiers: dict[str, Any]
    tier_table: list[TierRow] = Field(min_length=1)
    columns: dict[str, dict[str, str]]
    currency: str | None = None
    decimals: int = Field(default=CENTS, ge=CENTS, le=4, exclude_if=lambda decimals: decimals == CENTS)
    ledger: dict[str, Any]
    findings: list[dict[str, Any]] = []
    tier_counts: list[dict[str, Any]]
    cut_points: dict[str, list[Annotated[dict[str, Any], AfterValidator(_with_span)]]]
    seconds: dict[str, float]
    database: dict[str, Any] | None = Field(default=None, exclude_if=lambda origin: origin is None)
    refit_differences: int | None = Field(default=None, exclude_if=lambda count: count is None)

    @field_validator("tier_table")
    @classmethod
    def _are_different(cls, tiers: list[TierRow]) -> list[TierRow]:
        if len({tier.name for tier in tiers}) < len(tiers):
            message = "expected tiers of different names"
            raise ValueError(message)
        return tiers

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if not self.cut_points.keys() >= {*SCORES}:
            message = f"expected the cut points of {', '.join(SCORES)}"
            raise ValueError(message)
        if any(
            name not in row
            for rows in (self.tier_counts, *self.cut_points.values())
            for row in rows
            for name in self.lists_by
        ):
            message = "expected the columns of the list in every row"
            raise ValueError(message)
        return self

    @property
    def minor_units(self) -> int:
        """How many of the whole numbers that money is counted in are one yuan, or one unit of the currency."""
        return int(10**self.decimals)

    @property
    def weights(self) -> Weights:
        """The weights of R, F and M in the total."""
        return Weights(*(Decimal(str(weight)) for weight in self.dataset["weights"]))


class StateRecord(Record):
    """The record of a run with a state: whether that answered, else why not, and the files that were read anew."""

    state: dict[str, Any]


class GatherRecord(Record):
    """The record of a run whose customers a gatherer counted: its name and options, and where that was done."""

    gather: dict[str, Any]


AnyManifest = TypeVar("AnyManifest", bound=Manifest)


def read_record(folder: Path, model: type[AnyManifest]) -> AnyManifest:
    """Return the record of a folder as a `Record`, or what a `Manifest` needs of it; errors as `parse_record`.

    Raises:
        UsageError: The folder holds no record.
    """
    try:
        with open_regular(folder / RECORD) as file:
            return parse_record(file.read(), model, folder)
    except OSError as error:
        message = f"{folder}: no {RECORD} there; name the folder of one dataset's run, such as output/sichuan-hiking"
        raise UsageError(message) from error


def parse_record(text: bytes, model: type[AnyManifest], folder: Path) -> AnyManifest:
    """Return the record that the text of a run.json holds.

    Raises:
        UsageError: It is no record, or one of a later version of rfm-engine.
    """
    try:
        record = model.model_validate_json(text)
    except ValidationError as error:
        message = f"{folder / RECORD}: not the record of a run; run the dataset again"
        raise UsageError(message) from error
    if record.schema_version > SCHEMA_VERSION:
        message = (
            f"{folder / RECORD}: written by a later rfm-engine (schema_version {record.schema_version}); update it"
        )
        raise UsageError(message)
    return record


def list_files(folder: Path) -> list[Path]:
    """Return every file below a folder, sorted."""
    files = (Path(place) / name for place, _, names in os.walk(folder) for name in names)
    return sorted(files, key=lambda file: file.parts)


def digest_folder(folder: Path) -> list[FileDigest]:
    """Return the digests of every file below a folder, each under its path in it, sorted; errors as `find_digest`."""
    root = f"{folder}{os.sep}"  # text, for many paths of pathlib take longer than their digests
    paths = (f"{place}{os.sep}{name}".removeprefix(root) for place, _, names in os.walk(folder) for name in names)
    names = (path.replace(os.sep, "/") for path in paths)
    return [digest_file(f"{root}{name}", name) for name in sorted(names, key=lambda name: name.split("/"))]


def digest_file(path: str | Path, name: str) -> FileDigest:
    """Return the size and digest of a file under the name that a record gives it; errors as `find_digest`."""
    return FileDigest(file=name, **find_digest(path)._asdict())

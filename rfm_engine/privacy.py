"""What a run keeps private: ids behind keyed tokens, columns left out or coarser, no customer data in messages."""

from __future__ import annotations

import hmac
import os
import re
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import polars as pl
from pydantic import SecretBytes

from rfm_engine.columns import CUSTOMER_ID, LAST_ORDER_TIME, ORDER_TIME
from rfm_engine.errors import RfmError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

KEY_VARIABLE: Final = "RFM_PSEUDONYM_KEY"
LEAST_KEY_BYTES: Final = 16
MOST_KEY_BYTES: Final = 4096
MASK: Final = "***"
TOKEN: Final = re.compile(r"[0-9a-f]{64}")
Made = TypeVar("Made")


class PrivacyOptions(Protocol):
    """What a dataset keeps private about its customers."""

    @property
    def pseudonymize(self) -> Sequence[str]:
        """Ids that become tokens."""

    @property
    def drop(self) -> Sequence[str]:
        """Columns left out."""

    @property
    def generalize(self) -> Sequence[str]:
        """Columns made coarser."""

    @property
    def is_private(self) -> bool:
        """Whether it keeps anything private."""


class PrivateJob(Protocol):
    """A job: what its dataset keeps private, and the key of its pseudonyms."""

    @property
    def dataset(self) -> PrivacyOptions:
        """What is private."""

    @property
    def key(self) -> SecretBytes | None:
        """The key."""


def pseudonym_key(file: Path | None) -> SecretBytes:
    """Return the key of the file, or else of the environment variable; line ends at its end are none of it.

    Raises:
        UsageError: There is none, or it has less than 16 bytes or more than 4,096.
    """
    place = f"the key file {file}" if file else f"the environment variable {KEY_VARIABLE}"
    try:
        key = _head(file) if file else os.fsencode(os.environ.get(KEY_VARIABLE, ""))
    except OSError as error:
        message = f"{place} cannot be read ({error.strerror})"
        raise UsageError(message) from error
    key = key.rstrip(b"\r\n")
    if not key and not file:
        message = (
            "pseudonymize needs a key: name a file with --pseudonym-key-file, or set the environment variable "
            f"{KEY_VARIABLE}; never write it into a dataset file or an option"
        )
        raise UsageError(message)
    if len(key) < LEAST_KEY_BYTES:
        message = f"{place} holds a key of {len(key)} bytes; it needs {LEAST_KEY_BYTES} or more"
        raise UsageError(message)
    if len(key) > MOST_KEY_BYTES:
        message = f"{place} holds more than {MOST_KEY_BYTES:,} bytes; is it a key?"
        raise UsageError(message)
    return SecretBytes(key)


def _head(file: Path) -> bytes:
    with file.open("rb") as content:
        return content.read(MOST_KEY_BYTES + 3)


def tokens(ids: Iterable[str], key: SecretBytes, column: str) -> list[str]:
    """Return the tokens of a column's ids: HMAC-SHA-256, all 256 bits as 64 hexadecimal digits.

    What is hashed is the column's name, a null byte and the id's UTF-8 text, so that the same text in two columns has
    two tokens. Polars has no such expression: this is the one loop over ids, each once, 0.4 million a second.

    >>> tokens(["007"], SecretBytes(b"a key of 16 bytes or more"), "customer_id")[0][:16]
    '21738ca2d7e78b76'
    """
    keyed = hmac.new(key.get_secret_value(), f"{column}\0".encode(), "sha256")
    return [_token(keyed.copy(), one) for one in ids]


def _token(keyed: hmac.HMAC, one: str) -> str:
    keyed.update(one.encode())
    return keyed.hexdigest()


def pseudonymize(customers: pl.DataFrame, by: Sequence[str], job: PrivateJob) -> pl.DataFrame:
    """Return the customers with tokens for the ids that the dataset pseudonymizes, in their order; null stays null.

    It comes before scores and tiers, so that neither the order of the rows, nor ties that are split by customer_id, nor
    a plugin's message reveals anything about the ids.

    Raises:
        UsageError: There is no key.
    """
    private_ids = {form for name in job.dataset.pseudonymize for form in (name, f"last_{name}")}
    if not private_ids:
        return customers
    key = job.key or pseudonym_key(None)
    tokenised = [_tokenize(customers[name], key) for name in customers.columns if name in private_ids]
    return customers.with_columns(tokenised).sort(*by, CUSTOMER_ID)


def _tokenize(column: pl.Series, key: SecretBytes) -> pl.Series:
    plain = column.cast(pl.String)
    ids, domain = plain.drop_nulls().unique(), plain.name.removeprefix("last_")
    if ids.len() == plain.len():
        return pl.Series(plain.name, tokens(plain, key, domain), dtype=pl.String)
    return plain.replace_strict(ids, pl.Series(tokens(ids, key, domain), dtype=pl.String), return_dtype=pl.String)


def drop_private_columns(customers: pl.LazyFrame, dataset: PrivacyOptions) -> pl.LazyFrame:
    """Return the customers without the columns that the dataset drops; times are dates where it generalizes them."""
    if ORDER_TIME in dataset.generalize:
        customers = customers.with_columns(pl.col(LAST_ORDER_TIME).dt.date())
    return customers.drop(f"last_{name}" for name in dataset.drop) if dataset.drop else customers


def mask_values(rejects: pl.DataFrame, dataset: PrivacyOptions) -> pl.DataFrame:
    """Return the rejects of a private dataset with `***` for every value; where and why stay."""
    if not dataset.is_private:
        return rejects
    return rejects.with_columns(pl.when(pl.col("value").is_not_null()).then(pl.lit(MASK)).alias("value"))


def mask_errors(step: Callable[..., Made]) -> Callable[..., Made]:
    """Decorate a step whose first argument is a job: what it raises for a private dataset holds no customer data."""

    @wraps(step)
    def masking_step(job: PrivateJob, *more: Any, **options: Any) -> Made:  # noqa: ANN401 as the step's own
        try:
            return step(job, *more, **options)
        except RfmError as error:
            if job.dataset.is_private and error.customer_data:
                raise error.mask(MASK) from None
            raise

    return masking_step


def customer_key(customer_id: str, dataset: dict[str, Any], key_file: Path | None) -> str:
    """Return what the files of a run call a customer: the token in a pseudonymised run; a token is returned as it is.

    Raises:
        UsageError: It needs a key, and there is none.
    """
    if CUSTOMER_ID not in dataset.get("pseudonymize", ()) or TOKEN.fullmatch(customer_id):
        return customer_id
    return tokens([customer_id], pseudonym_key(key_file), CUSTOMER_ID)[0]

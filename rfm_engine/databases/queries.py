"""Where a database is: a URI without a password, which alone stands in dataset files, records and messages."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from rfm_engine.errors import DataError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.plugin_api import Connector

MYSQL: Final = ("mysql", "mariadb")
SCHEMES: Final = ("postgresql", "postgres", "sqlite", *MYSQL)
FROM_ENVIRONMENT: Final = "env"
VARIABLE: Final = "RFM_DATABASE_URI"
ANY_URI: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
SECRET: Final = ("password", "sslpassword")
"""Parameters of a URI that hold a password."""


def check_address(uri: str) -> str:
    """Return the URI of a database, or `env`.

    >>> check_address("postgresql://shop@localhost/shop")
    'postgresql://shop@localhost/shop'

    Raises:
        ValueError: It names no database that can be read, or holds a password; no message shows that.
    """
    if uri == FROM_ENVIRONMENT:
        return uri
    if not ANY_URI.match(uri):
        raise _refuse(describe_unknown(uri))
    if hide_password(uri) != uri:
        places = f"set PGPASSWORD or MYSQL_PWD, use .pgpass, or put the URI into ${VARIABLE}"
        message = f"holds a password; leave it out and {places}"
        raise _refuse(message)
    return uri


def describe_unknown(uri: str) -> str:
    """Return why a URI, whose password is not shown, names no database that can be read."""
    scheme = urlsplit(uri).scheme if "://" in uri else ""
    close = nearest(scheme, SCHEMES) if scheme else ""
    return (
        f"expected postgresql://user@host/database, mysql://user@host/database, sqlite:///path, "
        f"or env for ${VARIABLE}{close}, got {hide_password(uri)!r}"
    )


def find_scheme(address: str) -> str:
    """Return the scheme of the URI that an address is, or that the environment holds; empty where it holds none."""
    return urlsplit(os.environ.get(VARIABLE, "") if address == FROM_ENVIRONMENT else address).scheme


def _refuse(message: str) -> PydanticCustomError:
    """Return an error that is shown without its input, which may hold a password."""
    return PydanticCustomError("secret", "{message}", {"message": message})


def hide_password(uri: str) -> str:
    """Return the URI without its password.

    >>> hide_password("postgresql://shop:secret@localhost/shop?sslmode=require&password=secret")
    'postgresql://shop@localhost/shop?sslmode=require'
    """
    parts = urlsplit(uri)
    user, _, host = parts.netloc.rpartition("@")
    bare = f"{user.partition(':')[0]}@{host}" if user else host
    kept = "&".join(pair for pair in parts.query.split("&") if pair.partition("=")[0].casefold() not in SECRET)
    return uri if (bare, kept) == (parts.netloc, parts.query) else urlunsplit(parts._replace(netloc=bare, query=kept))


def find_uri(address: str) -> str:
    """Return the URI to connect with, which may hold a password, of an address.

    Raises:
        UsageError: The address is `env`, and the variable is not set or names no database.
    """
    if address != FROM_ENVIRONMENT:
        return address
    uri = os.environ.get(VARIABLE, "")
    try:
        check_address(hide_password(uri))
    except ValueError as error:
        message = f"${VARIABLE}: {error}" if uri else f"--database env: ${VARIABLE} is not set"
        raise UsageError(message) from None
    return uri


def list_secrets(uri: str) -> list[str]:
    """Return the passwords that a URI holds, so that no message shows them."""
    parts = urlsplit(uri)
    user = parts.netloc.rpartition("@")[0]
    values = [value for key, value in parse_qsl(parts.query) if key.casefold() in SECRET]
    return [secret for secret in (user.partition(":")[2], parts.password or "", *values) if secret]


class OrderQuery(NamedTuple):
    """A question to a database whose answer is the orders: its address, its statement, and what to call the answer.

    The engine itself knows how to ask, or a plugin's connector.
    """

    address: str
    statement: str
    name: str
    connector: Connector | None = None


def refuse_repeated_names(names: Sequence[str]) -> None:
    """Check that each column of an answer has a name of its own.

    Raises:
        DataError: Some do not; it lists all of them.
    """
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = (
            f"the statement returns {', '.join(map(repr, twice))} more than once; give each column a name of its own"
        )
        raise DataError(message)


def quote_name(name: str, *, has_schema: bool = True, sign: str = '"') -> str:
    """Return the name of a table, which may have a schema before it, or of a column as SQL quotes it.

    >>> print(quote_name("shop.monthly orders"), quote_name("a.b", has_schema=False))
    "shop"."monthly orders" "a.b"
    """
    parts = name.split(".") if has_schema else [name]
    return ".".join(f"{sign}{part.replace(sign, sign * 2)}{sign}" for part in parts)


def select_all(table: str, address: str) -> str:
    """Return the statement that selects a table, as the database of the address quotes names.

    >>> select_all("shop.orders", "mysql://reader@localhost/shop")
    'select * from `shop`.`orders`'
    """
    sign = "`" if find_scheme(address) in MYSQL else '"'
    return f"select * from {quote_name(table, sign=sign)}"  # noqa: S608 quoted


Address = Annotated[str, AfterValidator(check_address)]
